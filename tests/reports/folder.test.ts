import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepSources, placeReport, prepareFolder, ReportError } from '../../reports/folder.js';
import { type WrittenReport, writeReport } from '../../reports/report.js';
import { sampleMigrations } from './migrations.js';
import { sampleResults } from './sample.js';
import { sampleTransactions } from './transactions.js';

const place = mkdtempSync(join(tmpdir(), 'dirtybench-'));
afterAll(() => rmSync(place, { recursive: true }));

/** Of one memory size and number of pages: a report of it has few charts, and is soon written. */
const brief = sampleResults({ trackers: ['flag-scan', 'flag-queue'], memories: [2 ** 30], pages: [64], programs: [] });

/** As GitHub does it: small letters, no punctuation, a hyphen for each space. */
function githubAnchor(heading: string): string {
  return [...heading.toLowerCase()]
    .filter((letter) => /[\p{L}\p{N} _-]/u.test(letter))
    .map((letter) => (letter === ' ' ? '-' : letter))
    .join('');
}

describe('a report in a folder', () => {
  const folder = join(place, 'deep', 'docs');
  const results = sampleResults();
  let written: WrittenReport;
  beforeAll(async () => {
    written = await writeReport(results, folder);
  }, 120_000);

  it('has every picture that the report links to, and its specification beside it', () => {
    const texts = written.pages.map((path) => readFileSync(path, 'utf8'));
    const links = (text: string) => [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    const shown = texts.flatMap(links);
    expect([...new Set(shown)].sort()).toEqual(written.charts.map((path) => relative(folder, path)).sort());
    expect(shown.length).toBeGreaterThan(6);
    for (const link of shown) {
      const svg = join(dirname(written.report), link);
      expect(readFileSync(svg, 'utf8')).toMatch(/^<svg /);
      expect(JSON.parse(readFileSync(svg.replace(/svg$/, 'vl.json'), 'utf8'))).toHaveProperty('$schema');
    }
    const beside = texts.filter((_, index) => written.pages[index] !== written.report);
    for (const text of beside) expect(text.match(/\*How to read this:\*/g)?.length ?? 0).toBe(links(text).length);
  });

  it('leads from its first page, of at most 300 lines, to every other, by links that all lead somewhere', () => {
    const front = readFileSync(written.report, 'utf8');
    expect(front.split('\n').length).toBeLessThanOrEqual(300);
    for (const path of written.pages)
      if (path !== written.report) expect(front).toContain(`](${relative(folder, path)})`);
    for (const path of written.pages) {
      const text = readFileSync(path, 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) {
        const [file = '', anchor] = target.split('#');
        const there =
          file === '' ? text : existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : null;
        expect(there, `${target} in ${path}`).not.toBeNull();
        if (anchor === undefined) continue;
        const headings = [...(there ?? '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => githubAnchor(heading));
        expect(headings).toContain(anchor);
      }
    }
  });

  it('has analysis.json with every measured point', () => {
    const { points } = JSON.parse(readFileSync(written.analysis, 'utf8'));
    expect(points).toHaveLength(results.header.points.length);
  });

  it('gives the main table as text', () => {
    expect(written.summary).toContain('paper: not synchronised');
    expect(written.summary).toMatch(/^flag-queue +2[67]\d ns/m);
    expect(written.summary).not.toMatch(/[|`]/);
  });

  it('is the same to the byte when it is written again, and leaves nothing else behind', async () => {
    const read = () =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
      );
    const before = read();
    mkdirSync(join(folder, '.report-interrupted'));
    await writeReport(results, folder);
    const after = read();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [name, text] of Object.entries(after)) expect(text === before[name], name).toBe(true);
    expect(existsSync(join(folder, '.report-interrupted'))).toBe(false);
  });
});

describe('a folder that holds more than a report', () => {
  const texts = new Map([
    ['charts/kept.svg', '<svg/>'],
    ['report.md', '# A report\n'],
  ]);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(place, 'more-'));
  });

  it('is refused and left as it is, before measuring and after, unless that is forced', async () => {
    writeFileSync(join(folder, 'report.md'), 'of the user');
    writeFileSync(join(folder, 'guide.md'), 'of the user');
    const message = /it holds '(guide|report)\.md', which is of no report: name another folder, or add --force/;
    expect(() => prepareFolder(folder)).toThrow(message);
    await expect(writeReport(brief, folder)).rejects.toThrow(message);
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toBe('of the user');

    prepareFolder(folder, true);
    await writeReport(brief, folder, null, null, { force: true });
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toMatch(/^# /);
    expect(readFileSync(join(folder, 'guide.md'), 'utf8')).toBe('of the user');
  });

  it('is refused for a file that was put beside an earlier report, or among its charts', () => {
    placeReport(folder, texts);
    for (const path of ['notes.txt', 'charts/mine.svg', 'transactions.jsonl']) {
      writeFileSync(join(folder, path), 'of the user');
      expect(() => placeReport(folder, texts)).toThrow(`it holds '${path}', which is of no report`);
      expect(() => prepareFolder(folder)).toThrow(`it holds '${path}'`);
      expect(readFileSync(join(folder, path), 'utf8')).toBe('of the user');
      rmSync(join(folder, path));
    }
    placeReport(folder, texts);
  });

  it('loses, when forced, only charts that the earlier report had and this one has not', () => {
    placeReport(folder, new Map([['charts/gone.svg', '<svg/>'], ...texts]));
    const there = () => ['gone', 'kept'].map((name) => existsSync(join(folder, `charts/${name}.svg`)));
    expect(there()).toEqual([true, true]);
    writeFileSync(join(folder, 'charts/mine.svg'), 'of the user');
    placeReport(folder, texts, { force: true });
    expect(there()).toEqual([false, true]);
    expect(readFileSync(join(folder, 'charts/mine.svg'), 'utf8')).toBe('of the user');
  });

  it('may hold the results that the report is made from, which stay as they are', async () => {
    const path = join(folder, 'results.jsonl');
    writeFileSync(path, 'measured');
    await writeReport(brief, folder, null, null, { sources: [path] });
    keepSources(folder, { results: path, transactions: null, migrations: null, soak: null });
    expect(readFileSync(path, 'utf8')).toBe('measured');
    expect(() => placeReport(folder, texts)).toThrow("it holds 'results.jsonl'");
  });

  it.each(['results.jsonl', 'soak.jsonl'])(
    'is refused where another results file would take the place of %s',
    (name) => {
      const [sweep, other] = [join(folder, 'mine.jsonl'), join(folder, name)];
      writeFileSync(sweep, 'a sweep');
      writeFileSync(other, 'transactions');
      const sources = {
        results: sweep,
        transactions: other,
        migrations: null,
        soak: name === 'soak.jsonl' ? sweep : null,
      };
      expect(() => keepSources(folder, sources)).toThrow(
        `its ${name} would overwrite '${other}', which is read as transactions: name another folder with --out`,
      );
      expect(readdirSync(folder).sort()).toEqual(['mine.jsonl', name]);
      expect(readFileSync(other, 'utf8')).toBe('transactions');
    },
  );

  it('keeps the results files of an earlier report until newer ones take their place', () => {
    const given = (text: string) => {
      const path = join(place, 'given.jsonl');
      writeFileSync(path, text);
      return path;
    };
    const held = (name: string) => readFileSync(join(folder, name), 'utf8');
    placeReport(folder, texts);
    keepSources(folder, { results: given('first'), transactions: given('first'), migrations: null, soak: null });
    placeReport(folder, texts);
    keepSources(folder, { results: given('second'), transactions: null, migrations: null, soak: null });
    expect([held('results.jsonl'), held('transactions.jsonl')]).toEqual(['second', 'first']);
  });

  it.each(['../victim.txt', '/etc/victim.txt', 'charts/../../victim.txt', '..', 'deep/er/victim.txt'])(
    'is refused where its list of files names %s, and nothing is removed',
    (path) => {
      placeReport(folder, texts);
      writeFileSync(join(folder, '..', 'victim.txt'), 'of the user');
      writeFileSync(join(folder, '.dirtybench-report.json'), JSON.stringify({ files: [path] }));
      for (const force of [false, true]) {
        expect(() => placeReport(folder, texts, { force })).toThrow(
          /^cannot write the report to '.*': its \.dirtybench-report\.json is no list of a report's files: remove that file, and add --force$/,
        );
      }
      expect(readFileSync(join(folder, '..', 'victim.txt'), 'utf8')).toBe('of the user');
    },
  );

  it('is refused in one line where its list of files is broken', () => {
    writeFileSync(join(folder, '.dirtybench-report.json'), '{"files": [');
    expect(() => prepareFolder(folder)).toThrow(/remove that file, and add --force$/);
  });

  it('goes on with what an interrupted report has left', () => {
    writeFileSync(join(folder, 'results.partial.jsonl'), '');
    writeFileSync(join(folder, 'results.partial.jsonl.lock'), '');
    prepareFolder(folder);
  });
});

describe('a report with transactions and migrations', () => {
  it('has their sections with their charts, and their figures for programs to read', async () => {
    const folder = join(place, 'transactions');
    const { charts, pages, analysis } = await writeReport(brief, folder, sampleTransactions(), sampleMigrations());
    for (const name of ['transactions-by-memory.svg', 'transaction-split.svg', 'downtime.svg']) {
      expect(charts).toContain(join(folder, 'charts', name));
      expect(pages.map((path) => readFileSync(path, 'utf8')).join('\n')).toContain(`(charts/${name})`);
    }
    expect(JSON.parse(readFileSync(analysis, 'utf8'))).toMatchObject({
      transactions: { runs: 65, verifiedRuns: 45 },
      migrations: { runs: 30 },
    });
  });
});

describe('a folder that cannot be written', () => {
  it('is found out before measuring, with its name', () => {
    const file = join(place, 'file');
    writeFileSync(file, '');
    expect(() => prepareFolder(join(file, 'docs'))).toThrow(ReportError);
    expect(() => prepareFolder(join(file, 'docs'))).toThrow(`'${join(file, 'docs')}'`);
  });

  it.runIf(process.platform === 'linux')('is refused at once where folders cannot be made', () => {
    expect(() => prepareFolder('/proc/dirtybench/docs')).toThrow("cannot write the report to '/proc/dirtybench/docs'");
  });

  it.skipIf(process.getuid?.() === 0)('is refused when it is read-only', () => {
    const readOnly = join(place, 'read-only');
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o500);
    expect(() => prepareFolder(readOnly)).toThrow(ReportError);
  });

  it('leaves a folder that can be written as it was', () => {
    const folder = join(place, 'new');
    prepareFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a results file from outside', () => {
  it('cannot lead the charts out of the folder by the name of a guest', async () => {
    const results = sampleResults({
      trackers: ['flag-scan', 'flag-queue'],
      memories: [2 ** 30, 2 ** 32],
      pages: [64],
      programs: [],
    });
    const points = results.header.points.map((point) => ({ ...point, guest: '../../out' }));
    const { charts } = await writeReport({ ...results, header: { ...results.header, points } }, join(place, 'outside'));
    for (const chart of charts) expect(dirname(chart)).toBe(join(place, 'outside', 'charts'));
    expect(charts.length).toBeGreaterThan(0);
  });
});
