import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../base/usererror.js';

/** What came by Redis is not what somebody with the fleet's secret sent. */
export class ForgedError extends UserError {
  override readonly name = 'ForgedError';
}

/** A message of our own is longer than the other side would take; the text says what makes it shorter. */
export class LongMessageError extends UserError {
  override readonly name = 'LongMessageError';
}

/** What a message is for: one that was sealed for one purpose is none for another. */
export type Purpose = 'job' | 'result' | 'host' | 'run' | 'cancel';

/**
 * How long the text of each may be, in characters. Most of a result are its histograms; most of a run are the names of its
 * hosts where each measures all: there is room for some 4000.
 */
const longest: Record<Purpose, number> = {
  job: 8 * 1024,
  result: 1024 * 1024,
  host: 64 * 1024,
  run: 64 * 1024,
  cancel: 1024,
};

const sealedSchema = z.strictObject({ body: z.string(), mac: z.string() });

/** What makes a message shorter. */
const shorter: Partial<Record<Purpose, string>> = {
  run: ': choose fewer hosts with --label, or share the rounds with --hosts split',
};

/** A message as it lies in Redis: its JSON text, and the HMAC-SHA256 of that under the fleet's secret. */
export type Sealed = z.infer<typeof sealedSchema>;

/** Seals what one fleet's members send each other, and opens nothing else. */
export class Seal {
  readonly #fleet: string;
  readonly #secret: string;

  constructor(fleet: string, secret: string) {
    this.#fleet = fleet;
    this.#secret = secret;
  }

  /** @throws LongMessageError if it is longer than the other side would take. */
  seal(purpose: Purpose, message: unknown): Sealed {
    const body = JSON.stringify(message);
    if (body.length > longest[purpose]) {
      throw new LongMessageError(`cannot send ${tooLong(purpose, body.length)}${shorter[purpose] ?? ''}`);
    }
    return { body, mac: this.#mac(purpose, body) };
  }

  /**
   * The message in what was read from Redis. Its length is looked at before anything else, and its seal before it is parsed.
   * @throws ForgedError if it is none of this fleet's.
   */
  open<T>(purpose: Purpose, schema: z.ZodType<T>, from: unknown): T {
    const sealed = sealedSchema.safeParse(from);
    if (!sealed.success) throw new ForgedError(`a ${purpose} without a signature`);
    const { body, mac } = sealed.data;
    if (body.length > longest[purpose]) throw new ForgedError(tooLong(purpose, body.length));
    const [given, made] = [Buffer.from(mac), Buffer.from(this.#mac(purpose, body))];
    if (given.length !== made.length || !timingSafeEqual(given, made)) {
      throw new ForgedError(`a ${purpose} that was not signed with this fleet's secret`);
    }
    const message = schema.safeParse(JSON.parse(body));
    if (message.success) return message.data;
    throw new ForgedError(`a ${purpose} of another version of dirtybench`);
  }

  /** The same of a message that Redis holds as text. @throws ForgedError if it is none of this fleet's. */
  openText<T>(purpose: Purpose, schema: z.ZodType<T>, text: string): T {
    return this.open(purpose, schema, parsed(purpose, text));
  }

  #mac(purpose: Purpose, body: string): string {
    return createHmac('sha256', this.#secret).update(`dirtybench ${purpose} ${this.#fleet}\n${body}`).digest('base64');
  }
}

/** @throws ForgedError if the text is no JSON. */
function parsed(purpose: Purpose, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ForgedError(`a ${purpose} that is no JSON`);
  }
}

function tooLong(purpose: Purpose, length: number): string {
  return `a ${purpose} of ${length} characters, where at most ${longest[purpose]} are taken`;
}
