import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { darkStyle } from './theme.js';

/** Draws a chart for a light page and for a dark one; the same specification gives the same bytes. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return (await view.toSVG()).replace(/^<svg [^>]*>/, (opening) => `${opening}<style>${darkStyle('')}</style>`);
  } finally {
    view.finalize();
  }
}
