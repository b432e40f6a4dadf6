import type { Results, Sharing } from '../../results/schema.js';
import { hostOf } from '../results/fixture.js';
import { sampleResults } from './sample.js';

const size = { trackers: ['null', 'flag-scan', 'flag-queue'], memories: [2 ** 29, 2 ** 32], pages: [64], programs: [] };

/** A made-up run of a fleet of two hosts, of which the second takes twice as long. */
export function fleetSample(hosts: Sharing): Results {
  const [fast, slow] = [sampleResults(size), sampleResults({ ...size, slower: twice })];
  const environment = (cpu: string) => ({ ...fast.header.environment, cpu });
  const header = { ...fast.header, environment: environment('a fast CPU'), fleet: { run: 'a run', hosts } };
  const rounds =
    hosts === 'each'
      ? [...fast.rounds.map(of('fast')), ...slow.rounds.map(of('slow'))]
      : fast.rounds.map((round) => of(round.round % 2 === 0 ? 'fast' : 'slow')(round));
  const facts = { load: fast.header.load, footprintBytes: fast.header.footprintBytes };
  return {
    ...fast,
    header: { ...header, commit: null, host: 'fast' },
    rounds,
    hosts: [
      hostOf('fast', { ...facts, environment: environment('a fast CPU') }),
      hostOf('slow', { ...facts, environment: environment('a slow CPU') }),
    ],
  };
}

const twice = { null: 2, 'flag-scan': 2, 'flag-queue': 2 };

function of(host: string) {
  return <T extends object>(round: T) => ({ ...round, host });
}
