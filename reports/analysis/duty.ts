/** What a scheme cannot do without in a collect, whoever writes it: what it is held against. */
export type Duty =
  /** To read so many bytes for each page of memory. */
  | { readonly kind: 'read'; readonly bytesPerPage: number }
  /** To reach one place in memory for each dirty page. */
  | { readonly kind: 'touch' };

const flags: Duty = { kind: 'read', bytesPerPage: 1 };
const bitmap: Duty = { kind: 'read', bytesPerPage: 1 / 8 };
const pageTable: Duty = { kind: 'read', bytesPerPage: 8 };
const touch: Duty = { kind: 'touch' };

const duties: Readonly<Record<string, Duty>> = {
  'flag-scan': flags,
  'flag-scan-words': flags,
  'flag-scan-simd': flags,
  'bitmap-scan': bitmap,
  'bitmap-scan-simd': bitmap,
  'bitmap-scan-parallel': bitmap,
  'atomic-bitmap': bitmap,
  'hierarchical-bitmap': touch,
  'flag-queue': touch,
  'atomic-flag-queue': touch,
  'dirty-ring': touch,
  'per-vcpu-rings': touch,
  'pml-buffer': touch,
  'kvm-bitmap': bitmap,
  'kvm-bitmap-clear': bitmap,
  'kvm-bitmap-initially-set': bitmap,
  // The log's bits, and two passes over a byte a page.
  'kvm-flags': { kind: 'read', bytesPerPage: 1 / 8 + 2 },
  'kvm-ring': touch,
  'pagemap-scan': pageTable,
  'pagemap-read': pageTable,
  'soft-dirty': pageTable,
  'uffd-queue': touch,
  'library-typedfastbitset': bitmap,
  'library-set': touch,
  'library-sparse-set': touch,
  'library-roaring': touch,
};

/** What a scheme's tracker must do; null for one that is not known here. */
export function dutyOf(scheme: string): Duty | null {
  const tracker = scheme.replace(/ \d+$/, '');
  return Object.hasOwn(duties, tracker) ? (duties[tracker] ?? null) : null;
}
