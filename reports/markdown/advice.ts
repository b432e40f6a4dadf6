import type { Advice, Following, SchemeAdvice, Span } from '../analysis/advice/advice.js';
import type { Predicted } from '../analysis/advice/curve.js';
import type { Question } from '../analysis/advice/question.js';
import { formatBytes, formatCount, formatMemory, formatShare, formatTime } from '../units.js';
import { code, listed, nothing } from './prose.js';
import { type Table, toText } from './table.js';

/** What is marked so was not measured there, nor between what was. */
const mark = '†';

/** Names of the kinds of guest, in a sentence. */
const guests: Readonly<Record<string, string>> = {
  kvm: 'guest on KVM',
  process: 'part of a process’s memory',
  simulated: 'guest of a VMM of your own',
};

/** The answer in one sentence, or two. */
export function adviceSentence(advice: Advice): string {
  const { question, schemes, ties, reach } = advice;
  const [first] = schemes;
  if (first === undefined) return `Nothing was measured of a ${guestOf(question)}, so there is no answer.`;
  const named = [first.scheme, ...ties];
  const use = ties.length === 0 ? `use ${code(first.scheme)}` : `use ${code(first.scheme)}; ${cannotTell(named)}`;
  return `For a ${subject(question)}, ${use}. ${costSentence(first, question)}${reachSentence(first, question, reach)}`;
}

function guestOf({ guest }: Question): string {
  return guests[guest] ?? `guest of kind ${guest}`;
}

function subject(question: Question): string {
  const { memoryBytes, pages, ioFrequency, workload } = question;
  const program = workload === 'uniform' ? '' : ` as ${workload} does`;
  return (
    `${formatMemory(memoryBytes)} ${guestOf(question)} that writes ${formatCount(Math.round(pages))} pages${program} ` +
    `before each of ${formatCount(ioFrequency)} I/Os per second`
  );
}

function cannotTell(named: readonly string[]): string {
  return named.length > 3
    ? `${named.length - 1} others cannot be told from it`
    : `${listed(named.slice(1).map(code))} cannot be told from it`;
}

function costSentence(first: SchemeAdvice, { budget }: Question): string {
  const { stop, timeLeft, budgetHz } = first;
  const guess = stop.basis === 'extrapolated' ? ', extrapolated' : '';
  const within =
    budgetHz === null || budget === null
      ? ''
      : ` A budget of ${formatShare(budget)} holds up to ${rate(budgetHz)} I/Os per second.`;
  return (
    `Each I/O stops the guest for ${formatTime(stop.value)} (${interval(stop, formatTime)}${guess}), and ` +
    `${formatShare(timeLeft.value)} of its time is left to it (${interval(timeLeft, formatShare)}).${within}`
  );
}

function reachSentence({ run, highestHz }: SchemeAdvice, question: Question, reach: Advice['reach']): string {
  if (reach === 'yes') return '';
  const writing = `writing the pages takes about ${formatTime(run.value)} on that machine`;
  return reach === 'no'
    ? ` But ${formatCount(question.ioFrequency)} I/Os per second cannot be had: ${writing}, so that there are at most ${rate(highestHz)}.`
    : ` Whether ${formatCount(question.ioFrequency)} I/Os per second can be had is not sure: ${writing}, so that the most is ${rate(highestHz)}.`;
}

function rate(hz: Following): string {
  return `${formatCount(Math.round(hz.value))} (${interval(hz, (value) => formatCount(Math.round(value)))})`;
}

function interval({ low, high }: Following, format: (value: number) => string): string {
  const [from, to] = [format(low), format(high)];
  return from === to ? from : `${from} to ${to}`;
}

/** Every scheme, the cheapest first. */
export function adviceTable({ schemes, question }: Advice): Table {
  const budget = question.budget === null ? [] : [`most I/Os/s at ${formatShare(question.budget)}`];
  return {
    of: 'figures',
    header: ['scheme', 'stop at each I/O', 'guest pays an epoch', 'time left', 'most I/Os/s', ...budget, 'its memory'],
    rows: schemes.map((scheme) => [
      scheme.scheme,
      figure(scheme.stop),
      scheme.charge === null ? nothing : `${formatTime(scheme.charge.value)} (${interval(scheme.charge, formatTime)})`,
      `${formatShare(scheme.timeLeft.value)} (${interval(scheme.timeLeft, formatShare)})`,
      rate(scheme.highestHz),
      ...(scheme.budgetHz === null ? [] : [rate(scheme.budgetHz)]),
      scheme.roomBytes === null ? nothing : formatBytes(scheme.roomBytes),
    ]),
  };
}

function figure(predicted: Predicted): string {
  const marked = predicted.basis === 'extrapolated' ? mark : '';
  return `${formatTime(predicted.value)}${marked} (${interval(predicted, formatTime)})`;
}

/** Why, each a sentence: what the figures rest on, and what they do not know. */
export function adviceReasons({ schemes, question }: Advice): string[] {
  const [first] = schemes;
  if (first === undefined) return [];
  const beyond = schemes.filter(({ stop }) => stop.basis === 'extrapolated');
  const other = schemes.filter(({ workload }) => workload !== question.workload);
  const unmarked = schemes.filter(({ charge }) => charge === null);
  return [
    basisSentence(first),
    'In brackets is where 19 of 20 direct measurements would lie, on the same machine on another day.',
    'A stop is detection alone. The guest pays for marking as it runs. The most I/Os leave it time for nothing but these writes.',
    ...(unmarked.length === 0
      ? []
      : [
          `What marking costs was not measured with ${unmarked.length === schemes.length ? 'any' : listed(unmarked.map(({ scheme }) => code(scheme)))}: rank and time left count detection alone there.`,
        ]),
    ...(beyond.length === 0
      ? []
      : [
          `${mark} extrapolated: ${listed(beyond.map(({ scheme }) => code(scheme)))} ${beyond.length === 1 ? 'was' : 'were'} not measured so far out; the interval goes from no growth to growth in proportion.`,
        ]),
    ...(other.length === 0
      ? []
      : [
          `Workload ${question.workload} was not measured enough with ${listed(other.map(({ scheme }) => code(scheme)))}: the figures are those of ${listed([...new Set(other.map(({ workload }) => workload))])}.`,
        ]),
  ];
}

function basisSentence({ scheme, stop, measured }: SchemeAdvice): string {
  const spans = `${span(measured.memoryBytes, formatMemory)} and ${span(measured.pages, (pages) => formatCount(Math.round(pages)))} pages`;
  const points = `${stop.samples} ${stop.samples === 1 ? 'point' : 'points'}`;
  return stop.basis === 'measured'
    ? `${code(scheme)} was measured at this very point.`
    : `${code(scheme)} is computed from ${points}, of ${spans}.`;
}

function span({ least, most }: Span, format: (value: number) => string): string {
  return format(least) === format(most) ? format(least) : `${format(least)} to ${format(most)}`;
}

/** The whole answer, as text for a terminal. */
export function adviceText(advice: Advice, notes: readonly string[]): string {
  const table = advice.schemes.length === 0 ? [] : [toText(adviceTable(advice))];
  const reasons = [...adviceReasons(advice), ...notes].map((line) => `- ${line.replaceAll('`', '')}`);
  return [adviceSentence(advice).replaceAll('`', ''), ...table, reasons.join('\n')].join('\n\n');
}
