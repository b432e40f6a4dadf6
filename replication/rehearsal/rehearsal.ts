import { setImmediate as turn } from 'node:timers/promises';
import { KernelError } from '../../kernel/error.js';
import { WorkloadError } from '../../workloads/workload.js';
import { askMigration } from '../client/operator.js';
import { ReplicationError } from '../error.js';
import { choiceOf, type ModeName, openService } from '../guest/modes.js';
import { requestHeaderBytes, responseHeaderBytes } from '../guest/service.js';
import type { WritesSettings } from '../guest/writes.js';
import type { GuestKind } from '../guestkind.js';
import { usualInterval } from '../primary/checkpoints.js';
import { Primary } from '../primary/primary.js';
import type { Rehearsal } from '../standby/failover-endpoint.js';
import { Standby } from '../standby/standby.js';
import { type Connection, connect } from '../wire/connection.js';

/** Enough for most workloads; where it is not, there is no rehearsal. */
const scratchBytes = 64 * 2 ** 20;
/** Requests after which V8 has compiled what a request runs through; and what a guest is asked for otherwise. */
const requests = { compiled: 300, few: 20 } as const;
/**
 * So often a scratch guest is moved, and what is asked of it before: a target has time, and is to run the guest; a source serves its own
 * meanwhile, and has run it for long.
 */
const amounts = {
  target: { moves: 5, before: requests.compiled },
  source: { moves: 1, before: requests.few },
} as const;
const timeoutMs = 2000;
/** No further move begins after so long: whoever is to move waits, and for no more than ten seconds. */
const longestMs = 2000;
const loopback = { host: '127.0.0.1', port: 0 } as const;

/**
 * Moves a scratch guest from this process to itself while a client asks it: what is loaded and compiled on first use is so before a guest
 * stands still for it. A target's is like the one that is to come, and takes some tenths of a second; a source's is simulated, since to make
 * a machine would hold its own guest up. Where it fails, a guest stands still for longer, and nothing else.
 */
export const rehearsal: Rehearsal = {
  asTarget: (mode, { guest: kind, memoryBytes, service }) =>
    rehearse('target', { kind, mode, settings: { ...service, memoryBytes } }),
  asSource: (mode, { settings, memoryBytes }) =>
    rehearse('source', { kind: 'simulated', mode, settings: { ...settings, memoryBytes } }),
};

/** What the scratch guest is like; its memory is less if that is much. */
interface Scratch {
  readonly kind: GuestKind;
  readonly mode: ModeName;
  readonly settings: WritesSettings;
}

async function rehearse(side: 'target' | 'source', { settings, ...like }: Scratch): Promise<number> {
  const { moves, before } = amounts[side];
  const scratch = { ...like, settings: { ...settings, memoryBytes: Math.min(settings.memoryBytes, scratchBytes) } };
  const endMs = Date.now() + longestMs;
  let made = 0;
  for (; made < moves && Date.now() < endMs; made++) {
    try {
      await moveScratchGuest(scratch, before);
    } catch (error) {
      const expected =
        error instanceof ReplicationError || error instanceof WorkloadError || error instanceof KernelError;
      if (!expected) throw error;
      break;
    }
  }
  return made;
}

async function moveScratchGuest(scratch: Scratch, requestsBefore: number): Promise<void> {
  const target = await openTarget(scratch);
  try {
    const source = await openSource(scratch);
    try {
      await moveUnderLoad(source, target, requestsBefore);
    } finally {
      source.close();
    }
  } finally {
    target.close();
  }
}

function openTarget({ mode, settings }: Scratch): Promise<Standby> {
  return Standby.open({
    address: loopback,
    secret: '',
    mostMemoryBytes: settings.memoryBytes,
    failover: {
      address: loopback,
      mode,
      leaseMs: 0,
      commit: 'stop',
      checkpoint: usualInterval,
      checkEvery: 0,
      standby: null,
      rehearsal: null,
      stopped: () => {},
    },
    log: () => {},
  });
}

function openSource({ kind, mode, settings }: Scratch): Promise<Primary> {
  return Primary.open({
    listenOn: loopback,
    secret: '',
    guest: openService(choiceOf[kind], mode, settings).guest,
    tracked: true,
    standby: null,
    commit: 'stop',
    log: () => {},
    stopped: () => {},
  });
}

async function moveUnderLoad(source: Primary, target: Standby, requestsBefore: number): Promise<void> {
  const wish = { role: 'client', requestBytes: requestHeaderBytes, responseBytes: responseHeaderBytes } as const;
  const client = await connect({ address: source.address, secret: '', timeoutMs, wish });
  try {
    await ask(client, requestsBefore);
    let moved = false;
    const order = { to: target.address, downtimeMs: 5, ifDiverging: 'stop' } as const;
    const moving = askMigration({ address: source.address, secret: '', timeoutMs, order, round: () => {} }).finally(
      () => {
        moved = true;
      },
    );
    await Promise.all([moving, askUntil(client, () => moved)]);
    await ask(client, requests.few);
  } finally {
    client.closed = () => {};
    client.socket.destroy();
  }
}

async function ask(client: Connection, times: number): Promise<void> {
  let asked = 0;
  await askUntil(client, () => asked++ === times);
}

/** Each request once the one before is answered, in turns of the event loop. */
async function askUntil(client: Connection, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    await new Promise<void>((resolve, reject) => {
      client.receive = () => resolve();
      client.closed = () => reject(new ReplicationError('the rehearsal was ended'));
      client.socket.write(Buffer.alloc(requestHeaderBytes));
    });
    await turn();
  }
}
