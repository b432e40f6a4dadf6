import { expect, it } from 'vitest';
import { darkStyle } from '../../../reports/charts/dark.js';
import { hostColours } from '../../../reports/charts/host-look.js';
import { lookOf } from '../../../reports/charts/look.js';

it('on a dark page no colour of a tracker of the user’s own, nor of a host, is too dark to be seen', () => {
  const style = darkStyle('');
  const replaced = new Map(
    [...style.matchAll(/\[stroke="(#\w+)"\]\{stroke:(#\w+)\}/g)].map(([, from = '', to = '']) => [from, to]),
  );
  const trackers = Array.from({ length: 200 }, (_, number) => lookOf(`./mine-${number}.js`).colour);
  for (const colour of new Set([...trackers, ...hostColours])) {
    const shown = replaced.get(colour) ?? colour;
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => Number.parseInt(shown.slice(start, start + 2), 16));
    expect((0.3 * red + 0.59 * green + 0.11 * blue) / 255, colour).toBeGreaterThan(0.44);
  }
});
