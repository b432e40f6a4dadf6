import { parseLine, ResultsError, readLines, refuseTwice, type SameRun, type WholeLines } from './lines.js';
import { RecordFile, type RecordFormat } from './recordfile.js';
import {
  type Header,
  type Host,
  headerSchema,
  type Isolation,
  type Results,
  type ResultsRecord,
  type Round,
  recordSchema,
  type WrongSet,
} from './schema.js';

export { ResultsError } from './lines.js';

/**
 * Reads a results file. A last line without its line break was being written when the run was killed: it is dropped,
 * with a warning. Null: nothing in the file is finished, not even the header.
 * @throws ResultsError if the file cannot be read or a line is not what it should be.
 */
export function readResults(path: string): Results | null {
  return resultsIn(readLines(path), path);
}

/** Reads a results file's lines, as `readResults` does. @throws ResultsError if a line is not what it should be. */
export function resultsIn({ lines, warnings: mended }: WholeLines, path: string): Results | null {
  const warnings = [...mended];
  const [first, ...rest] = lines;
  if (first === undefined) return null;
  const header = parseLine(first, headerSchema, path, 1);
  const records = rest.map((line, index) => {
    const record = parseLine(line, recordSchema, path, index + 2);
    if (record.kind !== 'host' && record.point >= header.points.length) {
      throw new ResultsError(`${path}, line ${index + 2}: point ${record.point} of ${header.points.length} points`);
    }
    return record;
  });
  refuseTwice(
    path,
    records.map((record) => keyIn(header, record)),
  );
  refuseUnknownHost(path, records);
  if (records.some(({ kind }) => kind === 'interference')) warnings.push(oneProcess(path));
  const counted = records.filter((record) => record.kind !== 'interference');
  return { ...resultsOf(header, counted), warnings };
}

/** What the records say together: of what was found out twice, the last. */
function resultsOf(header: Header, records: readonly ResultsRecord[]): Omit<Results, 'warnings'> {
  const rounds: Round[] = [];
  const isolation = new Map<string, Isolation>();
  const wrongSets: WrongSet[] = [];
  const hosts = new Map<string, Host>();
  for (const record of records) {
    if (record.kind === 'round') rounds.push(record);
    else if (record.kind === 'isolation') isolation.set(record.tracker, record);
    else if (record.kind === 'wrong set') wrongSets.push(record);
    else if (record.kind === 'host') hosts.set(record.name, record);
  }
  const valid = rounds.filter((round) => isValid(round, header, isolation));
  return { header, rounds: valid, hosts: [...hosts.values()], isolation: [...isolation.values()], wrongSets };
}

/** What of a record may be in a file once; null: it does not matter. Hosts that measure all measure each round, too. */
function keyIn({ fleet }: Header, record: ReturnType<typeof recordSchema.parse>): string | null {
  if (record.kind !== 'round') return null;
  return fleet?.hosts === 'each' ? `${roundKey(record)}, of host ${record.host}` : roundKey(record);
}

/** @throws ResultsError if a round names a host that no line before it describes. */
function refuseUnknownHost(path: string, records: readonly ReturnType<typeof recordSchema.parse>[]): void {
  const known = new Set<string>();
  records.forEach((record, index) => {
    if (record.kind === 'host') known.add(record.name);
    else if ('host' in record && record.host !== undefined && !known.has(record.host)) {
      throw new ResultsError(`${path}, line ${index + 2}: no line before it describes host '${record.host}'`);
    }
  });
}

function roundKey({ point, twin, round, beside }: Round): string {
  return `round ${round} of point ${point}${twin ? ' (second of the A/A pair)' : ''}${beside ? ', beside others' : ''}`;
}

function oneProcess(path: string): string {
  return (
    `${path}: dirtybench 0.1.0 measured these rounds beside each other in one process: figures of process guests may be ` +
    'several times too high; measure them again'
  );
}

/** A round that was measured beside others counts only if its tracker does not differ so. */
function isValid({ point, beside }: Round, header: Header, isolation: ReadonlyMap<string, Isolation>): boolean {
  return !beside || isolation.get(header.points[point]?.tracker ?? '')?.measured !== 'alone';
}

/** A results file open for appending. */
export class ResultsFile extends RecordFile<ResultsRecord, Header, Results> {
  /** @throws ResultsError if the file cannot be written or was started with another header. */
  constructor(path: string, header: Header) {
    super(path, format, header);
  }

  /** What the file holds by now. */
  get results(): Results {
    const { header, rounds, hosts, isolation, wrongSets, warnings } = this.held;
    return { ...resultsOf(header, [...rounds, ...hosts, ...isolation, ...wrongSets, ...this.appended]), warnings };
  }
}

/** What a resumed run must have in common with the one it goes on with, and what it is if it has not. */
const sameRun = {
  points: 'other points',
  modules: 'another version of its modules',
  recordings: 'another recording',
  schema: 'written by dirtybench 0.1.0',
  version: 'another version of dirtybench',
  environment: 'another machine, kernel or Node',
  footprintBytes: 'another cache footprint',
  against: 'measured against another build or version, or none',
} satisfies SameRun<Header>;

const format: RecordFormat<Header, Results> = { header: headerSchema, same: sameRun, read: resultsIn };
