import { Command, Option } from 'commander';
import { guestNames } from '../../guests/registry.js';
import { hostNameFlag } from '../../measure/beginning.js';
import { readEnvironment } from '../../measure/environment.js';
import { UsageError } from '../../measure/problem.js';
import { type Advice, advise } from '../../reports/analysis/advice/advice.js';
import { unlikeness } from '../../reports/analysis/advice/likeness.js';
import { plainJson } from '../../reports/analysis/document.js';
import { adviceSentence, adviceText } from '../../reports/markdown/advice.js';
import { cacheStates, olderName } from '../../results/cache.js';
import { isTrackerName, trackers } from '../../trackers/registry.js';
import { axisValue, type Found, type QuestionFlags, questionOf, shareOf } from '../options/question.js';
import { seconds, wholeNumber } from '../options/values.js';
import { type MeasureNowFlags, measureNow } from '../runs/advise-measure.js';
import { type NamedEvidence, readEvidence } from '../runs/evidence.js';
import { answering, type Unavailable, unavailableOf, worksHere } from '../runs/here.js';
import { type Observed, observeProcess, observeQemu } from '../runs/running.js';
import { outputBeside } from '../terminal/streams.js';

interface AdviseFlags extends QuestionFlags, MeasureNowFlags {
  qmp?: string;
  pid?: number;
  interval: number;
  from?: string;
  measure?: true;
  json?: true;
}

/** Options that do nothing without `--measure`. */
const ofMeasuring = ['rounds', 'out'];

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

async function adviseOn(flags: AdviseFlags, command: Command): Promise<void> {
  refuseIdle(flags, command);
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
  const { points, elsewhere } = answering(evidence.points, question.guest, unavailable);
  const advice = advise({ ...evidence, points }, question);
  const output = flags.out === undefined ? process.stdout : outputBeside(flags.out);
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
    output.write(`${plainJson(document)}\n`);
    return;
  }
  const notes = [
    ...(observed === null ? [] : [observed.note]),
    sourceNote(name, evidence, unlike, elsewhere),
    ...(elsewhere ? [elsewhereNote(unavailable, advice)] : unavailableNotes(unavailable, advice)),
    ...(elsewhere ? [] : nextNote(flags, advice)),
  ];
  output.write(`${adviceText(advice, notes)}\n`);
}

/** @throws UsageError if an option was given that would do nothing. */
function refuseIdle({ measure, from }: AdviseFlags, command: Command): void {
  if (measure !== undefined) {
    if (from === undefined) return;
    throw new UsageError(`--from ${from} holds results, and --measure measures others: give one of them`);
  }
  const given = (option: Option) => command.getOptionValueSource(option.attributeName()) === 'cli';
  const idle = command.options.find((option) => ofMeasuring.includes(option.attributeName()) && given(option));
  if (idle !== undefined) throw new UsageError(`${idle.long} is for --measure: give that too, or leave it out`);
}

async function observe({ qmp, pid, interval, ioFrequency, memory }: AdviseFlags): Promise<Observed | null> {
  const given = ioFrequency === undefined ? null : axisValue('io-frequency', ioFrequency);
  if (qmp !== undefined) return observeQemu(qmp, interval, given);
  if (pid === undefined) return null;
  const memoryBytes = memory === undefined ? null : axisValue('memory', memory);
  return observeProcess(pid, interval, { ioFrequency: given, memoryBytes });
}

/** Reads a time of whole seconds: QEMU counts in them. @throws InvalidArgumentError */
function wholeSeconds(text: string): number {
  return wholeNumber(1)(String(seconds(text)));
}

function evidenceFor(flags: AdviseFlags, found: Found | undefined): Promise<NamedEvidence> | NamedEvidence {
  if (flags.measure === undefined) return readEvidence(flags.from);
  // Where none is named, one that can be measured.
  const guests = flags.guest === undefined ? guestNames.filter(worksHere) : guestNames;
  return measureNow(questionOf(flags, guests, found), flags);
}

/** `elsewhere`: what is asked about cannot be measured on this machine. */
function sourceNote(
  name: string,
  { run }: NamedEvidence['evidence'],
  unlike: readonly string[],
  elsewhere: boolean,
): string {
  const { cpu, kernel } = run.environment;
  const when = run.startedAt.slice(0, 10);
  const like =
    unlike.length === 0
      ? 'a machine like this one'
      : `a machine that is not like this one (${unlike.join('; ')}): take the figures for orders of magnitude${elsewhere ? '' : ', or measure here with --measure'}`;
  return `From ${name}: ${when}, ${cpu}, Linux ${kernel}, ${like}.`;
}

function elsewhereNote(unavailable: readonly Unavailable[], { question }: Advice): string {
  const reasons = [...new Set(unavailable.map(({ why, remedy }) => `${why}; remedy: ${remedy}`))];
  return `Not on this machine: guest ${question.guest} (${reasons.join('; or ')}). The answer is for a machine that has it.`;
}

function unavailableNotes(unavailable: readonly Unavailable[], { question }: Advice): string[] {
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
