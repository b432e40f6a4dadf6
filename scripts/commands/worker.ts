import { hostname } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Fleet } from '../../fleet/fleet.js';
import { FleetHost } from '../../fleet/host.js';
import type { Offer } from '../../fleet/message.js';
import { type HostModules, modulesAt } from '../../fleet/module.js';
import { objection, offerOf } from '../../fleet/offer.js';
import { type Recordings, recordingsAt } from '../../fleet/recording.js';
import { readRoster } from '../../fleet/roster.js';
import { simulatedEnvironment, simulatedRound } from '../../fleet/simulated.js';
import { takeHost } from '../../fleet/turn.js';
import { type BeginningFlags, hostNameFlag, runBeginning } from '../../measure/beginning.js';
import type { RoundFigures } from '../../measure/isolate.js';
import { Lanes } from '../../measure/lane.js';
import { UsageError } from '../../measure/problem.js';
import { workersWithRoom } from '../../measure/room.js';
import type { RoundTask } from '../../measure/round.js';
import type { Host } from '../../results/schema.js';
import { addRedisOptions, fleetName, openFleet, type RedisFlags, sayOnce } from '../options/redis.js';
import { millisecondsOption, wholeMilliseconds } from '../options/values.js';
import { interruptedCode } from '../soaks/soaking.js';
import { printLine, untilAsked } from '../terminal/serving.js';

interface WorkerFlags extends RedisFlags, BeginningFlags {
  name: string;
  label: Host['labels'];
  lock: number;
  recording: string[];
  module: string[];
  sharedHost?: true;
  simulatedRound?: number;
}

/** `dirtybench worker`: this machine as a host of a fleet, until asked to end. */
export function workerCommand(): Command {
  return addRedisOptions(new Command('worker'))
    .description(
      'offer this machine to a fleet, and measure the rounds that it is given, one at a time; Ctrl-C ends the round and leaves',
    )
    .option('--name <name>', 'what results call this host', fleetName, hostname().replaceAll(/[^\w.-]/g, '-'))
    .addOption(labelOption('what `fleet measure --label` chooses hosts by'))
    .addOption(
      millisecondsOption(
        '--lock <time>',
        'how long this host may be silent in a round until that is given to another, in ms',
        500,
        30_000,
      ),
    )
    .addOption(filesOption('--recording <files>', 'recordings of your own that this host may be told to measure'))
    .addOption(
      filesOption('--module <files>', 'trackers and workloads of your own that this host may be told to measure'),
    )
    .option(
      '--shared-host',
      'measure although another worker does on this machine, in turn with it; the results say so',
    )
    .option(...hostNameFlag)
    .addOption(
      new Option('--simulated-round <time>', 'measure nothing, and take so long for it: for tests of the fleet itself')
        .argParser(wholeMilliseconds(0))
        .hideHelp(),
    )
    .action(work);
}

function filesOption(flags: string, text: string): Option {
  return new Option(flags, text).argParser((files) => files.split(',')).default([], 'none');
}

/** `--label name=value`, or several. */
export function labelOption(text: string): Option {
  return new Option('--label <name=value>', text).argParser(labels).default([], 'none');
}

/** Reads `name=value`, or several, separated by commas. @throws InvalidArgumentError if one is not. */
function labels(text: string): Host['labels'] {
  return text.split(',').map((label) => {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(label.trim()) ?? [];
    if (name === '') throw new InvalidArgumentError('write a label as name=value.');
    return { name, value };
  });
}

async function work(flags: WorkerFlags): Promise<void> {
  const recordings = recordingsAt(flags.recording);
  const modules = await modulesAt(flags.module);
  const fleet = await openFleet(flags);
  const offer = offerFrom(flags, modules, recordings);
  const lanes = new Lanes();
  const leaving = new AbortController();
  let giveBack = () => {};
  try {
    await awaitPlace(fleet, offer, flags.lock);
    if (!flags.sharedHost && flags.simulatedRound === undefined) giveBack = await takeHost(flags.lock, sayTaken);
    const host = new FleetHost(
      fleet,
      { offer, recordings, modules, lockMs: flags.lock, runRound: roundsOf(flags, lanes, leaving.signal) },
      {
        joined: ({ sweep, hosts }) => say(`measures '${sweep}' (${hosts === 'each' ? 'all of it' : 'its share'})`),
        left: () => say('this run is over here'),
        measured: (done) => {
          if (done === 1 || done % 100 === 0) say(`${done} ${done === 1 ? 'round' : 'rounds'} measured`);
        },
        said: say,
      },
    );
    const asked = untilAsked();
    await host.open();
    printLine(
      `ready: host '${offer.host.name}' in fleet '${fleet.name}', ${offer.host.environment.cpu}, ` +
        `kernel ${offer.host.environment.kernel}, Node ${offer.host.environment.node}`,
    );
    await asked;
    say('leaving after this round; once more to leave at once');
    const atOnce = () => {
      leaving.abort();
      process.exit(interruptedCode);
    };
    process.once('SIGINT', atOnce).once('SIGTERM', atOnce);
    await host.close();
    process.off('SIGINT', atOnce).off('SIGTERM', atOnce);
  } finally {
    giveBack();
    lanes.close();
    fleet.redis.disconnect();
  }
}

function offerFrom(flags: WorkerFlags, modules: HostModules, recordings: Recordings): Offer {
  const beginning = runBeginning(flags);
  const environment =
    flags.simulatedRound === undefined ? beginning.environment : simulatedEnvironment(beginning.environment);
  return offerOf({
    name: flags.name,
    labels: flags.label,
    shared: flags.sharedHost ?? false,
    modules: [...modules.keys()],
    recordings: [...recordings.keys()],
    beginning: { ...beginning, environment },
  });
}

function roundsOf(
  { simulatedRound: ms, sharedHost }: WorkerFlags,
  lanes: Lanes,
  signal: AbortSignal,
): (task: RoundTask) => Promise<RoundFigures> {
  if (ms !== undefined) return (task) => simulatedRound(task, ms);
  return async (task) => {
    const giveBack = sharedHost ? await takeHost(Number.POSITIVE_INFINITY, () => {}, signal) : () => {};
    try {
      workersWithRoom([task.point], 1);
      return await lanes.runRound(task, signal);
    } finally {
      giveBack();
    }
  };
}

/** Waits until a worker of the same name that was killed is known to be gone. @throws UsageError if one is there. */
async function awaitPlace(fleet: Fleet, offer: Offer, lockMs: number): Promise<void> {
  const endMs = Date.now() + lockMs + 1000;
  for (let isSaid = false; ; isSaid = true) {
    const why = (await readRoster(fleet, sayOnce))
      .map((member) => objection(offer, member))
      .find((one) => one !== null);
    if (why === undefined) return;
    if (Date.now() > endMs) throw new UsageError(why);
    if (!isSaid) say(`${why}; waiting up to ${Math.ceil(lockMs / 1000)} s, should it have been killed`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function sayTaken(pid: number): void {
  say(`process ${pid} measures on this host: waiting until it ends`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
