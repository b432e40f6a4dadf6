import { formatSize } from '../base/size.js';
import { ResultsError } from './lines.js';
import type { Header, Host, Point, Results } from './schema.js';

/** Whether every host of a fleet measured each point, so that rounds of a point are to be told apart by host. */
export function isByHost({ header, hosts }: Results): boolean {
  return header.fleet?.hosts === 'each' && hosts.length > 0;
}

/**
 * What one host of a fleet measured, as if it had measured alone: its environment, its rounds, and of the points those that it measured
 * or can measure, numbered anew. The header's `twin` is null where that point is none of them.
 * @throws ResultsError if there is no such host.
 */
export function ofHost(results: Results, name: string): Results {
  const host = results.hosts.find((one) => one.name === name);
  if (host === undefined) {
    const names = results.hosts.map((one) => one.name).join(', ');
    throw new ResultsError(
      `no host '${name}' in these results: ${names === '' ? 'one machine measured them' : `there are ${names}`}`,
    );
  }
  const rounds = results.rounds.filter((round) => round.host === name);
  const places = placesOf(results.header, host, new Set(rounds.map(({ point }) => point)));
  const moved = <T extends { readonly point: number }>(record: T): T[] => {
    const point = places.get(record.point);
    return point === undefined ? [] : [{ ...record, point }];
  };
  return {
    ...results,
    header: headerOf(results.header, host, places),
    rounds: rounds.flatMap(moved),
    hosts: [host],
    wrongSets: results.wrongSets.filter((wrong) => wrong.host === name).flatMap(moved),
  };
}

/** Where each of the file's points is among those of the host: the ones that it measured, or can. */
function placesOf({ points }: Header, host: Host, measured: ReadonlySet<number>): Map<number, number> {
  const lacks = new Set(host.unavailable.map(({ tracker }) => tracker));
  const isGiven = ({ tracker, workload }: Point, index: number) =>
    !lacks.has(tracker) && !lacks.has(workload) && !host.withoutRoom?.includes(index);
  const kept = points.flatMap((point, index) => (measured.has(index) || isGiven(point, index) ? [index] : []));
  return new Map(kept.map((index, place) => [index, place]));
}

function headerOf(header: Header, host: Host, places: ReadonlyMap<number, number>): Header {
  const { fleet: _fleet, ...rest } = header;
  const named = new Set(header.points.flatMap(({ tracker, workload }) => [tracker, workload]));
  const noRoom = (host.withoutRoom ?? [])
    .filter((index) => !places.has(index))
    .flatMap((index) => header.points[index] ?? []);
  return {
    ...rest,
    host: host.host,
    commit: host.commit,
    environment: host.environment,
    load: host.load,
    footprintBytes: host.footprintBytes,
    points: header.points.filter((_, index) => places.has(index)),
    twin: header.twin === null ? null : (places.get(header.twin) ?? null),
    skipped: [
      ...header.skipped,
      ...noRoom.map((point) => ({ what: nameOf(point), why: 'this host has too little memory' })),
    ],
    unavailable: [...header.unavailable, ...host.unavailable.filter(({ tracker }) => named.has(tracker))],
  };
}

function nameOf({ tracker, guest, workload, memoryBytes, pagesPerEpoch, backing, guests }: Point): string {
  const pages = pagesPerEpoch === null ? [] : [`${pagesPerEpoch} pages per epoch`];
  const beside = guests === undefined ? [] : [`${guests} guests`];
  return [
    `${tracker} on ${guest}`,
    workload,
    formatSize(memoryBytes),
    ...pages,
    ...(backing === undefined ? [] : [backing]),
    ...beside,
  ].join(', ');
}

/**
 * The same results with a host before the others: where only one host is shown or compared with, it is the first.
 * @throws ResultsError if there is no such host.
 */
export function withFirst(results: Results, name: string): Results {
  const first = results.hosts.filter((host) => host.name === name);
  if (first.length === 0) ofHost(results, name);
  return { ...results, hosts: [...first, ...results.hosts.filter((host) => host.name !== name)] };
}
