import { describe, expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { pointRows } from '../../../reports/export/point-row.js';
import { guestsSection } from '../../../reports/markdown/guests.js';
import { summaryText } from '../../../reports/markdown/summary.js';
import { neighbourResults } from '../guests.js';
import { sampleAnalysis } from '../sample.js';

const results = neighbourResults();
const analysis = analyse(results);
const text = guestsSection.write({ analysis, pictures: [] }) ?? '';

/** The cells of the rows of a tracker. */
function rowsOf(tracker: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith(`| \`${tracker}\``));
  return rows.map((line) =>
    line
      .split('|')
      .slice(4, -2)
      .map((cell) => cell.trim()),
  );
}

describe('the section', () => {
  it('holds each number of guests, in processes of their own and in one, against one alone', () => {
    expect(rowsOf('flag-scan')).toEqual([
      ['1', '–', '100 µs', '–'],
      ['2', 'own processes', '125 µs', '1.3x'],
      ['4', 'own processes', '175 µs', '1.8x'],
      ['2', 'one process', '200 µs', '2.0x'],
      ['4', 'one process', '400 µs', '4.0x'],
    ]);
    expect(rowsOf('null')).toEqual([]);
    expect(text).toContain('on 2 cores');
  });

  it('is not there where guests were alone', () => {
    expect(guestsSection.write({ analysis: sampleAnalysis(), pictures: [] })).toBeNull();
  });
});

it('guests alone are not mixed with those that are not: each number has a winner of its own', () => {
  const cells = analysis.winners.filter(({ cost }) => cost === 'collect');
  expect(cells.map(({ guests = 1, oneProcess = false }) => [guests, oneProcess])).toEqual([
    [1, false],
    [2, false],
    [2, true],
    [4, false],
    [4, true],
  ]);
  expect(summaryText(analysis)).toMatch(/64 pages, uniform, l2-cold, 4 guests in one process: flag-queue/);
});

it('exports tell how many guests there were, and where', () => {
  const rows = pointRows({ kind: 'results', of: results }).filter(({ axes }) => axes.tracker === 'flag-scan');
  const told = new Set(rows.map(({ axes: { guests, oneProcess } }) => `${guests ?? null} ${oneProcess ?? null}`));
  expect(told).toEqual(new Set(['null null', '2 no', '2 yes', '4 no', '4 yes']));
});
