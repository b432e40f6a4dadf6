/** A figure that others have published: it was measured there, never here. */
export interface Published {
  readonly figure: string;
  readonly setup: string;
  readonly source: string;
}

/** What has been said of the cost of dirty tracking and of keeping a standby, with where it was measured. */
export const published: readonly Published[] = [
  {
    figure: 'get dirty log: 1.25 ms, then 0.66 ms; clear dirty log: 49.7 ms, then 1.83 s',
    setup: 'guest of 96 vCPUs and 96 GB on 1 GiB pages, Skylake; first and second iteration',
    source: 'Gardon, KVM mailing list, RFC of 2021-11-10',
  },
  {
    figure: 'a migration takes about 73 s with the dirty ring, about 55 s with the dirty log',
    setup: 'guest of 24 GB that writes 800 MB/s at random',
    source: 'Xu, KVM mailing list, cover letter of the dirty ring, v10',
  },
  {
    figure: 'clearing takes about 1.5 ms a GiB; a page dirtied again costs 260 ns',
    setup: 'cloud-hypervisor',
    source: 'cloud-hypervisor, issue 8899',
  },
  {
    figure: 'enabling the log takes 10 ms in place of 460 ms',
    setup: 'guest of 128 GB, Xeon 6152, all pages set at first (initially-all-set)',
    source: 'Linux, commit 3c9bd400',
  },
  {
    figure: 'transfer of a checkpoint: 4.5 ms (mean) and 10.3 ms (p99) idle, 24.3 ms and 78 ms loaded',
    setup: 'COLO, guest of 6 GB, a checkpoint every 600 ms',
    source: 'QEMU, commit dd67c149e2',
  },
  {
    figure: 'up to 40 checkpoints a second',
    setup: 'Remus on Xen',
    source: 'Remus, NSDI 2008, abstract',
  },
  {
    figure: 'overhead of 25 % without, and up to 50 % with network buffering',
    setup: 'micro-checkpointing in QEMU, guest of 4 GB that runs Java, 10 GbE',
    source: 'QEMU micro-checkpointing, docs/mc.txt',
  },
];
