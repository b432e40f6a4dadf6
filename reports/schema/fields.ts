import type { Header, Host, Isolation, Measured, Point, Round, Timing, WrongSet } from '../../results/schema.js';
import { beginning, environment, type Fields } from './field.js';

const sweepPoint: Fields<Point> = {
  guest: 'Kind of guest: `simulated`, `kvm` or `process`.',
  tracker: 'Name of the tracker.',
  workload: 'Which pages are written: a name, or `trace:` and the name or path of a recording.',
  memoryBytes: 'Guest memory, in bytes.',
  pagesPerEpoch: 'Distinct pages of 4096 bytes that an epoch writes; null where the recording says.',
  ioFrequency: 'I/Os per second, where the sweep gave them instead of pages; else null.',
  dirtyRate: 'Pages written a second, where the sweep gave them instead; else null.',
  cache:
    'What the guest leaves in the caches between run and collect: `warm`, what was there; `l2-cold`, called `cold` before: it touches twice the second-level cache; `dram`: twice the last level.',
  vcpus: 'Virtual CPUs that share the writes of an epoch.',
  ringEntries: 'Entries of the tracker’s ring; null for the tracker’s own number.',
  clearChunkBytes: 'Bytes of guest memory whose log the tracker clears in one call, at most; absent: its own number.',
  backing: 'What the memory of a real guest is mapped with, `thp`, `hugetlb` or `file`; absent: pages of 4 KiB.',
  guests: 'Guests that write and are collected at once, of which one is measured; absent: it is alone on its host.',
  oneProcess: 'True: they are in one process, whose memory map they share; absent: each is in its own.',
  collect: '`running`: collected beside a guest that goes on writing too; else absent.',
  arming:
    'True: what turning tracking on and off costs was measured too, with all of the guest’s memory there; else absent.',
  epochs: 'Epochs that a round measures.',
  rounds: 'Rounds that were asked for.',
  seed: 'Seed of the writes.',
};

/** What each field of the first line of a sweep's results file is. */
export const headerFields: Fields<Header> = {
  kind: 'What kind of line this is.',
  schema: 'Version of this format.',
  ...beginning,
  sweep: 'Name of the sweep: a profile, a sweep file’s name, or `flags`.',
  footprintBytes:
    'Bytes that a guest touches before each collect with `l2-cold`; with `dram` it is twice the last level.',
  points: { text: 'What was to be measured; rounds name a point by its index here, from 0.', of: sweepPoint },
  modules: {
    text: 'Modules of the user’s own that points name. Absent where there are none.',
    of: {
      axis: 'The axis that names it.',
      path: 'Its path, as it was given.',
      sha256: 'SHA-256 of its file, in hexadecimal; what it imports is not in it.',
      duty: {
        text: 'What a tracker says that its collect cannot do without; absent where it says nothing.',
        of: {
          kind: '`read` bytes for each page of memory, or `touch` one place for each dirty page.',
          bytesPerPage: 'Bytes that it must read for each page of memory.',
        },
      },
    },
  },
  recordings: {
    text: 'Recordings that points name by the path of a file. Absent where there are none, and in files from before it was recorded.',
    of: { path: 'Its path, as it was given.', sha256: 'SHA-256 of its file, in hexadecimal.' },
  },
  twin: 'Index of the point that is measured twice under the same conditions (the A/A pair); null: there is none.',
  skipped: {
    text: 'Combinations that make no sense and were left out.',
    of: { what: 'The combination.', why: 'The reason.' },
  },
  unavailable: {
    text: 'Trackers that cannot run on this machine.',
    of: {
      tracker: 'Name of the tracker.',
      backing: 'Where it is only with this backing that it cannot run; else absent.',
      why: 'The reason.',
      remedy: 'What would make it run.',
    },
  },
  approximate: {
    text: 'Trackers that may find more pages than were written; absent where there are none.',
    of: {
      tracker: 'Name of the tracker.',
      exactness:
        '`per epoch`: it finds pages again for a few collects; `cumulative`: it finds all since the guest began.',
    },
  },
  against: {
    text: 'Another build, or another version of a module, that every round was measured with as well (`measure --against`); absent where there is one alone.',
    of: {
      build: 'What was typed for it: a folder, a command, or a module’s path.',
      version: 'Its version of dirtybench.',
      commit: 'Commit that its own folder has checked out, as of `commit`; null outside of git.',
      digest: 'SHA-256 of its program files.',
      ownDigest: 'The same of the build that measured; equal if they are the same.',
      looks:
        'How often a point is looked at, to see whether a verdict can be had: at its number of rounds, and again at twice, four times, ... as many where it was undecided. Absent: every point has its number of rounds.',
      module: {
        text: 'The other version of a module, which this build measured itself; absent where it is another build.',
        of: {
          path: 'Path of its file.',
          sha256: 'SHA-256 of that file.',
          of: 'Path of the module in `modules` whose place it takes.',
        },
      },
    },
  },
  fleet: {
    text: 'Where the hosts of a fleet measured: each has a line of its own, and the environment above is that of the first. Absent where one machine measured.',
    of: {
      run: 'What this run is known by while it goes on.',
      hosts:
        '`each`: every host measured every point that it can. `split`: each round was measured once, by any of the hosts.',
    },
  },
};

/** What each field of the line of a host of a fleet is. */
export const hostFields: Fields<Host> = {
  kind: 'What kind of line this is.',
  name: 'What rounds call the host.',
  labels: { text: 'What its worker was started with.', of: { name: 'Name of the label.', value: 'Its value.' } },
  version: 'Version of dirtybench on the host.',
  startedAt: 'When its worker began, UTC.',
  host: 'Name of the machine; null where `--no-host-name` left it out.',
  commit: 'Commit that was checked out in the folder of its worker; null outside of git.',
  environment: { text: 'The machine that measured.', of: environment },
  load: 'Load average over one minute when its worker began.',
  footprintBytes: 'Bytes that a guest touches on it before each collect with `l2-cold`.',
  unavailable: {
    text: 'Trackers that cannot run on it, and modules of workloads that it does not have.',
    of: {
      tracker: 'Name of the tracker, or path of the workload’s module.',
      why: 'The reason.',
      remedy: 'What would make it run.',
    },
  },
  withoutRoom: 'Indexes of the points that it has too little memory for. Absent where there are none.',
};

const timing: Fields<Timing> = {
  minNs: 'Shortest epoch, in nanoseconds.',
  medianNs: 'Median of the epochs, in nanoseconds.',
  meanNs: 'Mean of the epochs, in nanoseconds.',
  p99Ns: '99 % of the epochs took no longer, in nanoseconds.',
  p999Ns: '99.9 % of the epochs took no longer, in nanoseconds.',
  maxNs: 'Longest epoch, in nanoseconds.',
  histogram:
    'Every epoch, as an HdrHistogram of nanoseconds in its compressed base64 encoding (V2, three significant digits).',
};

/** What each field of the figures of a round is. */
const measured: Fields<Measured> = {
  startedAt: 'When the round began, UTC.',
  seconds: 'Wall time of the whole round, with warm-up and verification, in seconds.',
  epochs: 'Epochs that were measured.',
  writes: 'Page writes over all of them.',
  dirtyPages: 'Distinct pages written in an epoch, summed over all epochs.',
  reportedPages:
    'Pages that the tracker found, over all epochs: those written, unless it is approximate. Absent in files from before it was recorded.',
  forcedExits: 'Early stops for want of room in the tracker, over all epochs.',
  unitPages: 'Pages that the tracker can only find together, whichever of them was written; absent: each by itself.',
  firstWrite: {
    text: 'What first writes cost the running guest, in nanoseconds a page. Absent for simulated guests, floors and older files.',
    of: {
      pages: 'Pages that were written at once, one in each that is found together.',
      firstNs: 'Writes to pages that were collected and protected again.',
      againNs: 'The same writes directly after, when nothing stops them.',
      freshNs:
        'The very first writes to memory in huge pages or of a file, less the same writes directly after; absent for other memory.',
    },
  },
  arming: {
    text: 'What turning tracking on and off costs with all of the guest’s memory there and written, medians in nanoseconds. Absent where the point does not ask for it, and of trackers that have nothing to turn on.',
    of: {
      repetitions: 'How often it was turned on.',
      armNs: 'Turning it on.',
      firstCollectNs:
        'The first collect after that, when up to 256 pages have been written: what a scheme leaves to it.',
      disarmNs: 'Turning it off; null: nothing is to be done for it.',
    },
  },
  running: {
    text: 'Collects beside a guest that goes on writing the pages of an epoch over and over. Absent where the point does not ask for it.',
    of: {
      collects: 'How many there were.',
      collectNs: 'Median of a collect, in nanoseconds.',
      beforePerSecond: 'Writes a second in the millisecond before a collect.',
      duringPerSecond: 'Writes a second during a collect.',
      gapBetweenNs:
        'The longest time between two writes that the writer saw between two collects, median, in nanoseconds.',
      gapDuringNs: 'The same in a collect.',
      longestGapNs: 'The longest in any collect.',
    },
  },
  writesHash: 'Hash of every write in order: equal for all trackers with the same writes.',
  run: { text: 'The guest’s writes, with marking.', of: timing },
  collect: { text: 'Detection.', of: timing },
  kernel: { text: 'The part of each collect that went to kernel calls; null where it makes none.', of: timing },
};

/** What each field of a round is. */
export const roundFields: Fields<Round> = {
  kind: 'What kind of line this is: one repetition of a point, in an isolate of its own.',
  point: 'Index into the header’s points.',
  twin: 'True for the second of the A/A pair.',
  round: 'Which repetition of the point, from 0.',
  host: 'Name of the host of a fleet that measured it; absent where one machine measured.',
  beside: 'Whether other rounds could be measured at the same time; true where it is not there.',
  ...measured,
  against: {
    text: 'The same round in the build that is measured against, directly before or after this one; absent where there is none.',
    of: measured,
  },
};

/** What each field of a decision between alone and beside is. */
export const isolationFields: Fields<Isolation> = {
  kind: 'What kind of line this is: whether a tracker’s rounds are measured alone or beside other ones.',
  tracker: 'Name of the tracker.',
  point: 'Index of the point that was held against itself.',
  workers: 'Rounds that were measured at once.',
  measured: 'What was decided.',
  why: '`own threads`, `not checked` (too few rounds for it, or that point was given up), `differs` or `run differs` (beside others; the guest’s time) or `same`.',
  aloneNs: 'Median collect of each round measured alone, in nanoseconds.',
  besideNs: 'Median collect of each round measured beside others, in nanoseconds.',
  aloneRunNs: 'Median run of each round measured alone, in nanoseconds; absent in older files.',
  besideRunNs: 'Median run of each round measured beside others, in nanoseconds; absent in older files.',
};

/** What each field of a round with a wrong answer is. */
export const wrongSetFields: Fields<WrongSet> = {
  kind: 'What kind of line this is: the tracker answered with the wrong pages, and the point is not to be trusted.',
  point: 'Index into the header’s points.',
  round: 'Which repetition of the point, from 0.',
  host: 'Name of the host of a fleet that it was found on; absent where one machine measured.',
  message: 'Which pages were missing, extra and doubled, in which epoch.',
};
