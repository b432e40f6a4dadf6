import { hostColours } from './host-look.js';
import { colours } from './look.js';
import { partColours, stageColours } from './stages.js';
import { axisColour, faintInk, gridColour, ink, paper } from './theme.js';

/** The theme's colours, and what a dark page has in place of each. */
const inTheDark: Readonly<Record<string, string>> = {
  [ink]: '#e6edf3',
  [faintInk]: '#9ea7b3',
  [paper]: '#0d1117',
  [gridColour]: '#2b3138',
  [axisColour]: '#768390',
};

/** How bright a colour must be to be seen on a dark page, as a share of the brightest: a darker one is lightened. */
const leastBright = 0.45;

/** Rules for a browser that prefers dark pages; `within`: a selector of what holds the charts, with a space behind it. */
export function darkStyle(within: string): string {
  const drawn = new Set([...colours, ...hostColours, ...Object.values(stageColours), ...Object.values(partColours)]);
  const lightened = [...drawn].flatMap((colour) =>
    brightness(colour) < leastBright ? [[colour, lighter(colour)] as const] : [],
  );
  // The theme's own come last: the paper's line is drawn in its ink.
  const replaced = new Map([...lightened, ...Object.entries(inTheDark)]);
  const rules = [...replaced].flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((what) => `${within}[${what}="${light}"]{${what}:${dark}}`),
  );
  return `@media (prefers-color-scheme:dark){${rules.join('')}}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

/** How bright a colour is to the eye, from 0 to 1. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour);
  return (0.3 * red + 0.59 * green + 0.11 * blue) / 255;
}

/** As much white mixed in as makes it bright enough. */
function lighter(colour: string): string {
  const white = (leastBright - brightness(colour)) / (1 - brightness(colour));
  const mixed = channels(colour).map((channel) => Math.round(channel + (255 - channel) * white));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
