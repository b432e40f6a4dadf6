import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { advise } from '../../reports/analysis/advice/advice.js';
import type { Question } from '../../reports/analysis/advice/question.js';
import { compare } from '../../reports/analysis/compare/comparison.js';
import { historiesOf } from '../../reports/analysis/compare/course.js';
import { entryOf } from '../../reports/analysis/compare/entry.js';
import { adviceSentence } from '../../reports/markdown/advice.js';
import { comparisonText } from '../../reports/markdown/comparison.js';
import { writeReport } from '../../reports/report.js';
import { readAny } from '../../results/any.js';
import { sampleMigrations } from '../reports/migrations.js';
import { sampleAnalysis, sampleResults, sampleWithReal } from '../reports/sample.js';
import { sampleTransactions } from '../reports/transactions.js';
import { openBrowser, whyNoBrowser } from './browser.js';

if (whyNoBrowser !== '') console.info(`skipped: the site in a browser: ${whyNoBrowser}`);

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-site-'));
const sample = sampleResults(sampleWithReal);
/** Every page, and how many charts it has at least. */
const charts: Readonly<Record<string, number>> = {
  '': 1,
  'my-guest': 0,
  explorer: 1,
  'end-to-end': 3,
  history: 1,
  compare: 0,
  method: 0,
  data: 0,
};
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Run by the browser. */
const drawn = (least: number) =>
  `((charts) => charts.length >= ${least} && charts.every((chart) => chart.querySelector('svg[role=img]') !== null))` +
  "([...document.querySelectorAll('.chart')])";
/** Without `preload`: axe would ask for the style sheet once more, which a page from a file may not. */
const serious =
  "axe.run(document, { preload: false, resultTypes: ['violations'] }).then(({ violations }) => violations" +
  ".filter(({ impact }) => impact === 'serious' || impact === 'critical')" +
  ".map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))";
/** What is there for the keyboard; a menu that is closed has no entries yet. */
const reachable =
  '[...document.querySelectorAll(\'a[href], select, input, summary, [tabindex="0"]\')]' +
  ".filter((element) => element.closest('details:not([open])') === null || element.localName === 'summary')";

/** Runs of two hosts, of which one has the ring slower from its fourth day on. */
const entries = [1, 2, 3, 4, 5].flatMap((day) =>
  ['build1', 'build2'].map((host) => {
    const slower = host === 'build1' && day > 3 ? { 'kvm-ring': 2 } : {};
    const header = { host, startedAt: `2026-01-0${day}T0${host.at(-1)}:00:00.000Z` };
    return entryOf({ kind: 'results', of: sampleResults({ ...sampleWithReal, slower, making: { header } }) }, []);
  }),
);
const histories = historiesOf(entries, 0.05);

/** A results file of that sample. */
function fileOf(name: string, results = sample): string {
  const path = join(folder, name);
  writeFileSync(path, [results.header, ...results.rounds].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

describe.skipIf(whyNoBrowser !== '')('the site of a report', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let http = '';
  const file = pathToFileURL(join(folder, 'docs', 'index.html')).href;
  const errors: string[] = [];

  beforeAll(async () => {
    await writeReport(sample, join(folder, 'docs'), sampleTransactions(), sampleMigrations(), {
      histories,
    });
    server = createServer((request, response) => {
      const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
      const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
      const type = Object.entries(types).find(([end]) => name.endsWith(end))?.[1] ?? 'text/plain';
      response.writeHead(200, { 'content-type': type }).end(readFileSync(join(folder, 'docs', name)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    http = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  afterEach(() => {
    expect(errors.splice(0)).toEqual([]);
  });

  /** Opens a page, and waits until its charts are drawn. */
  async function open(fragment: string, from = file): Promise<void> {
    const [name = ''] = fragment.split('?');
    await page.goto('about:blank');
    await page.goto(`${from}#/${fragment}`);
    await page.waitForSelector('h1');
    await page.waitForFunction(drawn(charts[name] ?? expect.unreachable(`there is no page '${name}'`)));
  }

  it.each(Object.keys(charts))(
    'shows /%s from a file on a phone in the light, and over http on a desk in the dark, with nothing serious against it by axe',
    async (name) => {
      for (const [from, width, colorScheme] of [
        [file, 360, 'light'],
        [http, 1440, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await open(name, from);
        expect(await page.locator('main').textContent()).not.toBe('');
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflow).toBeLessThanOrEqual(0);
        await page.evaluate(axe);
        expect(await page.evaluate(serious)).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: 'light' });
    },
  );

  it('shows in the explorer what analysis.json has, and no more', async () => {
    await open('explorer?guest=kvm');
    const link = (await page.locator('a[download="explorer.csv"]').getAttribute('href')) ?? '';
    const rows = decodeURIComponent(link.slice(link.indexOf(',') + 1))
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    const {
      points,
    }: { points: { guest: string; tracker: string; memoryBytes: number; collect: { medianNs: number } }[] } =
      JSON.parse(readFileSync(join(folder, 'docs', 'analysis.json'), 'utf8'));
    const expected = points.filter(({ guest, tracker }) => guest === 'kvm' && tracker !== 'kvm-null');
    expect(expected.length).toBeGreaterThan(4);
    expect(rows.map(([tracker, memory, , ns]) => [tracker, Number(memory), Number(ns)])).toEqual(
      expected.map(({ tracker, memoryBytes, collect }) => [tracker, memoryBytes, collect.medianNs]),
    );
    expect(await page.locator('tbody tr').count()).toBe(expected.length);
  });

  it.each([
    ['SVG', /^<svg[\s\S]*<\/svg>$/],
    ['PNG', /^\u0089PNG[\s\S]*IEND/],
  ])('saves a chart of the explorer as %s', async (format, content) => {
    await open('explorer');
    await page.locator('.chart summary').first().click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .locator('.chart a', { hasText: `Save as ${format}` })
        .first()
        .click(),
    ]);
    expect(download.suggestedFilename()).toBe(`explorer.${format.toLowerCase()}`);
    const saved = join(folder, download.suggestedFilename());
    await download.saveAs(saved);
    expect(readFileSync(saved, 'latin1').trim()).toMatch(content);
  });

  it('has its view in the address, which restores it elsewhere', async () => {
    await open('explorer');
    await page.getByLabel('Guest', { exact: true }).selectOption('simulated');
    await page.getByLabel('flag-scan', { exact: true }).uncheck();
    const address = page.url();
    const before = await page.locator('table').textContent();
    expect(before).toContain('flag-queue');
    expect(before).not.toContain('flag-scan');
    const other = await browser.newPage();
    await other.goto(address);
    expect(await other.locator('table').textContent()).toBe(before);
    await other.close();
  });

  it('zooms in where its chart is drawn over, says so in the address, and shows all again', async () => {
    await page.setViewportSize({ width: 1440, height: 1000 });
    await open('explorer?guest=simulated');
    const table = page.locator('table');
    expect(await table.textContent()).toContain('512M');
    const chart = await page.locator('.chart svg.marks').boundingBox();
    if (chart === null) throw new Error('no chart');
    // From between 512M and 4G to beyond 64G, in the panel between the axis and the names.
    const at = (share: number) => [chart.x + 88 + 568 * share, chart.y + 300] as const;
    await page.mouse.move(...at(0.3));
    await page.mouse.down();
    await page.mouse.move(...at(0.6), { steps: 4 });
    await page.mouse.move(...at(0.995), { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toContain(`from=${4 * 2 ** 30}&to=${64 * 2 ** 30}`);
    expect(await table.textContent()).not.toContain('512M');
    expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe(String(4 * 2 ** 30));
    await page.getByRole('button', { name: 'show all' }).click();
    expect(await table.textContent()).toContain('512M');
  });

  it('shows whole charts on a phone, with their legend beside them', async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    for (const name of ['', 'explorer']) {
      await open(name);
      const chart = await page.locator('.chart svg.marks').boundingBox();
      expect(chart?.width).toBeLessThanOrEqual(360);
      expect(await page.locator('svg.swatch').count()).toBeGreaterThan(1);
    }
    await page.setViewportSize({ width: 1440, height: 800 });
  });

  it('answers as `dirtybench advise` does, in three clicks from its first page', async () => {
    await open('');
    await page.getByText('Ask about a guest of yours').click();
    const question = {
      guest: 'kvm',
      workload: 'uniform',
      memoryBytes: 64 * 2 ** 30,
      pages: 2000,
      ioFrequency: 500,
      cache: 'l2-cold',
      budget: null,
    } as const;
    const sentence = (asked: Question) =>
      adviceSentence(advise(sampleAnalysis(sampleWithReal), asked)).replaceAll('`', '');
    expect(await page.getByRole('status').textContent()).toBe(sentence(question));
    await page.getByLabel('Budget').selectOption('5');
    expect(await page.getByRole('status').textContent()).toBe(sentence({ ...question, budget: 0.05 }));
    await page.getByRole('slider', { name: 'Memory' }).press('ArrowLeft');
    expect(await page.getByRole('status').textContent()).toContain('For a 54G guest');
  });

  it('compares two files as the command line does', async () => {
    const files = [
      fileOf('base.jsonl'),
      fileOf('new.jsonl', sampleResults({ ...sampleWithReal, slower: { 'kvm-ring': 2 } })),
    ];
    await open('compare');
    await page.getByLabel(/^Before/).setInputFiles(files[0] ?? '');
    await page.getByLabel(/^After/).setInputFiles(files[1] ?? '');
    const [base, other] = files.map((path) => ({ path: path.slice(folder.length + 1), file: readAny(path) }));
    if (base === undefined || other === undefined) throw new Error('two files');
    const expected = comparisonText(compare(base, [other], { threshold: 0.05, metrics: ['collect'] }));
    expect(await page.locator('pre').textContent()).toBe(expected);
    writeFileSync(join(folder, 'none.jsonl'), 'nothing\n');
    await page.getByLabel(/^After/).setInputFiles(join(folder, 'none.jsonl'));
    await expect.poll(() => page.locator('pre').textContent()).toContain("none.jsonl, line 1: not JSON: 'nothing'");
  });

  it('lists runs by host and date, with what changed, and the course of each point', async () => {
    await open('history');
    expect(await page.locator('main .lead').textContent()).toMatch(
      /^10 runs on 2 hosts: the last on build1, of 2026-01-05, changed \d+ of \d+ figures.* and the last on build2, /,
    );
    const changes = histories[0]?.steps[3]?.changes ?? [];
    expect(changes.map(({ subject, metric, verdict }) => `${subject} ${metric} ${verdict}`)).toEqual(
      Array.from({ length: 3 }, () => 'kvm-ring collect slower'),
    );
    const table = page.getByRole('table', { name: 'Slower and faster, run by run' });
    expect(await table.locator('tbody tr').count()).toBe(3);
    expect(await table.textContent()).toContain('2026-01-04 01:00');
    await page.getByLabel('Tracker', { exact: true }).selectOption('kvm-ring');
    const courses = page.getByRole('table', { name: 'The medians of the chart, run by run' });
    const rows = await courses.locator('tbody tr').allTextContents();
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.match(/slower/g)).toHaveLength(1);
    await page.getByLabel('Host', { exact: true }).selectOption('build2');
    expect(await page.locator('main').textContent()).toContain('None was found.');
    expect(await courses.locator('thead').textContent()).toContain('2026-01-05 02:00');
    const address = page.url();
    expect(address).toContain('host=build2');
    expect(address).toContain('tracker=kvm-ring');
  });

  it('lets arrow keys lead a slider from any value to the next, small ones too', async () => {
    await open('my-guest?memory=64M&pages=1');
    const press = async (label: string, key: string) => {
      const slider = page.getByRole('slider', { name: label });
      const before = await slider.getAttribute('aria-valuetext');
      await slider.press(key);
      await expect.poll(() => slider.getAttribute('aria-valuetext')).not.toBe(before);
      return slider.getAttribute('aria-valuetext');
    };
    const pages = 'Pages written before an I/O';
    expect([await press(pages, 'ArrowRight'), await press(pages, 'ArrowRight')]).toEqual(['2', '3']);
    expect([await press(pages, 'ArrowLeft'), await press(pages, 'ArrowLeft')]).toEqual(['2', '1']);
    expect([await press('Memory', 'ArrowRight'), await press('Memory', 'ArrowRight')]).toEqual(['128M', '192M']);
    expect([await press('Memory', 'ArrowLeft'), await press('Memory', 'ArrowLeft')]).toEqual(['128M', '64M']);
  });

  it('shows the workload asked for, also of a guest that was not measured with it', async () => {
    const programs = sampleResults({ ...sampleWithReal, programs: ['redis-set'] });
    await writeReport(programs, join(folder, 'programs'), null, null, {});
    const from = pathToFileURL(join(folder, 'programs', 'index.html')).href;
    await open('my-guest?guest=simulated&workload=trace:redis-set', from);
    await page.getByLabel('Guest', { exact: true }).selectOption('kvm');
    const writes = page.getByLabel('Writes', { exact: true });
    expect(await writes.inputValue()).toBe('trace:redis-set');
  });

  it.each(['my-guest', 'explorer', 'history', 'compare'])('lets the keyboard alone reach all of /%s', async (name) => {
    await open(name);
    const all = Number(await page.evaluate(`${reachable}.length`));
    const reached = new Set<unknown>();
    for (let presses = 0; presses < all + 5; presses++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(`${reachable}.indexOf(document.activeElement)`));
    }
    reached.delete(-1);
    expect(all).toBeGreaterThan(8);
    expect(reached.size).toBe(all);
  });

  it('is under a megabyte compressed, without its data', () => {
    const parts = ['index.html', 'site.js', 'site.css'].map((name) =>
      gzipSync(readFileSync(join(folder, 'docs', name))),
    );
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBeLessThan(2 ** 20);
  });
});
