import type { AnyResults, ResultsKind } from '../../../results/any.js';
import type { Against, Header, Results } from '../../../results/schema.js';
import { buildsOf } from './builds.js';
import { type Difference, differencesOf } from './differences.js';
import { matchesOf } from './matching.js';
import { countJudged, coverageOfEach, type Pair, pairsOf, tableCoverage } from './pair.js';
import { measurementsOf, type Series, type SweepMetric } from './series.js';

/** A results file with its name. */
export interface NamedFile {
  readonly path: string;
  readonly file: AnyResults;
}

/** How to compare. */
export interface Comparing {
  /** What differs by no more than this share is the same. */
  readonly threshold: number;
  /** Which metrics of a sweep; other kinds of file have one. */
  readonly metrics: readonly SweepMetric[];
}

/** A point without a partner. */
export type Single = Pick<Series, 'metric' | 'axes'>;

/** One file beside the first. */
export interface ComparedFile {
  readonly path: string;
  /** What matters most first: slower, faster, undecided, same, and of each the largest change. */
  readonly pairs: readonly Pair[];
  readonly onlyBase: readonly Single[];
  readonly onlyNew: readonly Single[];
  /** In what the two runs differ beside what was measured. */
  readonly differences: readonly Difference[];
}

/** Files beside a first one: plain data, from which text, Markdown, JSON and a chart are made. */
export interface Comparison {
  readonly kind: ResultsKind;
  readonly base: string;
  readonly threshold: number;
  /** What all intervals hold together, and what each covers for it (where its rounds are enough). */
  readonly coverage: number;
  readonly pairCoverage: number;
  /** The rounds are pairs: both builds, or versions of a module, were measured by turns in one run. */
  readonly byTurns: boolean;
  /** How often each pair may have been looked at while it was measured, with more rounds each time; each interval covers more for it. */
  readonly looks: number;
  /** Both builds are the same files, to the byte: what differs is chance, or what modules import. */
  readonly sameCode: boolean;
  readonly files: readonly ComparedFile[];
}

/** Compares files of one kind, each with the first. The same files give the same comparison, to the bit. */
export function compare(base: NamedFile, others: readonly NamedFile[], comparing: Comparing): Comparison {
  return comparisonOf(base, others, comparing, { byTurns: false, looks: 1 });
}

/** Compares the two builds, or versions of a module, that a run measured by turns, round by round. @throws Error if it measured one. */
export function compareBuilds(path: string, results: Results, comparing: Comparing): Comparison {
  const builds = buildsOf(results);
  const { against } = results.header;
  if (builds === null || against === undefined) throw new Error(`${path} is of one build`);
  const [base, own] = [builds.base, builds.own].map((of) => ({ kind: 'results' as const, of }));
  if (base === undefined || own === undefined) throw new Error('two builds are two files');
  const sameCode = isSameCode(results.header, against);
  const comparison = {
    ...comparisonOf({ path: against.build, file: base }, [{ path, file: own }], comparing, {
      byTurns: true,
      looks: against.looks ?? 1,
    }),
    sameCode,
  };
  if (
    !results.rounds.some(({ writesHash, against: other }) => other !== undefined && other.writesHash !== writesHash)
  ) {
    return comparison;
  }
  const files = comparison.files.map((file) => ({ ...file, differences: [...file.differences, otherWrites] }));
  return { ...comparison, files };
}

function isSameCode({ modules = [] }: Header, { digest, ownDigest, module }: Against): boolean {
  if (module === undefined) return digest === ownDigest;
  return modules.some(({ path, sha256 }) => path === module.of && sha256 === module.sha256);
}

/** A build whose workload is another one does other work. */
const otherWrites: Difference = { what: 'pages written', base: 'by its own workload', new: 'other ones' };

function comparisonOf(
  base: NamedFile,
  others: readonly NamedFile[],
  { metrics, threshold }: Comparing,
  { byTurns, looks }: Pick<Comparison, 'byTurns' | 'looks'>,
): Comparison {
  const from = measurementsOf(base.file, metrics);
  const sides = others.map((other) => {
    const to = measurementsOf(other.file, metrics);
    return { other, to, matches: matchesOf(from.series, to.series) };
  });
  const pairs = sides.reduce((sum, { matches }) => sum + countJudged(matches.matched), 0);
  const pairCoverage = coverageOfEach(pairs, byTurns, looks);
  const demand = { coverage: pairCoverage, threshold, byTurns };
  return {
    kind: base.file.kind,
    base: base.path,
    threshold,
    coverage: tableCoverage(byTurns),
    pairCoverage,
    byTurns,
    looks,
    sameCode: false,
    files: sides.map(({ other, to, matches: { matched, onlyBase, onlyOther } }) => ({
      path: other.path,
      pairs: pairsOf(matched, [from, to], demand),
      onlyBase: onlyBase.map(singleOf),
      onlyNew: onlyOther.map(singleOf),
      differences: differencesOf(base.file, other.file, matched),
    })),
  };
}

function singleOf({ metric, axes }: Series): Single {
  return { metric, axes };
}
