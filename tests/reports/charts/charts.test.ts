import { beforeAll, describe, expect, it } from 'vitest';
import { type Analysis, analyse } from '../../../reports/analysis/analysis.js';
import { chartNames, charts } from '../../../reports/charts/registry.js';
import { renderSvg } from '../../../reports/charts/svg.js';
import { chartWidth } from '../../../reports/charts/theme.js';
import { formatCount, formatMemory } from '../../../reports/units.js';
import { hostOf } from '../../results/fixture.js';
import { armedResults } from '../arming.js';
import { pointOf, resultsOf } from '../fixture.js';
import { fleetSample } from '../fleet.js';
import { neighbourResults } from '../guests.js';
import { sampleMigrations } from '../migrations.js';
import { sampleAnalysis, sampleWithLimits, sampleWithReal, wholeSample } from '../sample.js';
import { sampleTransactions, waysWithMany } from '../transactions.js';

/** The texts of a picture, as a reader sees them. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1] ?? '');
}

async function draw(name: (typeof chartNames)[number], analysis: Analysis): Promise<string | null> {
  const spec = charts[name].draw(analysis, 'simulated');
  return spec === null ? null : renderSvg(spec);
}

const whole = sampleAnalysis();
const withLimits = sampleAnalysis(sampleWithLimits);
/** Of the sweep, for charts that are drawn of something else. */
const brief = { trackers: ['flag-scan'], memories: [2 ** 30], programs: [] };
const withTransactions = sampleAnalysis(brief, sampleTransactions());
const withNeighbours = analyse(neighbourResults());
/** What a chart is drawn of, where the whole sample has not what it needs. */
const others: Partial<Record<(typeof chartNames)[number], Analysis>> = {
  'arming-by-memory': analyse(armedResults()),
  downtime: sampleAnalysis(brief, null, sampleMigrations()),
  'guests-apart': withNeighbours,
  'guests-together': withNeighbours,
  hosts: analyse(fleetSample('each')),
  limits: withLimits,
  'real-by-memory': sampleAnalysis(sampleWithReal),
  'transaction-split': withTransactions,
  'transactions-by-memory': withTransactions,
  ways: sampleAnalysis(brief, sampleTransactions({ beside: waysWithMany })),
};

describe.each(chartNames)('the chart %s', (name) => {
  const full = others[name] ?? whole;
  let svg = '';
  beforeAll(async () => {
    svg = (await draw(name, full)) ?? '';
  });

  it('shows numbers that are numbers, on opaque white, about as wide as a README', () => {
    expect(svg).toContain('fill="#ffffff"');
    expect(textsOf(svg).length).toBeGreaterThan(10);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|>null</);
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThanOrEqual(chartWidth * 1.03);
  });

  it('has the same bytes each time', async () => {
    expect(svg).not.toBe('');
    expect((await draw(name, full)) === svg).toBe(true);
  });

  const chart = charts[name];
  if (chart.of === 'each guest') {
    it('is not drawn of a guest on which nothing was measured', () => {
      expect(chart.draw(full, 'simulated')).not.toBeNull();
      expect(chart.draw(full, 'a guest of another machine')).toBeNull();
    });
  } else {
    it('is not drawn of a run that has nothing for it', () => {
      expect(chart.draw(full)).not.toBeNull();
      expect(chart.draw(sampleAnalysis({ trackers: ['null'] }))).toBeNull();
    });
  }
});

describe.each([
  ['one tracker', { trackers: ['flag-queue'] }],
  ['one memory size', { memories: [2 ** 30] }],
  ['one number of pages per epoch', { pages: [64] }],
  ['nothing but a point', { trackers: ['flag-scan'], memories: [2 ** 30], pages: [64], programs: [] }],
  ['nothing but recorded programs', { memories: [] }],
  ['nothing but the floor', { trackers: ['null'] }],
])('a sweep with %s', (_, size) => {
  const small = sampleAnalysis(size);

  it.each(chartNames)('has the chart %s whole or not at all', async (name) => {
    expect((await draw(name, small)) ?? '').not.toMatch(/NaN|undefined|Infinity|>null</);
  });
});

describe('the charts of detection', () => {
  it.each(['detection-by-memory', 'detection-by-pages'] as const)(
    '%s names every scheme but the floor',
    async (name) => {
      const texts = textsOf((await draw(name, whole)) ?? '');
      expect(texts).toEqual(expect.arrayContaining(wholeSample.trackers.filter((scheme) => scheme !== 'null')));
      expect(texts).not.toContain('null');
    },
  );

  it('draw what is within the floor where it was measured, with its interval, and hollow', () => {
    const analysis = sampleAnalysis({ withinFloor: ['flag-queue'] });
    const point = analysis.points.find(
      ({ scheme, memoryBytes, pagesPerEpoch }) =>
        scheme === 'flag-queue' && memoryBytes === 4 * 2 ** 30 && pagesPerEpoch === 64,
    );
    if (point === undefined) throw new Error('the sample has flag-queue at 4 GiB');
    const { medianNs: y, lowNs: low, highNs: high } = point.collect;
    for (const [name, x] of [
      ['detection-by-memory', point.memoryBytes],
      ['detection-by-pages', point.pagesPerEpoch],
    ] as const) {
      const spec = JSON.stringify(charts[name].draw(analysis, 'simulated'));
      expect(spec).toContain(JSON.stringify({ scheme: 'flag-queue', x, y, low, high, withinFloor: true }));
    }
  });

  it('draw under each place the floor that what was measured there is held against, never one from elsewhere', () => {
    // A floor that grows with the pages of an epoch: at few of them its largest would swallow what is well above it.
    const points = [1, 64, 16_384].flatMap((pagesPerEpoch) =>
      ['null', 'flag-queue'].map((tracker) => pointOf({ tracker, memoryBytes: 4 * 2 ** 30, pagesPerEpoch })),
    );
    const made = resultsOf(points, ({ tracker, pagesPerEpoch }) => ({
      collectNs: tracker === 'null' ? 100 + (pagesPerEpoch ?? 0) : 400 + 2 * (pagesPerEpoch ?? 0),
    }));
    const analysis = analyse(made);
    const spec = JSON.stringify(charts['detection-by-pages'].draw(analysis, 'simulated'));
    const floors = analysis.floor.map(({ pagesPerEpoch: x, highNs: high }) => JSON.stringify({ x, high }).slice(1, -1));
    expect(new Set(floors).size).toBe(3);
    for (const floor of floors) expect(spec).toContain(floor);
  });

  it('draw no lone mark of what was measured at one place alone, but say its name', () => {
    const points = [64, 1024].flatMap((pagesPerEpoch) =>
      ['null', 'flag-queue', ...(pagesPerEpoch === 64 ? ['flag-scan'] : [])].map((tracker) =>
        pointOf({ tracker, memoryBytes: 4 * 2 ** 30, pagesPerEpoch }),
      ),
    );
    const analysis = analyse(resultsOf(points, ({ tracker }) => ({ collectNs: tracker === 'null' ? 100 : 400 })));
    const spec = JSON.stringify(charts['detection-by-pages'].draw(analysis, 'simulated'));
    expect(spec).toContain('measured at one place alone, and not drawn: flag-scan"');
    expect(spec).not.toContain('"scheme":"flag-scan"');
  });

  it('have a place for what took no time that the timer can tell', () => {
    const points = [1, 4].flatMap((size) => [
      ...['null', 'flag-queue'].map((tracker) => pointOf({ tracker, memoryBytes: size * 2 ** 30 })),
      pointOf({ tracker: 'flag-queue', memoryBytes: size * 2 ** 30, pagesPerEpoch: 128 }),
    ]);
    const analysis = analyse(resultsOf(points, () => ({ collectNs: 0 })));
    for (const name of ['detection-by-memory', 'detection-by-pages'] as const) {
      const spec = JSON.stringify(charts[name].draw(analysis, 'simulated'));
      expect(spec).toMatch(/"y":1,"low":1,"high":1,/);
      expect(spec).not.toMatch(/"(y|low|high)":0,/);
    }
    const alone = analyse(resultsOf([pointOf({ tracker: 'flag-queue' })], () => ({ collectNs: 0 })));
    expect(alone.points[0]?.withinFloor).toBe(false);
    expect(JSON.stringify(charts.latency.draw(alone, 'simulated'))).toContain('"y":1,"low":1,"high":1,');
  });

  it('name a line that stops before the edge where it stops, without a leader across the chart', () => {
    const points = [1, 4, 64].flatMap((size) =>
      ['null', 'flag-queue', ...(size < 64 ? ['flag-scan'] : [])].map((tracker) =>
        pointOf({ tracker, memoryBytes: size * 2 ** 30 }),
      ),
    );
    const analysis = analyse(resultsOf(points, ({ tracker }) => ({ collectNs: tracker === 'null' ? 100 : 400 })));
    const spec = JSON.stringify(charts['detection-by-memory'].draw(analysis, 'simulated'));
    const left = (scheme: string) => Number(new RegExp(`"scheme":"${scheme}","left":([\\d.]+)`).exec(spec)?.[1]);
    expect(left('flag-scan')).toBeLessThan(left('flag-queue') - 200);
    expect(spec.match(/"type":"rule","color":"[^"]+","strokeDash"/g)).toHaveLength(1);
  });

  it('mark memory and time in units that people read', async () => {
    const texts = textsOf((await draw('detection-by-memory', whole)) ?? '');
    expect(texts).toEqual(expect.arrayContaining(['512M', '1G', '4G', '100 ns', '10 µs', '1 ms']));
  });
});

describe('detection beside other guests', () => {
  it('is of one number of vCPUs and of epochs', () => {
    const points = [1, 2].flatMap((vcpus) =>
      [100, 200].flatMap((epochs) =>
        [undefined, 2, 4].map((guests) => pointOf({ tracker: 'flag-scan', vcpus, epochs, guests })),
      ),
    );
    const analysis = analyse(resultsOf(points, ({ vcpus }) => ({ collectNs: 1000 * vcpus })));
    const spec = JSON.stringify(charts['guests-apart'].draw(analysis, 'simulated'));
    expect(spec.match(/"scheme":"flag-scan","x":\d,"y":\d+/g)).toEqual(
      [1, 2, 4].map((x) => `"scheme":"flag-scan","x":${x},"y":1000`),
    );
  });
});

describe('the chart of hosts', () => {
  it('tells points apart by ring entries and by I/Os per second', () => {
    const points = [1024, 4096].flatMap((ringEntries) =>
      [10, 100].map((ioFrequency) => pointOf({ tracker: 'dirty-ring', ringEntries, ioFrequency })),
    );
    const results = resultsOf(points, () => ({ collectNs: 1000 }), {
      header: { fleet: { run: 'a run', hosts: 'each' } },
    });
    const rounds = results.rounds.map((round) => ({ ...round, host: 'a' }));
    const spec = JSON.stringify(charts.hosts.draw(analyse({ ...results, rounds, hosts: [hostOf('a')] }), ''));
    for (const name of ['dirty-ring 1024, 10 I/Os per second', 'dirty-ring 4096, 100 I/Os per second'])
      expect(spec).toContain(name);
  });
});

describe('detection on the real kernel', () => {
  it('has all real guests on one chart, with the paper’s two ways and what follows from its table', async () => {
    const texts = textsOf((await draw('real-by-memory', sampleAnalysis(sampleWithReal))) ?? '');
    expect(texts).toEqual(
      expect.arrayContaining(['kvm-bitmap', 'kvm-ring', 'pagemap-scan', 'flag-scan', 'flag-queue', '64G']),
    );
    expect(texts).toContain('derived: paper’s scan');
    expect(texts).not.toContain('kvm-null');
  });

  it('has of the simulated ways only what was measured in the same setting', async () => {
    const analysis = sampleAnalysis(sampleWithReal);
    const others = analysis.points
      .filter(({ scheme }) => scheme === 'flag-queue')
      .flatMap((point) => [
        { ...point, guests: 4 },
        { ...point, vcpus: 2 },
      ]);
    const drawn = await draw('real-by-memory', { ...analysis, points: [...others, ...analysis.points] });
    expect(drawn === (await draw('real-by-memory', analysis))).toBe(true);
  });

  it('names those of the paper’s ways that are on it, and no other', () => {
    const subtitleOf = (ways: readonly string[]) => {
      const trackers = [...ways, 'kvm-null', 'kvm-bitmap', 'kvm-ring'];
      return JSON.stringify(charts['real-by-memory'].draw(sampleAnalysis({ ...sampleWithReal, trackers }), ''));
    };
    expect(subtitleOf(['null', 'flag-queue'])).toContain(
      '"median of a collect with its interval; flag-queue: simulated"',
    );
    expect(subtitleOf([])).toContain('"median of a collect with its interval"');
  });
});

describe('the map of winners', () => {
  it('gives the winner with its lead, and names a tie as one', async () => {
    const tied = sampleAnalysis({ withinFloor: ['flag-queue', 'dirty-ring'], programs: [] });
    expect(textsOf((await draw('winners', whole)) ?? '').join(' ')).toMatch(/flag-queue \d+\.\dx/);
    expect(textsOf((await draw('winners', tied)) ?? '').join(' ')).toMatch(/flag-queue = dirty-ring/);
  });
});

describe('the map of winners of many sizes', () => {
  // As many as the profile `memory` has, and as many numbers of pages.
  const memories = Array.from({ length: 11 }, (_, step) => 2 ** (26 + step));
  const pages = Array.from({ length: 12 }, (_, step) => 2 ** step);
  const many = sampleAnalysis({ memories, pages, programs: [], trackers: ['null', 'flag-scan', 'flag-queue'] });

  it('has a column for each memory size, a row for each number of pages and a text for each cell', async () => {
    const texts = textsOf((await draw('winners', many)) ?? '');
    const shown = (text: string) => texts.filter((each) => each === text).length;
    for (const memory of memories) expect(shown(formatMemory(memory)), formatMemory(memory)).toBe(2);
    // The twelve rows stand in each of two blocks of columns, for either cost.
    for (const each of pages) expect(shown(formatCount(each)), String(each)).toBe(4);
    expect(shown('flag-queue') + shown('flag-scan')).toBe(2 * memories.length * pages.length);
  });

  it('lets no cell stand where another one does', async () => {
    const svg = (await draw('winners', many)) ?? '';
    const cells = [
      ...svg.matchAll(
        /aria-label="guest memory: ([^;]+); pages per epoch: ([^;]+); [^>]* d="M([-\d.]+),([-\d.]+)h([\d.]+)v([\d.]+)h/g,
      ),
    ];
    expect(cells).toHaveLength(2 * memories.length * pages.length);
    for (const [, memory, each, x, y, width, height] of cells) {
      // Columns and rows are evenly spaced: whose corner is a whole number of cells off is beside all others.
      expect(Number(x) % Number(width), `${memory} ${each}`).toBe(0);
      expect(Number(y) % Number(height), `${memory} ${each}`).toBe(0);
    }
    const columns = new Map(cells.map(([, memory, , x, , width]) => [memory, `${x} ${width}`]));
    for (const block of [memories.slice(0, 6), memories.slice(6)]) {
      expect(new Set(block.map((memory) => columns.get(formatMemory(memory)))).size).toBe(block.length);
    }
  });
});

describe('a chart with one value on its axis', () => {
  it('is not drawn: a table says as much', async () => {
    const alone = sampleAnalysis({ pages: [64], programs: [] });
    expect(await draw('winners', alone)).toBeNull();
  });
});

describe('a chart on a dark page', () => {
  it('has its ink and its paper turned round, and no line too dark to be seen', async () => {
    const svg = (await draw('detection-by-memory', whole)) ?? '';
    const [, rules = ''] = /<style>@media \(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(svg) ?? [];
    expect(rules).toContain('[fill="#ffffff"]{fill:#0d1117}');
    const replaced = new Map(
      [...rules.matchAll(/\[stroke="(#\w+)"\]\{stroke:(#\w+)\}/g)].map(([, from = '', to = '']) => [from, to]),
    );
    const lines = [...svg.matchAll(/aria-roledescription="line mark"[^>]*stroke="(#\w+)"/g)].map(
      ([, colour = '']) => colour,
    );
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      const shown = replaced.get(line) ?? line;
      const channels = [1, 3, 5].map((start) => Number.parseInt(shown.slice(start, start + 2), 16));
      expect(Math.max(...channels), shown).toBeGreaterThan(100);
    }
  });
});

it('the chart of programs has a place for a collect that took no time', () => {
  const programs = whole.programs.map((program) => ({
    ...program,
    costs: program.costs.map((cost) => ({ ...cost, withinFloor: false, collect: { ...cost.collect, medianNs: 0 } })),
  }));
  const spec = JSON.stringify(charts.programs.draw({ ...whole, programs }, 'simulated'));
  expect(spec).toContain('"collect":1,"withinFloor":false');
  expect(spec).not.toContain('"collect":0');
});
