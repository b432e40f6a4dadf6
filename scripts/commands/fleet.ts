import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import { removeQueues } from '../../fleet/clearing.js';
import { CancelledError, coordinate, leavingMs } from '../../fleet/coordinator.js';
import { type Fleet, resultsQueue } from '../../fleet/fleet.js';
import { chosenAmong, needsOf, sharedKind } from '../../fleet/hosts.js';
import type { Run } from '../../fleet/message.js';
import { cancel, readNotice } from '../../fleet/notice.js';
import { type OwnFile, ownFiles } from '../../fleet/ownfile.js';
import { recordingsAmong } from '../../fleet/recording.js';
import { readRoster } from '../../fleet/roster.js';
import { ForgedError } from '../../fleet/seal.js';
import { queuesOf } from '../../fleet/status.js';
import { asInRun, expandFor } from '../../fleet/sweep.js';
import { type BeginningFlags, hostNameFlag } from '../../measure/beginning.js';
import { headerFrom } from '../../measure/header.js';
import { UsageError } from '../../measure/problem.js';
import { recordingsOf } from '../../measure/recordings.js';
import { version } from '../../measure/version.js';
import { WrongSetError } from '../../measure/wrong-set.js';
import { FleetFile } from '../../results/fleet.js';
import type { Header, Host, Results, Sharing } from '../../results/schema.js';
import { addSweepFlags, expandFlags, type SweepFlags } from '../options/axes.js';
import { addRedisOptions, openFleet, type RedisFlags, sayOnce } from '../options/redis.js';
import { secondsOption, wholeNumber } from '../options/values.js';
import { insistComplete, typedCommand } from '../runs/session.js';
import { InterruptedError, keptIn, measureUntilInterrupted } from '../terminal/interrupted.js';
import { quote } from '../terminal/quote.js';
import { statusCommand } from './fleet-status.js';
import { labelOption } from './worker.js';

interface FleetFlags extends RedisFlags, SweepFlags, BeginningFlags {
  hosts: Sharing;
  label: Host['labels'];
  mixed?: true;
  atLeast: number;
  lostAfter: number;
  out: string;
}

/** `dirtybench fleet`: one sweep over many hosts, and what goes on there. */
export function fleetCommand(): Command {
  const command = new Command('fleet').description(
    'measure a sweep on every host of a fleet, or share its rounds among them',
  );
  command.addCommand(measureCommand()).addCommand(statusCommand()).addCommand(cancelCommand());
  return command;
}

function measureCommand(): Command {
  return addSweepFlags(addRedisOptions(new Command('measure')))
    .description('measure a sweep on the hosts of a fleet; repeat the command to go on with an interrupted run')
    .addOption(
      new Option(
        '--hosts <way>',
        'each: all of the sweep on every host; split: its rounds shared among hosts that are alike',
      )
        .choices(['each', 'split'])
        .makeOptionMandatory(),
    )
    .addOption(labelOption('only hosts with this label'))
    .option('--mixed', 'share rounds among hosts that are not alike, too')
    .option('--at-least <number>', 'wait until so many hosts are there', wholeNumber(1), 1)
    .addOption(
      secondsOption(
        '--lost-after <time>',
        'give up the rounds of a host that is away for so long, with --hosts each',
        120,
      ),
    )
    .option('--out <file>', 'results file', 'fleet.jsonl')
    .option(...hostNameFlag)
    .action(measureFrom);
}

function cancelCommand(): Command {
  return addRedisOptions(new Command('cancel'))
    .description('end what the fleet measures, and remove it from Redis; what is finished stays in its file')
    .action(async (flags: RedisFlags) => {
      const fleet = await openFleet(flags);
      try {
        const { run } = await readNotice(fleet);
        if (run === null) {
          process.stdout.write(`fleet '${fleet.name}' measures nothing\n`);
          return;
        }
        await cancel(fleet, run.run);
        await clear(fleet, run);
        process.stdout.write(`cancelled: '${run.sweep}' after ${run.done} of ${run.rounds} rounds\n`);
      } finally {
        fleet.redis.disconnect();
      }
    });
}

/** Removes a run's queues; a coordinator that lives does that too, once hosts have left. */
async function clear(fleet: Fleet, run: Run): Promise<void> {
  const endMs = Date.now() + leavingMs;
  for (;;) {
    const roster = await readRoster(fleet, sayOnce);
    if (!roster.some((member) => member.alive && member.run === run.run) || Date.now() > endMs) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await removeQueues(fleet, [...queuesOf(run), resultsQueue(run.run)]);
}

async function measureFrom(flags: FleetFlags): Promise<void> {
  const fleet = await openFleet(flags);
  try {
    await measureOn(fleet, flags);
  } catch (error) {
    if (error instanceof ForgedError)
      throw new UsageError(`Redis holds ${error.message}: use the fleet's --secret-file, or another --fleet`);
    throw error;
  } finally {
    fleet.redis.disconnect();
  }
}

async function measureOn(fleet: Fleet, flags: FleetFlags): Promise<void> {
  const file = await FleetFile.open(flags.out, (held) => headerFor(fleet, flags, held));
  const choice = { sharing: flags.hosts, labels: flags.label, mixed: flags.mixed ?? false };
  const failures: string[] = [];
  const wrongSets = file.wrongSets.map(({ host, message }) => `host '${host}': ${message}`);
  try {
    const { header } = file;
    const files = ownFiles(header);
    const here = chosenAmong(await readRoster(fleet, sayOnce), choice, files);
    const run = header.fleet?.run ?? '';
    await refuseOther(fleet, run);
    if (flags.hosts === 'each') {
      const told = here.map((host) => asInRun(header, host));
      for (const host of told) if (!isHeld(host, file.hosts)) file.appendHost(host);
    }
    const hosts = flags.hosts === 'each' || file.hosts.length > 0 ? file.hosts : here;
    const kind = flags.hosts === 'split' ? sharedKind(hosts, choice, say) : null;
    if (file.rounds > 0) say(`${flags.out} holds ${file.rounds} finished rounds: going on from there`);
    for (const host of here) say(describe(host));
    const told = {
      run,
      hosts: flags.hosts,
      sweep: header.sweep,
      startedAt: header.startedAt,
      coordinator: { host: hostname(), pid: process.pid },
      points: header.points.length,
      ...needsOf(header, files, hosts, choice, kind),
    };
    await measureUntilInterrupted(keptIn(flags.out), { close: () => {} }, (signal, progress) =>
      coordinate(
        fleet,
        file,
        { run: told, hosts: hosts.length, lostAfterMs: flags.lostAfter * 1000, signal },
        {
          progress,
          host: ({ name }) => say(`host '${name}' measures`),
          failure: ({ message }) => failures.push(message),
          wrongSet: ({ message }) => wrongSets.push(message),
          said: say,
        },
      ),
    );
  } catch (error) {
    if (error instanceof CancelledError) {
      throw new InterruptedError(`${error.message}: ${keptIn(flags.out)}`);
    }
    throw error;
  } finally {
    file.close();
  }
  if (wrongSets.length > 0) {
    throw new WrongSetError(`${wrongSets.join('\ndirtybench: ')}\nall other points are measured and in ${flags.out}`);
  }
  process.stdout.write(
    `${file.rounds} rounds of ${file.header.points.length} points on ${file.hosts.length} ` +
      `${file.hosts.length === 1 ? 'host' : 'hosts'} are in ${flags.out}\nreport: dirtybench report --from ${quote(flags.out)}\n`,
  );
  insistComplete(failures);
}

/** Whether the file has a host as it is now: one that has come back with what it lacked is said anew, and measures that too. */
function isHeld(now: Host, held: readonly Host[]): boolean {
  const lacksOf = ({ unavailable, withoutRoom }: Host) => JSON.stringify([unavailable, withoutRoom]);
  return held.some((host) => host.name === now.name && lacksOf(host) === lacksOf(now));
}

/** The header of the run that the file holds, or of one that begins now. */
async function headerFor(fleet: Fleet, flags: FleetFlags, held: Results | null): Promise<Header> {
  let known: readonly Host[] = held?.hosts ?? [];
  const planned = await expandFlags(flags, null, async (sweeps, named) => {
    const workloads = sweeps.flatMap(({ crosses }) => crosses.flatMap(({ workload = [] }) => workload));
    if (known.length === 0)
      known = await awaitHosts(fleet, flags, ownFiles({ modules: [...named], recordings: recordingsAmong(workloads) }));
    return expandFor(flags.hosts, known, sweeps);
  });
  const { points, modules } = planned;
  if (held !== null) {
    const { header } = held;
    const isSameRecording = JSON.stringify(header.recordings ?? []) === JSON.stringify(recordingsOf(points));
    const isSame = JSON.stringify(header.points) === JSON.stringify(points) && header.fleet?.hosts === flags.hosts;
    const isSameCode = JSON.stringify(header.modules ?? []) === JSON.stringify(modules);
    if (isSame && isSameCode && isSameRecording && header.version === version) return header;
    const code = isSameCode ? 'another version of dirtybench' : 'another version of its modules';
    const input = isSameRecording ? code : 'another recording';
    const what = isSame ? input : 'other points, or another --hosts';
    throw new UsageError(`'${flags.out}' holds another run (${what}): name another file with --out, or remove it`);
  }
  const [first] = known;
  if (first === undefined) throw new UsageError('no host of the fleet is there');
  const { environment, load, footprintBytes, commit, host } = first;
  const header = headerFrom(planned, typedCommand(), {
    version,
    startedAt: new Date().toISOString(),
    host: flags.hostName ? host : null,
    commit,
    environment,
    load,
    footprintBytes,
  });
  return { ...header, fleet: { run: randomUUID(), hosts: flags.hosts } };
}

/** Waits until enough hosts are there. */
async function awaitHosts(
  fleet: Fleet,
  { atLeast, label, hosts: sharing }: FleetFlags,
  files: readonly OwnFile[],
): Promise<Host[]> {
  for (let isSaid = false; ; isSaid = true) {
    const hosts = chosenAmong(await readRoster(fleet, sayOnce), { labels: label, sharing }, files);
    if (hosts.length >= atLeast) return hosts;
    if (!isSaid) {
      say(
        `${hosts.length} of ${atLeast} hosts are in fleet '${fleet.name}'${label.length > 0 ? ' with that label' : ''}${files.length > 0 && sharing === 'split' ? ' with its files' : ''}: start some with dirtybench worker; waiting`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** @throws UsageError if the fleet measures something else. */
async function refuseOther(fleet: Fleet, mine: string): Promise<void> {
  const { run } = await readNotice(fleet);
  if (run === null || run.run === mine) return;
  const seconds = Math.round((Date.now() - Date.parse(run.saidAt)) / 1000);
  throw new UsageError(
    `fleet '${fleet.name}' measures '${run.sweep}' (${run.done} of ${run.rounds} rounds; its coordinator, process ` +
      `${run.coordinator.pid} on ${run.coordinator.host}, was heard of ${seconds} s ago): wait for it, or end it with dirtybench fleet cancel`,
  );
}

function describe({ name, environment }: Host): string {
  return `host '${name}': ${environment.cpu}, ${environment.cores} cores, kernel ${environment.kernel}, Node ${environment.node}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
