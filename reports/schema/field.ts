import type { Environment } from '../../results/schema.js';

/** The text for each field of an object (of a union: of any member), with its unit; the fields of nested objects are described likewise. */
export type Fields<T> = { readonly [Key in KeyOf<T>]: Field<ValueOf<T, Key>> };

type KeyOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, Key> = T extends unknown ? (Key extends keyof T ? T[Key] : never) : never;

/** What a field is; of an object, or a list of objects, also what their fields are. */
type Field<V> = [Element<V>] extends [object] ? { readonly text: string; readonly of: Fields<Element<V>> } : string;

/** The type of a list's elements; of anything else the type itself; without null and undefined. */
type Element<V> = NonNullable<V> extends readonly (infer E)[] ? NonNullable<E> : NonNullable<V>;

/** What each field of a machine’s description is. */
export const environment: Fields<Environment> = {
  cpu: 'Model of the CPU.',
  cores:
    'Number of logical CPUs that dirtybench might use: fewer than the machine has, under `taskset` or in a container with a quota.',
  l1dBytes: 'First-level data cache of a core, in bytes; null where the machine does not say, as below.',
  l2Bytes: 'Second-level cache of a core, in bytes.',
  l3Bytes: 'Third-level cache that cores share, in bytes.',
  memoryBytes: 'Memory that dirtybench might use, in bytes: the machine’s, or less in a container with a limit.',
  kernel: 'Release of the Linux kernel.',
  arch: 'Architecture, as Node names it.',
  hypervisor: 'What the machine itself is a guest of; null for none.',
  governor: 'Governor of the CPU’s frequency.',
  transparentHugePages: 'Setting of transparent huge pages.',
  node: 'Version of Node.',
  v8: 'Version of V8.',
  kvm: {
    text: 'Which KVM it has; null for none.',
    of: {
      backend: 'How KVM runs guests: `vmx`, `svm`, `pvm`, ...',
      paging: 'How guest memory is translated.',
      pml: 'Whether the CPU logs dirty pages; null: not known.',
      nested: 'Whether the machine is itself a guest.',
      warnings: 'What all that changes in the meaning of a figure, each a sentence.',
    },
  },
};

/** What the first lines of all kinds of results files begin with. */
export const beginning = {
  version: 'Version of dirtybench.',
  command: 'What to type to measure this again.',
  startedAt: 'When the run began, UTC.',
  host: 'Name of the machine; null where `--no-host-name` left it out. Absent in files from before it was recorded.',
  commit:
    'Commit that was checked out in the folder where it was run, followed by `-dirty` where files differed; null outside of git.',
  environment: { text: 'The machine that measured.', of: environment },
  load: 'Load average over one minute when the run began.',
} as const;
