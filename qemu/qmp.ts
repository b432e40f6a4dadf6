import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { QemuError } from './problem.js';

/** How long QEMU may take to greet and to answer, in milliseconds; each event that comes before an answer gives it as long again. */
const patienceMs = 5000;

const greetingSchema = z.object({ QMP: z.object({ version: z.object({ qemu: z.record(z.string(), z.number()) }) }) });
const eventSchema = z.object({ event: z.string() });
const answerSchema = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ class: z.string(), desc: z.string() }) }),
]);

/** What QEMU said to a command: its answer, or why it has none. */
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

/**
 * A connection to a running QEMU's monitor, by its protocol QMP: a line of JSON each way, so that a monitor of `-qmp-pretty`, which answers in
 * several lines, is taken for no QMP. Events are passed over.
 */
export class Qmp {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;
  readonly path: string;

  private constructor(path: string, socket: Socket) {
    this.path = path;
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** Connects, and is greeted within `patience` milliseconds. @throws QemuError if there is nobody, or it is no QMP. */
  static async open(path: string, patience = patienceMs): Promise<Qmp> {
    const qmp = new Qmp(path, await connected(path));
    try {
      const greeting = greetingSchema.safeParse(await qmp.#next('does not greet', patience));
      if (!greeting.success) throw new QemuError(`'${path}' is no QMP socket of QEMU: it greets with something else`);
      const ready = await qmp.ask('qmp_capabilities');
      if (!ready.ok) throw new QemuError(`QEMU at '${path}' refuses to talk: ${ready.why}`);
      return qmp;
    } catch (error) {
      qmp.close();
      throw error;
    }
  }

  /**
   * Sends a command and waits for its answer. One at a time: an answer belongs to a command by its order alone. For the same reason the
   * connection is to be closed once this threw: what QEMU says later could be taken for the answer to the next command.
   * @throws QemuError if QEMU is gone, or says nothing.
   */
  async ask(execute: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    this.#socket.write(`${JSON.stringify({ execute, arguments: parameters })}\n`);
    for (;;) {
      const said = await this.#next(`does not answer '${execute}'`, patienceMs);
      if (eventSchema.safeParse(said).success) continue;
      const answer = answerSchema.safeParse(said);
      if (!answer.success) throw new QemuError(`'${this.path}' answers '${execute}' with something that is no QMP`);
      return 'error' in answer.data
        ? { ok: false, why: answer.data.error.desc }
        : { ok: true, value: answer.data.return };
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /**
   * The next line, parsed; waits for at most `patience` milliseconds. `fails` follows the socket's path in the message of an error, as
   * `does not greet`.
   */
  async #next(fails: string, patience: number): Promise<unknown> {
    // Where the connection is reset, the lines end with an error: that means the same as their end, it is closed.
    const next = this.#lines.next().catch(() => ({ done: true, value: undefined }) as const);
    const line = await within(next, patience);
    if (line === 'late') {
      throw new QemuError(
        `'${this.path}' ${fails} within ${patience / 1000} s: QMP serves one client at a time, so end the other, or give QEMU another -qmp socket`,
      );
    }
    if (line.done === true) throw new QemuError(`'${this.path}' ${fails}: it closed the connection`);
    try {
      return JSON.parse(line.value);
    } catch {
      throw new QemuError(`'${this.path}' is no QMP socket of QEMU: it says '${printable(line.value)}'`);
    }
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      // What breaks from now on shows as the end of the lines.
      socket.off('error', refuse).on('error', () => socket.destroy());
      resolve(socket);
    });
    const refuse = ({ code = 'error' }: NodeJS.ErrnoException) =>
      reject(new QemuError(`cannot connect to '${path}': ${reasons[code] ?? code}`));
    socket.once('error', refuse);
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; start QEMU with -qmp unix:PATH,server=on,wait=off',
  ECONNREFUSED: 'nobody listens there',
  ENOTSOCK: 'it is no socket',
  EACCES: 'permission denied',
};

async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function printable(text: string): string {
  return text.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?');
}
