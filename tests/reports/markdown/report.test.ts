import { describe, expect, it } from 'vitest';
import { type Analysis, analyse } from '../../../reports/analysis/analysis.js';
import { reportPages } from '../../../reports/markdown/report.js';
import type { SoakedComparisons } from '../../../results/soak.js';
import { pointOf, resultsOf } from '../fixture.js';
import { type SampleSize, sampleAnalysis, sampleWithLimits, sampleWithReal } from '../sample.js';
import { wholeReport } from '../whole-report.js';

function write(size: Partial<SampleSize> = {}): string {
  return wholeReport({ analysis: sampleAnalysis(size), pictures: [] });
}

function openingOf(report: string): string {
  return report.split('\n\n')[1] ?? '';
}

/** What stands under a heading. */
function section(report: string, heading: string): string {
  return report.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
}

/** Every line of each table, without its first and last pipe. */
function tables(report: string): string[][] {
  return report
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) => block.trim().split('\n'));
}

const whole = write();

describe('the report', () => {
  it.each([
    ['of simulated guests', {}],
    ['where the queue loses', { slower: { 'flag-queue': 50 } }],
    ['with real guests', sampleWithReal],
    ['of real guests alone', { ...sampleWithReal, trackers: ['kvm-null', 'kvm-bitmap', 'kvm-ring'] }],
    ['within the floor', { withinFloor: ['flag-scan', 'flag-queue'] }],
    ['of recorded programs alone', { memories: [] }],
  ])('opens with three sentences that can be read, %s', (_, size) => {
    const sentences = openingOf(write(size)).split(/(?<=\.) /);
    expect(sentences).toHaveLength(3);
    for (const sentence of sentences) expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(45);
  });

  it('opens with what grows and what does not, then has Table 1', () => {
    expect(openingOf(whole)).toMatch(
      /2\.[34]\d* ms with `flag-scan`, which grows with memory, and 2[67]\d ns with `flag-queue`, which does not grow with memory: \d+x less\./,
    );
    expect(whole.indexOf('## Table 1, and what')).toBeGreaterThan(0);
    expect(whole.indexOf('## Table 1, and what')).toBeLessThan(whole.indexOf('## Detection against memory'));
  });

  it('opens with the real kernel where it was measured: the best that grows, and the best that does not', () => {
    expect(openingOf(write(sampleWithReal))).toMatch(
      /On the real kernel \(kvm guest, 64G\) it takes \d+ µs with `kvm-bitmap`, which grows with memory, and 1\d.* µs with `kvm-ring`, which does not grow with memory: \d+x less\./,
    );
  });

  it('does not scale the real kernel by the simulated scan, and says so', () => {
    expect(section(write(sampleWithReal), "The paper's Table 1")).toMatch(
      /on the simulated guest with this machine's collect scaled .*; on the kvm guest with this machine's collect as it is \(it cannot be scaled: flag-scan was not measured .* on the kvm guest\)/,
    );
  });

  it('labels what is of the paper, derived, measured and projected', () => {
    const table1 = section(whole, "The paper's Table 1");
    expect(table1).toContain('184.66 (paper)');
    expect(table1).toMatch(/5\.27 ms \(derived\)/);
    expect(table1).toContain('collect (measured)');
    expect(table1).toContain('(projected)');
  });

  it('has well-formed tables only', () => {
    expect(tables(whole).length).toBeGreaterThan(10);
    for (const lines of tables(whole)) {
      const pipes = lines.map((line) => line.match(/(?<!\\)\|/g)?.length);
      expect(new Set(pipes).size, lines.join('\n')).toBe(1);
      expect(lines[1]).toMatch(/^[|:\- ]+$/);
    }
  });

  it('prints no figure that is not a number', () => {
    expect(whole).not.toMatch(/NaN|undefined|Infinity|\bnull ns|∞/);
  });

  it('has the command and the seed to make it again', () => {
    expect(section(whole, 'How to reproduce it')).toContain('dirtybench measure');
    expect(section(whole, 'How to reproduce it')).toContain('seed 1');
  });

  it('stands beside the paper, with its misprint named', () => {
    expect(section(whole, 'Environment')).toContain('Model CPU');
    expect(section(whole, 'Environment')).toContain('X565');
  });

  it('says in the opening that the queue loses, and to what, when it does', () => {
    const queueAtItsWorst = write({ slower: { 'flag-queue': 50 } });
    expect(openingOf(queueAtItsWorst)).toMatch(
      /fastest in 0, tied for fastest in 0 and beaten in \d+ \(by `dirty-ring`/,
    );
    expect(section(queueAtItsWorst, 'Who wins where')).toContain('**slower**');
  });

  it('sets workloads and caches side by side where they were measured at the same size', () => {
    const points = (['l2-cold', 'warm'] as const).flatMap((cache) =>
      ['uniform', 'zipf'].map((workload) => pointOf({ tracker: 'flag-scan', cache, workload })),
    );
    const analysis = analyse(resultsOf(points, () => ({ collectNs: 5000 })));
    const settings = section(wholeReport({ analysis, pictures: [] }), 'Other workloads');
    expect(settings).toMatch(
      /tracker +\| uniform writes, L2-cold cache \| zipf writes, L2-cold cache \| uniform writes, warm cache/,
    );
    expect(settings).toContain('`flag-scan`');
  });

  it('tells what the running guest pays beside what detection costs', () => {
    expect(section(whole, 'What the running guest pays')).toMatch(
      /`flag-queue` +\| +350 ns \| +2[67]\d ns \| +6[12]\d ns/,
    );
  });

  it('holds each scheme against its limit, and leaves limits and libraries out of the comparisons', () => {
    const report = write(sampleWithLimits);
    const limits = section(report, 'How close each scheme is to its limit');
    expect(limits).toMatch(/`flag-scan` +\| +\d+x \|/);
    expect(limits).toMatch(/`flag-queue` +\|( +\d+\.\dx \|)+/);
    for (const heading of [
      "The paper's Table 1",
      'Detection against memory',
      'Detection against pages',
      'Who wins where',
      'I/O frequency',
      'Cost models',
    ]) {
      const part = section(report, heading);
      expect(part, heading).not.toBe('');
      expect(part, heading).not.toMatch(/`li(?:mit|brary)-/);
    }
  });

  it('answers in a sentence where the queue stops being the better way, and by how much', () => {
    const winners = section(write(sampleWithLimits), 'Who wins where');
    expect(winners).toMatch(
      /In 64M of memory, on detection alone, `flag-queue` wins up to about 14\.\dk dirty pages, by up to \d+x; beyond that `flag-scan` does, by up to 1\.\dx\./,
    );
    expect(winners).toMatch(
      /In 4G of memory, with marking counted, `flag-queue` wins over `bitmap-scan` wherever the two can be told apart from 1 to 65\.5k dirty pages, by 1\.1x to \d+x\./,
    );
  });

  it('sets the schemes beside what people would use instead, and says which of that was not there', () => {
    const there = sampleAnalysis(sampleWithLimits);
    const unavailable = [
      { tracker: 'library-sparse-set', why: 'mnemonist is not there', remedy: 'npm install mnemonist' },
    ];
    const analysis = { ...there, run: { ...there.run, unavailable } };
    const libraries = section(wholeReport({ analysis, pictures: [] }), 'What people would use instead');
    expect(libraries).toMatch(/`flag-queue` \| \d+ of \d+ \([\d.]+x to [\d.]+x\)/);
    expect(libraries).toMatch(
      /Where `flag-queue` is the slower one[\s\S]*`library-roaring`, 65\.5k dirty pages in \d+M: 1\.\dx \(the pages that were written: /,
    );
    expect(libraries).toMatch(/library-sparse-set`: mnemonist is not there\. \*\*Remedy:\*\* npm install mnemonist/);
  });

  it('puts simulated and real guests side by side, with what the running guest is charged', () => {
    const real = section(write(sampleWithReal), 'On the real kernel');
    // 64 pages at (3900 - 3000) ns each; a quarter of the collect is in kernel calls.
    expect(real).toMatch(
      /`kvm-ring` +\| +kvm \| +57\.\d µs \(.*\) \| +900 ns \(.*\) \| +1\d.* µs \| +3\.\d+ µs \(2\d %\) \| +1\d.* µs \(7\d %\) \|/,
    );
    expect(real).toMatch(/`flag-scan` +\| +simulated \|.*\| +– \| +– \|/);
  });

  it('says of each real guest what grows with memory by its verdict, and who leads by how much', () => {
    const real = section(write(sampleWithReal), 'On the real kernel');
    expect(real).toMatch(
      /On the kvm guest, from 512M to 64G, `kvm-bitmap` grows with memory; `kvm-ring` does not grow with it\. At 64G a collect takes 1\d.* µs with `kvm-ring`, \d+x that with `kvm-bitmap`\./,
    );
    const turned = section(write({ ...sampleWithReal, slower: { 'kvm-bitmap': 0.001 } }), 'On the real kernel');
    expect(turned).toMatch(/At 64G a collect takes .* with `kvm-bitmap`, .*x that with `kvm-ring`/);
    expect(real).toMatch(/`pagemap-scan` +\| +process \| +3\.\d+ \(.*\) \| +2\.\dx \| +\*\*grows\*\*/);
  });

  it('gives no figure of the cheapest on a real guest that is within the floor, but bounds', () => {
    const real = section(write({ ...sampleWithReal, withinFloor: ['kvm-ring'] }), 'On the real kernel');
    expect(real).toMatch(
      /At 64G a collect takes at most the floor with `kvm-ring`, at least \d+x that with `kvm-bitmap`\./,
    );
  });

  it('leads from each chart of its first page to the page that shows it', () => {
    const pictures = ['kvm', 'simulated'].map((guest) => ({
      chart: 'detection-by-memory' as const,
      guest,
      path: `charts/detection-by-memory-${guest}.svg`,
    }));
    const pages = reportPages({ analysis: sampleAnalysis(sampleWithReal), pictures });
    const links = [...(pages.get('report.md') ?? '').matchAll(/\]\((charts\/[^)]+)\)\]\(([^)]+)\)/g)];
    expect(links).toHaveLength(2);
    for (const [, path = '', page = ''] of links) expect(pages.get(page)).toContain(`](${path})`);
  });

  it('sets what others have published apart from what was measured, with setup and source', () => {
    const others = section(whole, 'What others have published');
    expect(others).toContain('None of this was measured here');
    expect(others).toMatch(/260 ns \| cloud-hypervisor \| cloud-hypervisor, issue 8899/);
  });

  it('does not compare what cannot be told apart', () => {
    const opening = openingOf(write({ withinFloor: ['flag-scan', 'flag-queue'] }));
    expect(opening).toContain('(the two cannot be told apart)');
    expect(opening).not.toMatch(/x (?:less|more)/);
  });

  it('prints no figure for what is within the floor', () => {
    const floored = write({ withinFloor: ['flag-queue'] });
    const rows = floored.split('\n').filter((line) => line.startsWith('| `flag-queue`'));
    const detection = ['Detection against memory', 'Detection against pages', 'Latency'].map((heading) =>
      section(floored, heading)
        .split('\n')
        .find((line) => line.startsWith('| `flag-queue`')),
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const row of detection) {
      expect(row).toContain('within the floor');
      expect(row).not.toMatch(/\d [nµm]?s/);
    }
  });

  it.each([
    ['one tracker', { trackers: ['flag-queue'] }],
    ['no null tracker', { trackers: ['flag-scan', 'flag-queue'] }],
    ['nothing but a point', { trackers: ['bitmap-scan'], memories: [2 ** 28], pages: [64], programs: [] }],
    ['nothing but recorded programs', { memories: [] }],
    ['nothing but the floor', { trackers: ['null'] }],
  ])('of a sweep with %s gives the reason for what it leaves out', (_, size) => {
    const report = write(size);
    expect(report).not.toMatch(/NaN|undefined|Infinity|∞/);
    expect(report).toMatch(
      /## Not in this report\n\n- .*: it needs|Nothing measured to compare|\*\*Floor:\*\* not measured:/,
    );
    for (const part of report.split(/^## /m).slice(1)) expect(part.split('\n\n')[1]?.trim()).not.toBe('');
  });

  it('has only the pages that it has something for, and says once at its end what is not there and what that takes', () => {
    const pages = reportPages({ analysis: sampleAnalysis({ programs: [] }), pictures: [] });
    const front = pages.get('report.md') ?? '';
    const [, absent = ''] = front.split('\n## Not in this report\n');
    expect(absent).toMatch(/^- On the real kernel: it needs a guest with real memory: `kvm` or `process`\.$/m);
    expect(absent).toMatch(/^- .*: it needs a recorded workload/m);
    expect(absent).not.toContain('Detection against memory');
    expect([...pages.keys()]).not.toContain('real-kernel.md');
    for (const [, page = ''] of front.matchAll(/\]\(([\w-]+\.md)\)/g)) expect([...pages.keys()]).toContain(page);
    expect([...pages.values()].join('').match(/Not in this report/g)).toHaveLength(1);
  });

  it('gives each warning with its remedy, and what was skipped or unavailable with the reason', () => {
    const there = sampleAnalysis();
    const analysis: Analysis = {
      ...there,
      run: {
        ...there.run,
        skipped: [{ what: '4096 pages in 4M', why: 'more pages than the guest has' }],
        unavailable: [{ tracker: 'kvm-ring', why: 'there is no /dev/kvm', remedy: 'load the kvm module' }],
      },
      warnings: [{ kind: 'file', text: 'The last line is torn.', remedy: 'Measure it again.' }],
    };
    const report = wholeReport({ analysis, pictures: [] });
    const warnings = section(report, 'Warnings');
    expect(warnings).toContain('- The last line is torn. **Remedy:** Measure it again.');
    expect(warnings).toContain('4096 pages in 4M: more pages than the guest has');
    expect(section(report, 'On the real kernel')).toMatch(
      /`kvm-ring` \| there is no \/dev\/kvm \| load the kvm module/,
    );
  });
});

it('a report says what to believe of a comparison where a soak has found it, and nothing of it elsewhere', () => {
  const soaked: SoakedComparisons = {
    part: 'compare',
    way: 'by turns',
    comparisons: 20,
    seconds: 1,
    pairs: 160,
    slower: 1,
    faster: 2,
    undecided: 7,
    same: 150,
    slowed: 20,
    slowdown: 1.3,
    slowedFound: 19,
    cpu: 'Model CPU',
    cores: 2,
  };
  const analysis = sampleAnalysis();
  expect(wholeReport({ analysis, pictures: [], soaked: [soaked] })).toMatch(
    /measured against itself 20 times, by turns .* on 2 cores \(Model CPU\): of 160 pairs 3 were called .* Of 20 that were made to take 1\.3 times as long on purpose, 19 were called slower\./,
  );
  expect(wholeReport({ analysis, pictures: [] })).not.toContain('What to believe of a comparison');
});

describe('rounds of process guests', () => {
  const realOf = (epochs: readonly number[], guest = 'process', rounds = 5) => {
    const tracker = guest === 'process' ? 'pagemap-scan' : 'kvm-ring';
    const points = epochs.map((each) => pointOf({ guest, tracker, epochs: each, rounds }));
    const results = resultsOf(points, (point) => ({ collectNs: 100_000 + 100 * point.epochs }));
    return section(wholeReport({ analysis: analyse(results), pictures: [] }), 'On the real kernel');
  };

  it('are said not to be comparable when they have other numbers of epochs, with figures where the results have both', () => {
    expect(realOf([100, 2000])).toContain(
      'took 110 µs with 100 epochs, and 300 µs with 2000. The points of this report have 100 to 2000 epochs in a round.',
    );
    expect(realOf([100])).toMatch(
      /compare only figures .* look at\. The points of this report have 100 epochs in a round\./,
    );
  });

  it('have no such figures of too few rounds, and other guests not the sentence', () => {
    expect(realOf([100, 2000], 'process', 3)).not.toContain('Here a collect');
    expect(realOf([100, 2000], 'kvm')).not.toContain('Rounds of other lengths');
  });
});
