import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ReplicationError } from './error.js';
import type { FrameReceiver } from './frames.js';
import { type FrameType, frameOf, jsonFrame, WireError } from './wire.js';

/**
 * How two sides get to know each other, whichever they are:
 *
 *     connecting side                       listening side
 *     hello {role, what it wants, nonce}  ->
 *                                         <- challenge {nonce}
 *     proof {HMAC("connects", both)}      ->
 *                                         <- welcome {HMAC("listens", both)}   or   refused {why}
 *
 * The HMAC (SHA-256, keyed with the shared secret) covers the two bodies as sent, so neither side can be shown an old
 * proof, and what was asked for cannot be altered. Without a secret the key is empty: the same steps, no protection.
 */
const nonce = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().positive();

export const helloSchema = z.discriminatedUnion('role', [
  /** A primary that wants its guest kept. */
  z.strictObject({
    role: z.literal('primary'),
    nonce,
    memoryBytes: bytes,
    stateBytes: z.int().nonnegative(),
    guest: z.string().max(64),
  }),
  /** A client of the guest's service: requests and responses of fixed sizes follow, without frames. */
  z.strictObject({ role: z.literal('client'), nonce, requestBytes: bytes, responseBytes: bytes }),
  /** Someone who wants a digest of memory and vCPU state. */
  z.strictObject({ role: z.literal('observer'), nonce }),
]);

export type Hello = z.infer<typeof helloSchema>;

type WithoutNonce<T> = T extends unknown ? Omit<T, 'nonce'> : never;

/** What the connecting side wants. */
export type Wish = WithoutNonce<Hello>;

const challengeSchema = z.strictObject({ nonce });
const proofSchema = z.strictObject({ hmac: z.string().regex(/^[0-9a-f]{64}$/) });
const welcomeSchema = proofSchema.extend({
  /** The kernel's identity of this boot: sides with the same one read the same clock. */
  boot: z.string().max(64),
});
const refusedSchema = z.strictObject({ why: z.string().max(900) });

/** @throws WireError if the body is not JSON of that shape. */
export function parseBody<T>(type: FrameType, body: Buffer, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new WireError(`a frame '${type}' does not hold JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WireError(`a frame '${type}': ${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not valid'}`);
}

export function refusal(why: string): Buffer {
  return jsonFrame('refused', { why: why.slice(0, 900) });
}

/** Why the other side refused; unprintable characters are left out, because this ends up in a log. */
export function readRefusal(body: Buffer): string {
  return parseBody('refused', body, refusedSchema).why.replace(/[^\x20-\x7e]/g, '?');
}

const wrongSecret = 'the shared secrets differ: give both sides the same one';

function hmac(secret: string, side: 'connects' | 'listens', hello: Buffer, challenge: Buffer): string {
  return createHmac('sha256', secret).update(side).update(hello).update(challenge).digest('hex');
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}

const freshNonce = () => randomBytes(32).toString('hex');
const bodyOf = (value: unknown) => Buffer.from(JSON.stringify(value));

/** What the listening side does with those who connect. */
export interface Host {
  readonly secret: string;
  /** This boot of this machine, from `bootIdentity`. */
  readonly boot: string;
  send(frame: Buffer): void;
  /** Throws a ReplicationError to refuse the wish, with the reason. */
  check(hello: Hello): void;
  /** The other side has been let in. */
  enter(hello: Hello): void;
}

/** The listening side of a handshake. Whatever it throws, a WireError or the host's refusal, ends the connection. */
export class ListeningHandshake implements FrameReceiver {
  readonly #host: Host;
  readonly #challenge = bodyOf({ nonce: freshNonce() });
  #asked: { hello: Hello; body: Buffer } | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  expects(type: FrameType): boolean {
    return type === (this.#asked === null ? 'hello' : 'proof');
  }

  frame(type: FrameType, body: Buffer): void {
    if (this.#asked === null) {
      this.#asked = { hello: parseBody(type, body, helloSchema), body: Buffer.from(body) };
      this.#host.send(frameOf('challenge', this.#challenge));
      return;
    }
    const { secret, boot } = this.#host;
    const proof = parseBody(type, body, proofSchema);
    if (!equal(proof.hmac, hmac(secret, 'connects', this.#asked.body, this.#challenge)))
      throw new WireError(wrongSecret);
    this.#host.check(this.#asked.hello);
    this.#host.send(jsonFrame('welcome', { hmac: hmac(secret, 'listens', this.#asked.body, this.#challenge), boot }));
    this.#host.enter(this.#asked.hello);
  }
}

/** The connecting side of a handshake. It throws if it is refused or the other side cannot prove the secret. */
export class ConnectingHandshake implements FrameReceiver {
  readonly #hello: Buffer;
  readonly #secret: string;
  readonly #send: (frame: Buffer) => void;
  readonly #welcomed: (boot: string) => void;
  #challenge: Buffer | null = null;

  constructor(wish: Wish, secret: string, send: (frame: Buffer) => void, welcomed: (boot: string) => void) {
    this.#hello = bodyOf({ ...wish, nonce: freshNonce() });
    this.#secret = secret;
    this.#send = send;
    this.#welcomed = welcomed;
  }

  /** Says the first word. */
  open(): void {
    this.#send(frameOf('hello', this.#hello));
  }

  expects(type: FrameType): boolean {
    return type === 'refused' || type === (this.#challenge === null ? 'challenge' : 'welcome');
  }

  frame(type: FrameType, body: Buffer): void {
    if (type === 'refused') throw new ReplicationError(`refused: ${readRefusal(body)}`);
    if (this.#challenge === null) {
      parseBody(type, body, challengeSchema);
      this.#challenge = Buffer.from(body);
      this.#send(jsonFrame('proof', { hmac: hmac(this.#secret, 'connects', this.#hello, this.#challenge) }));
      return;
    }
    const welcome = parseBody(type, body, welcomeSchema);
    if (!equal(welcome.hmac, hmac(this.#secret, 'listens', this.#hello, this.#challenge)))
      throw new WireError(wrongSecret);
    this.#welcomed(welcome.boot);
  }
}
