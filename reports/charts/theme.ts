import type { Config } from 'vega-lite';

/** Outer width of every chart, in pixels: what a README column shows without scaling. */
export const chartWidth = 860;

/** Text and marks that are to be read first. */
export const ink = '#1f2328';
/** Text that explains, as the labels of axes. */
export const faintInk = '#59636e';
/** The page. */
export const paper = '#ffffff';
/** Lines of the grid. */
export const gridColour = '#e4e7ea';
/** Lines of the axes. */
export const axisColour = '#818b98';

/** The one look of all charts: dark ink on opaque white; `dark.ts` says what a dark page shows. */
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
