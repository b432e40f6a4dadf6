import { z } from 'zod';
import { backingNames } from '../base/backing.js';
import { isModuleFile, isModulePath } from '../base/modulepath.js';
import { formatSize, pageBytes, parseSize } from '../base/size.js';
import { unknownName } from '../base/suggestion.js';
import { guestNames } from '../guests/registry.js';
import { cacheStateOf, cacheStates } from '../results/cache.js';
import { parseRange, rangeFault } from '../results/range.js';
import { type TrackerChoice, trackerChoices } from './group.js';

/** One value of an axis or a list of them, as a sweep file or a flag gives it, read into a list. */
function axis<T>(value: z.ZodType<T>) {
  return z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(value).min(1));
}

function named<T extends string>(what: string, allowed: readonly T[]) {
  return z.string().transform((name, context) => oneOf(what, allowed, name, context));
}

function oneOf<T extends string>(what: string, allowed: readonly T[], name: string, context: z.RefinementCtx): T {
  const known = allowed.find((one) => one === name);
  if (known !== undefined) return known;
  context.addIssue({ code: 'custom', message: unknownName(what, name, allowed) });
  return z.NEVER;
}

const tracker = z.string().transform((name, context): TrackerChoice => {
  if (isModulePath(name)) return name;
  if (!isModuleFile(name)) return oneOf('tracker', trackerChoices, name, context);
  const message = `unknown tracker '${name}': a module of your own is given by its path, as ./${name}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const smallest = 4 * 2 ** 20;
const largest = 2 ** 40;

const memory = z.union([z.string(), z.number()]).transform((text, context) => {
  const bytes = parseSize(String(text));
  if (bytes === null) {
    context.addIssue({ code: 'custom', message: `'${text}' is not a size: write 512M, 4G, 1T or bytes` });
    return z.NEVER;
  }
  if (bytes < smallest || bytes > largest || bytes % pageBytes !== 0) {
    context.addIssue({ code: 'custom', message: `'${text}': memory is whole pages of 4 KiB, from 4M to 1T` });
    return z.NEVER;
  }
  return bytes;
});

/** The memory of 64 pages: KVM clears its log in words of 64 bits. */
const smallestChunk = 256 * 2 ** 10;

const chunk = z.union([z.string(), z.number()]).transform((text, context) => {
  const bytes = parseSize(String(text));
  if (bytes !== null && bytes >= smallestChunk && bytes <= largest && Number.isInteger(Math.log2(bytes))) return bytes;
  context.addIssue({ code: 'custom', message: `'${text}' is not a chunk: a power of two from 256K to 1T` });
  return z.NEVER;
});

function number(what: string, schema: z.ZodType<number>): z.ZodType<number, string | number> {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const parsed = schema.safeParse(typeof text === 'string' && text.trim() !== '' ? Number(text) : text);
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: `'${text}' is not ${what}` });
    return z.NEVER;
  });
}

const whole = number('a whole number from 1 up', z.int().positive());
const rate = number('a number above 0', z.number().positive());
/** As KVM makes rings; see `trackers/software/ring.ts`. */
const powerOfTwo = number(
  'a power of two from 256 to 65536',
  z
    .int()
    .min(256)
    .max(65536)
    .refine((entries) => Number.isInteger(Math.log2(entries))),
);

/** An axis of numbers, where a range as `512M-64G` stands for what doubles from its first to its last. */
function ranged(
  value: z.ZodType<number, string | number>,
  read: (text: string) => number | null,
  write: (value: number) => string,
) {
  const values = z.union([z.string(), z.number()]).transform((given, context) => {
    const range = parseRange(String(given), read);
    if (range === null) return [given];
    if (range.length === 0) context.addIssue({ code: 'custom', message: rangeFault(String(given)) });
    return range.map(write);
  });
  return axis(values)
    .transform((lists) => lists.flat())
    .pipe(z.array(value));
}

function readCount(text: string): number | null {
  return /^\d+$/.test(text.trim()) ? Number(text) : null;
}

/** What the guest does while it is collected. */
export const collectNames = ['stopped', 'running'] as const;

const cache = z.string().transform((name, context) => cacheStateOf(name) ?? oneOf('cache', cacheStates, name, context));

/** What a sweep can say: its axes, each a list, and below them what it says once. An absent key takes the default of `cross.ts`. */
export const axesShape = {
  guest: axis(named('guest', guestNames)).optional(),
  tracker: axis(tracker).optional(),
  /** Any text here: whether there is such a workload, recording or module is found out when the sweep is expanded. */
  workload: axis(z.string()).optional(),
  memory: ranged(memory, parseSize, formatSize).optional(),
  pages: ranged(whole, readCount, String).optional(),
  /** Pages written a second, and I/Os a second. They need not be whole numbers, and there are no ranges of them. */
  'dirty-rate': axis(rate).optional(),
  'io-frequency': axis(rate).optional(),
  cache: axis(cache).optional(),
  vcpus: ranged(number('a number of vCPUs from 1 to 8', z.int().min(1).max(8)), readCount, String).optional(),
  'ring-entries': ranged(powerOfTwo, readCount, String).optional(),
  'clear-chunk': ranged(chunk, parseSize, formatSize).optional(),
  backing: axis(named('backing', backingNames)).optional(),
  guests: ranged(number('a number of guests from 1 to 64', z.int().min(1).max(64)), readCount, String).optional(),
  /** True: the guests of a host are in one process, not each in its own. */
  'one-process': z.boolean().optional(),
  /** `running`: also collected beside a guest that goes on writing. */
  collect: named('way to collect', collectNames).optional(),
  /** True: also measure what turning tracking on and off costs, on real guests. */
  arming: z.boolean().optional(),
  epochs: whole.optional(),
  rounds: whole.optional(),
  seed: number('a whole number from 0 up', z.int().nonnegative()).optional(),
};

/** Axes as parsed: what flags, a sweep file or a profile say. */
export const axesSchema = z.strictObject(axesShape);

/** What axes say, once parsed. */
export type Axes = z.infer<typeof axesSchema>;
