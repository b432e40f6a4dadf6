import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { coordinate } from '../../fleet/coordinator.js';
import { Fleet } from '../../fleet/fleet.js';
import { FleetHost } from '../../fleet/host.js';
import type { Run } from '../../fleet/message.js';
import { announce, readNotice } from '../../fleet/notice.js';
import { offerOf } from '../../fleet/offer.js';
import { lackOfServer, RedisServer } from '../../fleet/server.js';
import { simulatedRound } from '../../fleet/simulated.js';
import { readEnvironment } from '../../measure/environment.js';
import { RoundFailure } from '../../measure/problem.js';
import { FleetFile } from '../../results/fleet.js';
import { headerOf, point } from '../results/fixture.js';

describe.skipIf(lackOfServer() !== null)('the coordinator of a fleet', () => {
  const startedAt = new Date().toISOString();

  /** A Redis of its own, and a run whose rounds hosts share. */
  async function open() {
    const folder = mkdtempSync(join(tmpdir(), 'dirtybench-coordinator-'));
    const server = await RedisServer.open(folder);
    const own = () => new Redis(server.url, { maxRetriesPerRequest: null }).on('error', () => {});
    const place = new Fleet('fleet', 'a secret', own());
    const run = randomUUID();
    const header = headerOf([point], { fleet: { run, hosts: 'split' } });
    const file = await FleetFile.open(join(folder, 'f.jsonl'), async () => header);
    onTestFinished(async () => {
      file.close();
      place.redis.disconnect();
      await server.kill();
      rmSync(folder, { recursive: true });
    });
    const told: Omit<Run, 'saidAt' | 'done' | 'rounds'> = {
      ...{ run, hosts: 'split', sweep: 'test', startedAt, coordinator: { host: 'here', pid: 1 }, points: 1 },
      ...{ names: null, kind: null, labels: [], trackers: [], modules: [], recordings: [], memoryBytes: 0 },
    };
    const said: string[] = [];
    const failures: string[] = [];
    const going = (signal: AbortSignal) =>
      coordinate(
        place,
        file,
        { run: told, hosts: 1, lostAfterMs: 1000, signal },
        {
          ...{ progress: () => {}, host: () => {}, wrongSet: () => {} },
          failure: ({ message }) => failures.push(message),
          said: (text) => said.push(text),
        },
      );
    const host = async (name: string, runRound: ConstructorParameters<typeof FleetHost>[1]['runRound']) => {
      const beginning = { version: '0', startedAt, host: null, commit: null, environment: readEnvironment(), load: 0 };
      const offer = offerOf({ name, labels: [], shared: true, modules: [], recordings: [], beginning });
      const redis = own();
      const events = { joined: () => {}, left: () => {}, measured: () => {}, said: () => {} };
      const settings = { offer, lockMs: 30_000, runRound, recordings: new Map(), modules: new Map() };
      const member = new FleetHost(new Fleet('fleet', 'a secret', redis), settings, events);
      await member.open();
      onTestFinished(async () => {
        await member.close();
        redis.disconnect();
      });
    };
    return { server, place, told, file, going, host, said, failures };
  }

  it('lets another host try what one refuses, before a point is given up', async () => {
    const { file, going, host, said, failures } = await open();
    let hasRefused = false;
    await host('full', async () => {
      hasRefused = true;
      throw new RoundFailure('no room');
    });
    // Without this it may have measured all before the other one gets a round.
    await host('free', async (task) => {
      while (!hasRefused) await sleep(10);
      return simulatedRound(task, 50);
    });
    await going(new AbortController().signal);
    // A point and its twin.
    expect(file.rounds).toBe(2 * point.rounds);
    expect(failures).toEqual([]);
    expect(said).toContain("host 'full': no room; other hosts try it");
  });

  it('gives up what the only host refuses', async () => {
    const { file, going, host, failures } = await open();
    await host('full', async () => {
      throw new RoundFailure('no room');
    });
    await going(new AbortController().signal);
    expect(file.rounds).toBe(0);
    expect(failures).toEqual(["host 'full': no room"]);
  });

  it('ends when it is told to while Redis is away', async () => {
    const { server, place, going } = await open();
    const stop = new AbortController();
    const ended = expect(going(stop.signal)).rejects.toThrow(/abort/);
    await expect.poll(async () => (await readNotice(place)).run).not.toBeNull();
    await server.kill();
    await expect.poll(() => place.redis.status).not.toBe('ready');
    const abortedMs = Date.now();
    stop.abort();
    await ended;
    expect(Date.now() - abortedMs).toBeLessThan(10_000);
  });

  it('leaves a run alone that was announced in the place of its own', async () => {
    const { place, told, going } = await open();
    const other = { ...told, run: randomUUID(), saidAt: startedAt, rounds: 1, done: 0 };
    await announce(place, other);
    await expect(going(new AbortController().signal)).rejects.toThrow('the fleet was given another run');
    expect((await readNotice(place)).run?.run).toBe(other.run);
  });
});
