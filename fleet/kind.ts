import type { z } from 'zod';
import type { Host } from '../results/schema.js';
import type { kindSchema } from './message.js';

/** What hosts must have in common for the rounds of one to stand beside those of another at the same point. */
export type Kind = z.infer<typeof kindSchema>;

const names: Record<keyof Kind, string> = {
  cpu: 'processors',
  cores: 'numbers of cores',
  arch: 'architectures',
  kernel: 'kernels',
  node: 'versions of Node',
  version: 'versions of dirtybench',
};

/** Of which kind a host is. */
export function kindOf({ environment, version }: Pick<Host, 'environment' | 'version'>): Kind {
  const { cpu, cores, arch, kernel, node } = environment;
  return { cpu, cores, arch, kernel, node, version };
}

/** Whether two hosts are alike. */
export function isAlike(one: Kind, other: Kind): boolean {
  return differences(one, other).length === 0;
}

/** How the second of two hosts differs from the first: `kernels: 6.1 and 6.8`. */
export function differences(one: Kind, other: Kind): string[] {
  // What is not listed here is not compared, and the compiler does not ask for it.
  const keys: readonly (keyof Kind)[] = ['cpu', 'cores', 'arch', 'kernel', 'node', 'version'];
  return keys.filter((key) => one[key] !== other[key]).map((key) => `${names[key]}: ${one[key]} and ${other[key]}`);
}
