import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { trackerNames } from '../../trackers/registry.js';
import { measurementIn, runInFreshIsolate } from '../isolate.js';
import { RoundFailure } from '../problem.js';
import { summarise } from '../timing.js';
import { WrongSetError } from '../wrong-set.js';
import { type Identity, protocol, type Reply, requestSchema } from './request.js';

/** How rounds are served. */
export interface Serving {
  readonly identity: () => Identity;
  /** A tracker whose collects are made to take so many times as long, on purpose; null for none. */
  readonly slowed: { readonly tracker: string; readonly factor: number } | null;
}

/** Answers each line of `input` with one, one after the other, until it ends; a round that is being measured then is finished first. */
export async function serveRounds(input: Readable, answer: (reply: Reply) => void, serving: Serving): Promise<void> {
  for await (const line of createInterface({ input })) answer(await replyTo(line, serving));
}

async function replyTo(line: string, serving: Serving): Promise<Reply> {
  try {
    return await reply(line, serving);
  } catch (error) {
    const kind = error instanceof WrongSetError ? 'wrong-set' : error instanceof RoundFailure ? 'refused' : 'broken';
    return { kind, message: error instanceof Error ? error.message : String(error) };
  }
}

async function reply(line: string, { identity, slowed }: Serving): Promise<Reply> {
  const parsed = requestSchema.safeParse(JSON.parse(line));
  if (!parsed.success) throw new RoundFailure(`this build does not know what it is asked: ${parsed.error.message}`);
  const request = parsed.data;
  if (request.kind === 'describe') return { kind: 'build', protocol, ...identity(), trackers: [...trackerNames] };
  const { kind: _kind, ...asked } = request;
  const task = asked.point.tracker === slowed?.tracker ? { ...asked, slowdown: slowed.factor } : asked;
  return { kind: 'measured', measured: summarise(measurementIn(await runInFreshIsolate(task), task)) };
}
