import { lookOf } from '../reports/charts/look.js';

/** How a tracker's line is drawn: beside its box, the chart's legend. */
export function Swatch({ scheme }: { readonly scheme: string }) {
  const { colour, dash } = lookOf(scheme);
  return (
    <svg class="swatch" width="28" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="28" y2="4" stroke={colour} stroke-width="2.5" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}
