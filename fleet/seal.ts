import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../base/usererror.js';

/** What came by Redis is not what somebody with the fleet's secret sent. */
export class ForgedError extends UserError {
  override readonly name = 'ForgedError';
}

/** What a message is for: one that was sealed for one purpose is none for another. */
export type Purpose = 'job' | 'result' | 'host' | 'run' | 'cancel';

/** How long the text of each may be, in characters. A round's histograms are by far the most. */
const longest: Record<Purpose, number> = {
  job: 8 * 1024,
  result: 1024 * 1024,
  host: 64 * 1024,
  run: 64 * 1024,
  cancel: 1024,
};

const sealedSchema = z.strictObject({ body: z.string(), mac: z.string() });

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

  /** @throws ForgedError if it is longer than the other side would take. */
  seal(purpose: Purpose, message: unknown): Sealed {
    const body = JSON.stringify(message);
    if (body.length > longest[purpose]) throw new ForgedError(tooLong(purpose, body.length));
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

  #mac(purpose: Purpose, body: string): string {
    return createHmac('sha256', this.#secret).update(`dirtybench ${purpose} ${this.#fleet}\n${body}`).digest('base64');
  }
}

function tooLong(purpose: Purpose, length: number): string {
  return `a ${purpose} of ${length} characters, where at most ${longest[purpose]} are taken`;
}
