import type { Winner } from '../analysis/winner.js';
import { formatFactor } from '../units.js';
import { lookOf } from './look.js';

/** One cell of the map of winners, as it is drawn. */
export interface Cell {
  readonly winner: string;
  /** Lines of text that fit the cell. */
  readonly text: readonly string[];
  readonly colour: string;
  readonly ink: string;
}

/** Size of the letters in a cell, in pixels. */
export const cellFontSize = 11;
/** Mean width of a letter, for its size, in the chart's fonts. */
const letterWidth = 0.64;
/** Lines of those it ties with that a cell has room for, below the winner's name. */
const mostLines = 2;

/**
 * Draws a cell `width` pixels wide: the winner's name and its lead (at least that, where the winner is within the
 * floor), or pale with those it ties with.
 */
export function drawCell(winner: Winner, width: number): Cell {
  const letters = Math.floor((width - 6) / (cellFontSize * letterWidth));
  const { colour } = lookOf(winner.scheme);
  if (winner.ties.length === 0) {
    const lead = winner.next === null ? [] : [`${winner.withinFloor ? '≥ ' : ''}${formatFactor(winner.next.ratio)}`];
    return { winner: winner.scheme, text: [...broken(winner.scheme, letters), ...lead], colour, ink: inkOn(colour) };
  }
  const names = `= ${winner.ties.join(', ')}`;
  const lines = winner.ties.length === 1 ? broken(names, letters) : broken(names, letters, /(?<=, )/);
  const number = winner.ties.length === 1 ? '= 1 other' : `= ${winner.ties.length} others`;
  const others = lines.length <= mostLines ? lines.map((line) => line.trimEnd()) : [number];
  const pale = mixed(colour, 0.72);
  return {
    winner: winner.scheme,
    text: [...broken(winner.scheme, letters), ...others],
    colour: pale,
    ink: inkOn(pale),
  };
}

/** Breaks a name after hyphens, or elsewhere `at`, so that each line has at most so many letters where that can be had. */
function broken(name: string, letters: number, at = /(?<=-)/): string[] {
  const lines = [''];
  for (const part of name.split(at)) {
    const joined = `${lines.at(-1)}${part}`;
    if (joined.length > letters && joined !== part) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

function mixed(colour: string, white: number): string {
  const mix = (channel: number) => Math.round(channel * (1 - white) + 255 * white);
  return `#${channels(colour)
    .map((channel) => mix(channel).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Not the theme's own, which a dark page turns round: the colour below it at most lightens. */
const darkInk = '#1f2329';
const lightInk = '#fffffe';

/** Dark or white ink, whichever stands out more on this colour (relative luminance, WCAG 2). */
function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.22 ? darkInk : lightInk;
}
