import { runInFreshIsolate } from './isolate.js';
import type { RoundTask } from './round.js';
import type { RoundOutcome } from './worker.js';

/** What a process for rounds answers to a task. `broken`: an error that no round should have. */
export type LaneReply = RoundOutcome | { readonly kind: 'broken'; readonly message: string };

// Ctrl-C in a terminal reaches every process of the group; the one that started this one decides what ends when.
process.on('SIGINT', () => {});
// Nobody is left to answer, however that came.
process.on('disconnect', () => process.exit());

process.on('message', async (task: RoundTask) => {
  const reply: LaneReply = await runInFreshIsolate(task).catch((error: unknown) => ({
    kind: 'broken' as const,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  process.send?.(reply);
});
