import { argv, exit, kill, pid as self } from 'node:process';
import { moments } from '../../recording/inject.js';
import { WatchedMemory } from '../../recording/memory.js';
import { attach } from '../../recording/threads.js';

/**
 * Attaches to a process and is killed on the way: `killed.js PID THREAD MOMENT`, where the thread, by its place among those of the
 * process, makes the call. Ends with 1 if it comes past the moment.
 */
const [pid = 0, place = 0] = argv.slice(2, 4).map(Number);
const moment = moments.find((known) => known === argv[4]);
const stop = attach(pid)[place];
if (stop === undefined || moment === undefined) exit(2);
WatchedMemory.open(pid, stop.thread, (reached) => {
  if (reached === moment) kill(self, 'SIGKILL');
});
exit(1);
