import type { Config } from 'vega-lite';

/** Outer width of every chart, in pixels: what a README column shows without scaling. */
export const chartWidth = 860;

export const ink = '#1f2328';
export const faintInk = '#59636e';
const paper = '#ffffff';
const gridColour = '#e4e7ea';
const axisColour = '#818b98';

/** The theme's colours, and what a dark page has in place of each; the series' own are of a middle lightness, and stay. */
const inTheDark: Readonly<Record<string, string>> = {
  [ink]: '#e6edf3',
  [faintInk]: '#9ea7b3',
  [paper]: '#0d1117',
  [gridColour]: '#2b3138',
  [axisColour]: '#768390',
};

/** The one look of all charts: dark ink on opaque white; `darkStyle` says what a dark page shows. */
export const theme: Config = {
  background: paper,
  font: 'DejaVu Sans, Verdana, Arial, sans-serif',
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'bounds',
    color: ink,
    fontSize: 17,
    fontWeight: 'bold',
    subtitleColor: faintInk,
    subtitleFontSize: 12,
    subtitleLineHeight: 17,
    subtitlePadding: 7,
    offset: 16,
  },
  axis: {
    labelColor: ink,
    labelFontSize: 12,
    titleColor: ink,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 10,
    domainColor: axisColour,
    tickColor: axisColour,
    gridColor: gridColour,
    labelPadding: 5,
  },
  header: { labelColor: ink, labelFontSize: 13, labelFontWeight: 'bold', titleColor: ink },
  legend: {
    labelColor: ink,
    labelFontSize: 12,
    labelLimit: 300,
    titleColor: faintInk,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    symbolSize: 110,
    symbolStrokeWidth: 2.5,
  },
  text: { color: ink, fontSize: 12 },
};

/** Rules for a browser that prefers dark pages; `within`: a selector of what holds the charts, with a space behind it. */
export function darkStyle(within: string): string {
  const rules = Object.entries(inTheDark).flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((what) => `${within}[${what}="${light}"]{${what}:${dark}}`),
  );
  return `@media (prefers-color-scheme:dark){${rules.join('')}}`;
}
