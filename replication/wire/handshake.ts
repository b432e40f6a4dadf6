import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ReplicationError, SupersededError } from '../error.js';
import { guestKinds } from '../guestkind.js';
import type { FrameReceiver } from './frames.js';
import { type FrameType, frameOf, jsonFrame, longestWhy, WireError } from './wire.js';

/**
 * How two sides get to know each other, whichever they are:
 *
 *     connecting side                       listening side
 *     hello {role, what it wants, nonce}  ->
 *                                         <- challenge {nonce}
 *     proof {HMAC("connects", both)}      ->
 *                                         <- welcome {HMAC("listens", both), terms}   or   refused {why}
 *
 * The HMAC (SHA-256, keyed with the shared secret) covers the bodies of `hello` and `challenge` as sent, so neither side can be
 * shown an old proof, and what was asked for cannot be altered. It does not cover the terms and the boot in `welcome`, nor any frame
 * after that: the secret decides who may connect, and protects nothing against someone on the way who alters bytes (wire.ts).
 * Without a secret the key is empty: the same steps, no protection.
 */
const nonce = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().positive();

/** What a primary wants its guest replicated for: against its own failure, or to move it. */
const purposes = ['replication', 'migration'] as const;

/** What a primary wants its guest replicated for. */
export type Purpose = (typeof purposes)[number];

/** What the connecting side says of itself first. */
export const helloSchema = z.discriminatedUnion('role', [
  /** A primary that wants its guest replicated. */
  z.strictObject({
    role: z.literal('primary'),
    nonce,
    memoryBytes: bytes,
    stateBytes: z.int().nonnegative(),
    guest: z.enum(guestKinds),
    /** What the guest does for its clients; whoever runs it after the primary must do the same. */
    service: z.strictObject({
      workload: z.string().max(256),
      pagesPerTransaction: z.int().positive(),
      seed: z.int().nonnegative(),
    }),
    purpose: z.enum(purposes),
  }),
  /** A client of the guest's service: requests and responses of fixed sizes follow, without frames. */
  z.strictObject({ role: z.literal('client'), nonce, requestBytes: bytes, responseBytes: bytes }),
  /** Someone who wants a digest of memory and vCPU state. */
  z.strictObject({ role: z.literal('observer'), nonce }),
]);

/** What the connecting side said of itself, once parsed. */
export type Hello = z.infer<typeof helloSchema>;

type WithoutNonce<T> = T extends unknown ? Omit<T, 'nonce'> : never;

/** What the connecting side wants. */
export type Wish = WithoutNonce<Hello>;

/** A primary that says hello, as it is read. */
export type PrimaryHello = Extract<Hello, { role: 'primary' }>;

const challengeSchema = z.strictObject({ nonce });
const proofSchema = z.strictObject({ hmac: z.string().regex(/^[0-9a-f]{64}$/) });
/** What the listening side grants with its welcome. */
const termsSchema = z.strictObject({
  /**
   * For how long a primary may answer clients, in milliseconds from when it sent what the standby acknowledged last (lease.ts). 0:
   * as long as it likes, because nobody takes over.
   */
  leaseMs: z.number().nonnegative().max(3_600_000),
});

/** What the listening side grants, once parsed. */
export type Terms = z.infer<typeof termsSchema>;

/** Nobody takes over: a primary may answer as long as it likes. */
export const noLease: Terms = { leaseMs: 0 };

/** Only its `hmac` is proved: the rest is believed as it comes. */
const welcomeSchema = z.strictObject({
  ...proofSchema.shape,
  ...termsSchema.shape,
  /** The kernel's identity of this boot: sides with the same one read the same clock. */
  boot: z.string().max(64),
});

/** What the connecting side learns from a welcome. */
export type Welcome = Omit<z.infer<typeof welcomeSchema>, 'hmac'>;

const refusedSchema = z.strictObject({
  why: z.string().max(longestWhy),
  /** The guest is served there now, so that asking again is of no use. */
  superseded: z.boolean(),
});

/** Where a guest serves that was handed over, as HOST:PORT. */
export const servingSchema = z.strictObject({ address: z.string().max(300) });

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

/** The frame that tells the other side why it is refused. */
export function refusal(error: ReplicationError): Buffer {
  return jsonFrame('refused', {
    why: error.message.slice(0, longestWhy),
    superseded: error instanceof SupersededError,
  });
}

/** Why the other side refused; each character that is not printable ASCII becomes `?`, because this ends up in a log. */
export function readRefusal(body: Buffer): ReplicationError {
  const { why, superseded } = parseBody('refused', body, refusedSchema);
  const text = `refused: ${why.replace(/[^\x20-\x7e]/g, '?')}`;
  return superseded ? new SupersededError(text) : new ReplicationError(text);
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
  /** Identity of the machine's boot, from `bootIdentity`. */
  readonly boot: string;
  send(frame: Buffer): void;
  /** Says on which terms the wish is granted. Throws a ReplicationError to refuse it, with the reason. */
  check(hello: Hello): Terms;
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
    const terms = this.#host.check(this.#asked.hello);
    const mine = hmac(secret, 'listens', this.#asked.body, this.#challenge);
    this.#host.send(jsonFrame('welcome', { hmac: mine, boot, ...terms }));
    this.#host.enter(this.#asked.hello);
  }
}

/** The connecting side of a handshake. It throws if it is refused or the other side cannot prove the secret. */
export class ConnectingHandshake implements FrameReceiver {
  readonly #hello: Buffer;
  readonly #secret: string;
  readonly #send: (frame: Buffer) => void;
  readonly #welcomed: (welcome: Welcome) => void;
  #challenge: Buffer | null = null;

  constructor(wish: Wish, secret: string, send: (frame: Buffer) => void, welcomed: (welcome: Welcome) => void) {
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
    if (type === 'refused') throw readRefusal(body);
    if (this.#challenge === null) {
      parseBody(type, body, challengeSchema);
      this.#challenge = Buffer.from(body);
      this.#send(jsonFrame('proof', { hmac: hmac(this.#secret, 'connects', this.#hello, this.#challenge) }));
      return;
    }
    const welcome = parseBody(type, body, welcomeSchema);
    if (!equal(welcome.hmac, hmac(this.#secret, 'listens', this.#hello, this.#challenge)))
      throw new WireError(wrongSecret);
    this.#welcomed(welcome);
  }
}
