import { Command, Option } from 'commander';
import { availability } from '../../guests/availability.js';
import { guestNames } from '../../guests/registry.js';
import { hostNameFlag } from '../../measure/beginning.js';
import { readEnvironment } from '../../measure/environment.js';
import { UsageError } from '../../measure/problem.js';
import { type Advice, advise } from '../../reports/analysis/advice/advice.js';
import { unlikeness } from '../../reports/analysis/advice/likeness.js';
import { plainJson } from '../../reports/analysis/document.js';
import { adviceSentence, adviceText } from '../../reports/markdown/advice.js';
import { cacheStates, olderName } from '../../results/cache.js';
import { findsNothing } from '../../trackers/facts.js';
import { isTrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { axisValue, type Found, type QuestionFlags, questionOf, shareOf } from '../options/question.js';
import { seconds, wholeNumber } from '../options/values.js';
import { type MeasureNowFlags, measureNow } from '../runs/advise-measure.js';
import { type NamedEvidence, readEvidence } from '../runs/evidence.js';
import { type Observed, observeProcess, observeQemu } from '../runs/running.js';

interface AdviseFlags extends QuestionFlags, MeasureNowFlags {
  qmp?: string;
  pid?: number;
  interval: number;
  from?: string;
  measure?: true;
  json?: true;
}

/** A scheme that cannot be had on this machine. */
interface Unavailable {
  readonly scheme: string;
  readonly why: string;
  readonly remedy: string;
}

/** `dirtybench advise`: which scheme for a guest of the user's, and what it will cost. */
export function adviseCommand(): Command {
  return new Command('advise')
    .description(
      'say which way of finding dirty pages a guest of yours should have, and what that costs it: from results at hand, ' +
        'and from cost models fitted to them where it was not measured',
    )
    .option('--memory <size>', 'memory of the guest, as 64G')
    .option('--pages <number>', 'pages that it writes between two I/Os')
    .option('--dirty-rate <number>', 'or: pages that it writes per second')
    .option('--io-frequency <number>', 'I/Os per second, each of which is a synchronisation')
    .option('--workload <name>', 'which pages it writes, as in `dirtybench list`; a trace says how many', 'uniform')
    .addOption(
      new Option('--guest <name>', 'kind of guest (default: kvm, where it was measured)').choices([...guestNames]),
    )
    .addOption(
      new Option('--cache <state>', 'what an epoch leaves in the caches')
        .choices([...cacheStates, olderName])
        .default('l2-cold'),
    )
    .option('--qmp <socket>', 'ask a running QEMU for what is not given: -qmp unix:SOCKET,server=on,wait=off')
    .option('--pid <number>', 'or find it out of a running process, by recording it', wholeNumber(1))
    .addOption(
      new Option('--interval <time>', 'how long --qmp and --pid look').argParser(wholeSeconds).default(1, '1s'),
    )
    .option('--budget <share>', 'what of its time the guest may lose, as 5%', shareOf)
    .option('--from <file>', 'a results file, or the analysis.json of a report (default: the published results)')
    .option('--measure', 'measure this very point on this machine first; it takes about half a minute')
    .option('--rounds <number>', 'rounds of each scheme that --measure measures', wholeNumber(1), 5)
    .option('--out <file>', 'where --measure keeps its results file (default: nowhere)')
    .option(...hostNameFlag)
    .option('--json', 'as JSON')
    .action(adviseOn);
}

async function adviseOn(flags: AdviseFlags): Promise<void> {
  if (flags.qmp !== undefined && flags.pid !== undefined) {
    throw new UsageError('--qmp and --pid are two guests: give one of them');
  }
  const observed = await observe(flags);
  const asked = { ...flags, ...(flags.pid === undefined || flags.guest !== undefined ? {} : { guest: 'process' }) };
  const { evidence, name } = await evidenceFor(asked, observed?.found);
  const guests = [...new Set(evidence.points.map(({ guest }) => guest))];
  const question = questionOf(asked, guests, observed?.found);
  const here = readEnvironment();
  const unlike = unlikeness(evidence.run.environment, here);
  const unavailable = unavailableOf(question.guest);
  const schemesHere = { ...evidence, points: evidence.points.filter(({ tracker }) => !isAmong(tracker, unavailable)) };
  const advice = advise(schemesHere, question);
  if (flags.json) {
    const machine = { measuredOn: evidence.run.environment, unlike };
    const document = {
      sentence: adviceSentence(advice),
      from: name,
      observed: observed?.found ?? null,
      ...advice,
      machine,
      unavailable,
    };
    process.stdout.write(`${plainJson(document)}\n`);
    return;
  }
  const notes = [
    ...(observed === null ? [] : [observed.note]),
    sourceNote(name, evidence, unlike),
    ...elsewhereNotes(unavailable, advice),
    ...nextNote(flags, advice),
  ];
  process.stdout.write(`${adviceText(advice, notes)}\n`);
}

async function observe({ qmp, pid, interval, ioFrequency }: AdviseFlags): Promise<Observed | null> {
  const given = ioFrequency === undefined ? null : axisValue('io-frequency', ioFrequency);
  if (qmp !== undefined) return observeQemu(qmp, interval, given);
  return pid === undefined ? null : observeProcess(pid, interval, given);
}

/** Reads a time of whole seconds: QEMU counts in them. @throws InvalidArgumentError */
function wholeSeconds(text: string): number {
  return wholeNumber(1)(String(seconds(text)));
}

function evidenceFor(flags: AdviseFlags, found: Found | undefined): Promise<NamedEvidence> | NamedEvidence {
  if (flags.measure === undefined) return readEvidence(flags.from);
  const question = questionOf(flags, [...guestNames], found);
  return measureNow(question, flags);
}

/** Trackers of a kind of guest that do not work on this machine, found out by trying each. */
function unavailableOf(guest: string): Unavailable[] {
  return trackerNames
    .filter((tracker) => trackers[tracker].guest === guest && !findsNothing(trackers[tracker]))
    .flatMap((scheme) => {
      const here = availability(trackers[scheme]);
      return here.works ? [] : [{ scheme, why: here.why, remedy: here.remedy }];
    });
}

function isAmong(tracker: string, unavailable: readonly Unavailable[]): boolean {
  return unavailable.some(({ scheme }) => scheme === tracker);
}

function sourceNote(name: string, { run }: NamedEvidence['evidence'], unlike: readonly string[]): string {
  const { cpu, kernel } = run.environment;
  const when = run.startedAt.slice(0, 10);
  const like =
    unlike.length === 0
      ? 'a machine like this one'
      : `a machine that is not like this one (${unlike.join('; ')}): take the figures for orders of magnitude, or measure here with --measure`;
  return `From ${name}: ${when}, ${cpu}, Linux ${kernel}, ${like}.`;
}

function elsewhereNotes(unavailable: readonly Unavailable[], { question }: Advice): string[] {
  return unavailable.map(
    ({ scheme, why, remedy }) =>
      `Not on this machine: ${scheme} (${trackers[isTrackerName(scheme) ? scheme : 'null'].summary}; guest ${question.guest}): ${why}; remedy: ${remedy}.`,
  );
}

function nextNote({ measure }: AdviseFlags, { schemes }: Advice): string[] {
  const isGuess = schemes.some(({ stop }) => stop.basis === 'extrapolated');
  return isGuess && measure === undefined
    ? ['To know instead: the same command with --measure, in about half a minute.']
    : [];
}
