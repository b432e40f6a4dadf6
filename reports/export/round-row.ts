import type { AnyResults } from '../../results/any.js';
import { downtimeNs, downtimeParts, type Migrations } from '../../results/migrations.js';
import type { Results, Round, Timing } from '../../results/schema.js';
import { stages, type Transactions } from '../../results/transactions.js';
import { axesOf } from '../analysis/compare/series.js';
import { migrationAxes, transactionAxes } from './quantity.js';
import type { Row } from './row.js';

/** Every finished round of a results file with what it measured, in the order they were measured; the A/A pair's too. */
export function roundRows(file: AnyResults): Row[] {
  switch (file.kind) {
    case 'results':
      return ofSweep(file.of);
    case 'transactions':
      return ofTransactions(file.of);
    case 'migrations':
      return ofMigrations(file.of);
  }
}

function ofSweep(results: Results): Row[] {
  return results.rounds.map(
    ({
      kind: _kind,
      point,
      host,
      run,
      collect,
      kernel,
      unitPages,
      firstWrite,
      arming,
      running,
      reportedPages,
      against: _against,
      ...round
    }) => ({
      ...axesOf(results, point),
      ...(host === undefined ? {} : { host }),
      ...round,
      reportedPages: reportedPages ?? null,
      ...(unitPages === undefined ? {} : { unitPages }),
      ...(firstWrite === undefined ? {} : { firstWriteNs: firstWrite.firstNs, secondWriteNs: firstWrite.againNs }),
      ...(arming === undefined
        ? {}
        : { armNs: arming.armNs, disarmNs: arming.disarmNs, firstCollectNs: arming.firstCollectNs }),
      ...runningOf(running),
      ...timesOf('collect', collect),
      ...timesOf('run', run),
      ...timesOf('kernel', kernel),
    }),
  );
}

/** Columns `runningCollects`, `runningCollectNs`, ...; none where the guest stood still. */
function runningOf(running: Round['running']): Row {
  return Object.fromEntries(Object.entries(running ?? {}).map(([name, value]) => [camel('running', name), value]));
}

const times = ['minNs', 'medianNs', 'meanNs', 'p99Ns', 'p999Ns', 'maxNs'] as const satisfies readonly (keyof Timing)[];

/** Columns `collectMinNs`, `collectMedianNs`, ... */
function timesOf(metric: string, timing: Timing | null): Row {
  return Object.fromEntries(times.map((name) => [camel(metric, name), timing?.[name] ?? null]));
}

function ofTransactions(transactions: Transactions): Row[] {
  return transactions.runs.map((run) => {
    const {
      kind: _kind,
      point,
      warmup,
      idleShare,
      latency,
      split,
      verified,
      seconds,
      floor,
      processorSeconds,
      ...counts
    } = run;
    const { histogram: _histogram, ...latencies } = latency;
    return {
      ...transactionAxes(transactions, point),
      ...counts,
      measuredSeconds: seconds,
      tps: run.transactions / seconds,
      ...Object.fromEntries(Object.entries(latencies).map(([name, ns]) => [camel('latency', name), ns])),
      ...Object.fromEntries(stages.map((stage) => [camel(stage, 'medianNs'), split[stage].medianNs])),
      primaryProcessorSeconds: processorSeconds?.primary ?? null,
      standbyProcessorSeconds: processorSeconds?.standby ?? null,
      floorBlockingNs: floor?.blockingNs ?? null,
      floorPollingNs: floor?.pollingNs ?? null,
      verified: verified !== null,
      ...conditionsOf({ warmup, idleShare }),
    };
  });
}

function ofMigrations(migrations: Migrations): Row[] {
  return migrations.runs.map((run) => {
    const { point, round, twin, startedAt, warmup, idleShare, precopy, move, longestWaitNs, transactions } = run;
    return {
      ...migrationAxes(migrations, point),
      round,
      twin,
      startedAt,
      transactions,
      downtimeNs: downtimeNs(move),
      ...Object.fromEntries(downtimeParts.map((part) => [camel(part, 'ns'), move.downtime[part]])),
      longestWaitBeforeNs: longestWaitNs.before,
      longestWaitDuringNs: longestWaitNs.during,
      converged: move.converged,
      precopyRounds: precopy.length,
      precopyPages: precopy.reduce((sum, { pages }) => sum + pages, 0),
      precopyBytes: precopy.reduce((sum, { bytes }) => sum + bytes, 0),
      lastPages: move.pages,
      lastBytes: move.bytes,
      ...conditionsOf({ warmup, idleShare }),
    };
  });
}

/** How the processes were warmed up, and how idle the machine was; null where the file is from before that was recorded. */
function conditionsOf({
  warmup,
  idleShare,
}: {
  readonly warmup: { readonly seconds: number; readonly steady: boolean } | undefined;
  readonly idleShare: number | null | undefined;
}): Row {
  return { warmupSeconds: warmup?.seconds ?? null, steady: warmup?.steady ?? null, idleShare: idleShare ?? null };
}

/** `request in` and `medianNs` are `requestInMedianNs`. */
function camel(...words: string[]): string {
  const [first = '', ...rest] = words.flatMap((word) => word.split(' '));
  return [first, ...rest.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)].join('');
}
