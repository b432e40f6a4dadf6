import { setImmediate as turn } from 'node:timers/promises';
import { KernelError } from '../../kernel/error.js';
import { WorkloadError } from '../../workloads/workload.js';
import { ReplicationError } from '../error.js';
import type { ModeName } from '../guest/modes.js';
import { requestHeaderBytes, responseHeaderBytes } from '../guest/service.js';
import { Primary } from '../primary/primary.js';
import { connect } from '../wire/connection.js';
import type { PrimaryHello } from '../wire/handshake.js';
import { ShadowGuest } from './shadow-guest.js';

/** Enough for most workloads; where it is not, there is no rehearsal. */
const scratchBytes = 64 * 2 ** 20;
/** Requests after which V8 has compiled what a request runs through. */
const requests = 300;
const timeoutMs = 2000;

/**
 * Starts a scratch guest like the one that is to run here, serves it some requests, and throws it away: what is
 * compiled and loaded on first use is so before a guest stands still for it. Takes some tenths of a second, in turns of
 * the event loop; where it fails, the first requests of the real guest are slower, and nothing else.
 */
export async function rehearse(mode: ModeName, hello: PrimaryHello): Promise<void> {
  let shadow: ShadowGuest | null = null;
  let primary: Primary | null = null;
  try {
    const memoryBytes = Math.min(hello.memoryBytes, scratchBytes);
    shadow = ShadowGuest.open(mode, { ...hello, memoryBytes });
    const { guest } = shadow;
    const state = Buffer.alloc(guest.stateBytes);
    guest.readState(state, 0);
    guest.restore(state);
    primary = await Primary.open({
      listenOn: { host: '127.0.0.1', port: 0 },
      secret: '',
      guest,
      tracked: true,
      standby: null,
      commit: 'stop',
      log: () => {},
      stopped: () => {},
    });
    await ask(primary);
  } catch (error) {
    const expected =
      error instanceof ReplicationError || error instanceof WorkloadError || error instanceof KernelError;
    if (!expected) throw error;
  } finally {
    // Where it failed before a primary had the guest, that is still to be given back.
    if (primary === null) shadow?.close();
    else primary.close();
  }
}

async function ask({ address }: Primary): Promise<void> {
  const wish = { role: 'client', requestBytes: requestHeaderBytes, responseBytes: responseHeaderBytes } as const;
  const connection = await connect({ address, secret: '', timeoutMs, wish });
  try {
    for (let i = 0; i < requests; i++) {
      await new Promise<void>((resolve, reject) => {
        connection.receive = () => resolve();
        connection.closed = () => reject(new ReplicationError('the rehearsal was ended'));
        connection.socket.write(Buffer.alloc(requestHeaderBytes));
      });
      await turn();
    }
  } finally {
    connection.closed = () => {};
    connection.socket.destroy();
  }
}
