import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { chosenAmong, needsOf } from '../../fleet/hosts.js';
import { ownFiles } from '../../fleet/ownfile.js';
import { recordingsAmong } from '../../fleet/recording.js';
import type { Member } from '../../fleet/roster.js';
import { recordingOf } from '../../measure/recordings.js';
import { hostOf, point } from '../results/fixture.js';

const workload = `trace:${new URL('../../../workloads/traces/echo.trace.gz', import.meta.url).pathname}`;
const sha256 = recordingOf({ workload }) ?? '';
const files = ownFiles({ recordings: recordingsAmong([workload, 'uniform', workload]) });

function member(name: string, recordings: string[]): Member {
  const host = hostOf(name);
  const place = { worker: randomUUID(), boot: 'a boot', pid: 1, namespace: 'a namespace', shared: false };
  return { offer: { host, ...place, modules: [], recordings }, alive: true, run: null };
}

it('a host without a recording leaves the rounds that hosts share to those that have it', () => {
  const roster = [member('with', [sha256]), member('without', [])];
  const names = (sharing: 'each' | 'split') => chosenAmong(roster, { labels: [], sharing }, files);
  expect(names('split').map(({ name }) => name)).toEqual(['with']);
  expect(names('each').map(({ unavailable }) => unavailable.map(({ tracker }) => tracker))).toEqual([[], [workload]]);
  const choice = { sharing: 'split' as const, labels: [], mixed: false };
  expect(needsOf({ points: [point] }, files, names('split'), choice, null)).toMatchObject({
    modules: [],
    recordings: [sha256],
  });
});

it('a recording that no host has is refused before anything is measured', () => {
  const chosen = () => chosenAmong([member('without', [])], { labels: [], sharing: 'split' }, files);
  expect(chosen).toThrow(/echo\.trace\.gz' \(SHA-256 \w{12}\) is on none of .* start workers with --recording FILE$/);
});
