import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Fleet, resultsQueue, roundsQueue } from '../../fleet/fleet.js';
import { FleetHost } from '../../fleet/host.js';
import { type Run, resultSchema } from '../../fleet/message.js';
import { announce, cancel } from '../../fleet/notice.js';
import { objection, offerOf } from '../../fleet/offer.js';
import { recordingOf, recordingsAt } from '../../fleet/recording.js';
import { lackOfServer, RedisServer } from '../../fleet/server.js';
import { simulatedRound } from '../../fleet/simulated.js';
import { readEnvironment } from '../../measure/environment.js';
import { point } from '../results/fixture.js';

/** A recording that the host has under another name than whoever asks for it. */
const shipped = new URL('../../../workloads/traces/echo.trace.gz', import.meta.url).pathname;

describe.skipIf(lackOfServer() !== null)('a host of a fleet', () => {
  let folder: string;
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-host-'));
    server = await RedisServer.open(folder);
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  const told = { fleet: 'hosts', secret: 'a secret' };
  const environment = readEnvironment();
  const beginning = {
    version: '0',
    startedAt: new Date().toISOString(),
    host: null,
    commit: null,
    environment,
    load: 0,
  };

  /** A host in this process, and a run that it is in. */
  async function open(name: string, runRound: () => Promise<void>, lockMs = 30_000) {
    const own = new Redis(server.url, { maxRetriesPerRequest: null });
    const place = new Fleet(`${told.fleet}-${name}`, told.secret, own);
    const offer = offerOf({ name, labels: [], shared: false, modules: [], recordings: [], beginning });
    const said: string[] = [];
    const measured = async (task: Parameters<typeof simulatedRound>[0]) => {
      await runRound();
      return simulatedRound(task, 0);
    };
    const events = { joined: () => {}, left: () => {}, measured: () => {}, said: (text: string) => said.push(text) };
    const host = new FleetHost(
      place,
      { offer, lockMs, runRound: measured, recordings: recordingsAt([shipped]), modules: new Map() },
      events,
    );
    const id = randomUUID();
    const run: Run = {
      ...{ run: id, hosts: 'split', sweep: 'test', startedAt: beginning.startedAt, saidAt: new Date().toISOString() },
      ...{
        coordinator: { host: 'here', pid: 1 },
        points: 1,
        rounds: 1,
        done: 0,
        names: null,
        kind: null,
        labels: [],
      },
      ...{ trackers: [], modules: [], recordings: [], memoryBytes: 0 },
    };
    await announce(place, run);
    const rounds = place.queue(roundsQueue(id, null));
    const results = place.queue(resultsQueue(id));
    onTestFinished(async () => {
      await host.close();
      await rounds.close();
      await results.close();
      own.disconnect();
    });
    await host.open();
    const job = { run: id, host: null, point: 0, of: point, recording: null, twin: false, round: 0 };
    return { place, offer, run, rounds, results, job, said };
  }

  it('does not speak to Redis in the middle of a round, so that nothing of the fleet disturbs it', async () => {
    const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1]);
    const between: number[] = [];
    const count = async () => {
      // What was sent before the round has arrived by then.
      await sleep(100);
      const before = await commands();
      await sleep(1300);
      // One is the question itself.
      between.push((await commands()) - before - 1);
    };
    const { place, rounds, results, job } = await open('quiet', count);
    // A host that waits beats meanwhile: the count can tell.
    await count();
    await rounds.add('round', place.seal.seal('job', job));
    await expect.poll(() => results.getWaitingCount(), { interval: 2000 }).toBe(1);
    const [idle, inRound] = between;
    expect(idle).toBeGreaterThan(0);
    expect(inRound).toBe(0);
  });

  it('goes on saying that it is there while it finishes a round of a run that was cancelled', async () => {
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let begun = false;
    const runRound = () => {
      begun = true;
      return ended;
    };
    const { place, rounds, results, job } = await open('cancelled', runRound, 1000);
    onTestFinished(() => end());
    const alive = place.key('alive', 'cancelled');
    await rounds.add('round', place.seal.seal('job', job));
    await expect.poll(() => begun, { timeout: 5000 }).toBe(true);
    await cancel(place, job.run);
    // By then it has heard of it.
    await sleep(1500);
    const leftMs = await redis.pttl(alive);
    await expect.poll(() => redis.pttl(alive), { timeout: 2000 }).toBeGreaterThan(leftMs);
    expect(await redis.get(alive)).toBe(job.run);
    end();
    await expect.poll(() => redis.get(alive), { timeout: 5000 }).toBe('');
    expect(await results.getWaitingCount()).toBe(1);
  });

  it('leaves a run to others whose recording it does not have', async () => {
    const { place, run, said } = await open('without', async () => {});
    const held = recordingOf({ workload: `trace:${shipped}` }) ?? '';
    await announce(place, { ...run, run: randomUUID(), recordings: [held, 'f'.repeat(64)] });
    await expect
      .poll(() => said)
      .toEqual([
        expect.stringMatching(/is not joined: its recording with SHA-256 f{12} is not here, .* --recording FILE$/),
      ]);
  });

  it('measures what its fleet tells it and nothing else, and signs what comes of it', async () => {
    let measured = 0;
    const { place, offer, rounds, results, job, said } = await open('sealed', async () => {
      measured++;
    });
    const stranger = new Fleet(place.name, 'a guess', place.redis);
    const path = { ...job, round: 3, of: { ...point, workload: 'trace:./theirs.trace.gz', pagesPerEpoch: null } };
    const held = { ...path, round: 4, recording: recordingOf({ workload: `trace:${shipped}` }) };
    await rounds.addBulk([
      { name: 'round', data: stranger.seal.seal('job', job) },
      {
        name: 'round',
        data: { ...place.seal.seal('job', job), body: JSON.stringify({ ...job, of: { ...point, epochs: 1e9 } }) },
      },
      { name: 'round', data: place.seal.seal('job', { ...job, run: randomUUID() }) },
      { name: 'round', data: place.seal.seal('job', path) },
      { name: 'round', data: place.seal.seal('job', { ...held, round: 5, recording: 'f'.repeat(64) }) },
      { name: 'round', data: place.seal.seal('job', held) },
      { name: 'round', data: place.seal.seal('job', { ...job, round: 1 }) },
    ]);
    await expect.poll(() => results.getWaitingCount()).toBe(4);
    expect(measured).toBe(2);
    expect(await rounds.getFailedCount()).toBe(3);
    expect(said.filter((text) => text.includes('refused'))).toHaveLength(3);
    const came = (await results.getWaiting()).map(({ data }) => place.seal.open('result', resultSchema, data));
    expect(came.map(({ round, outcome }) => [round, outcome.kind]).sort()).toEqual([
      [1, 'measured'],
      [3, 'refused'],
      [4, 'measured'],
      [5, 'refused'],
    ]);
    const again = offerOf({ name: 'sealed', labels: [], shared: false, modules: [], recordings: [], beginning });
    expect(objection(again, { offer, alive: true, run: null })).toContain(
      "a worker named 'sealed' is in the fleet already",
    );
  });
});
