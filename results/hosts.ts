import { ResultsError } from './lines.js';
import type { Header, Host, Results } from './schema.js';

/** Whether every host of a fleet measured each point, so that rounds of a point are to be told apart by host. */
export function isByHost({ header, hosts }: Results): boolean {
  return header.fleet?.hosts === 'each' && hosts.length > 0;
}

/**
 * What one host of a fleet measured, as if it had measured alone: with its environment, its points and its rounds.
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

/** Where each of the file's points is among those of the host: the ones that it measured, or could have. */
function placesOf({ points }: Header, { unavailable }: Host, measured: ReadonlySet<number>): Map<number, number> {
  const without = new Set(unavailable.map(({ tracker }) => tracker));
  const kept = [...points.keys()].filter((index) => measured.has(index) || !without.has(points[index]?.tracker ?? ''));
  return new Map(kept.map((index, place) => [index, place]));
}

/** The index of the A/A pair's point where a host could not measure that: of none. */
const noPoint = -1;

function headerOf(header: Header, host: Host, places: ReadonlyMap<number, number>): Header {
  const { fleet: _fleet, ...rest } = header;
  const trackers = new Set(header.points.map(({ tracker }) => tracker));
  return {
    ...rest,
    host: host.host,
    commit: host.commit,
    environment: host.environment,
    load: host.load,
    footprintBytes: host.footprintBytes,
    points: header.points.filter((_, index) => places.has(index)),
    twin: places.get(header.twin) ?? noPoint,
    unavailable: [...header.unavailable, ...host.unavailable.filter(({ tracker }) => trackers.has(tracker))],
  };
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
