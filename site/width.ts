import { useEffect, useState } from 'preact/hooks';
import { chartWidth } from '../reports/charts/theme.js';

/** The room to the left and right of what a page shows, together, in pixels: the padding of `main` in style.css, twice 1rem. */
const margins = 32;

/** How wide a chart may be: as in the report, or as wide as a phone. Whoever uses it is drawn again when it changes. */
export function useChartWidth(): number {
  const [width, set] = useState(room);
  useEffect(() => {
    const follow = () => set(room());
    addEventListener('resize', follow);
    return () => removeEventListener('resize', follow);
  }, []);
  return width;
}

function room(): number {
  return Math.min(chartWidth, document.documentElement.clientWidth - margins);
}
