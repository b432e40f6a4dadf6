import { useEffect, useRef } from 'preact/hooks';
import embed from 'vega-embed';
import type { TopLevelSpec } from 'vega-lite';
import { formatMemory, formatTime } from '../reports/units.js';

/** A chart of the report: the same specification, with tooltips and a menu to save it. */
export function Chart({
  spec,
  name,
  alt,
}: {
  readonly spec: TopLevelSpec;
  readonly name: string;
  readonly alt: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const shown = embed(element, lively(spec), {
      renderer: 'svg',
      actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
      downloadFileName: name,
      tooltip: { formatTooltip: tooltipOf },
    });
    shown.then(() => {
      const drawing = element.querySelector('svg.marks');
      for (const part of drawing?.querySelectorAll('[role]') ?? []) part.removeAttribute('role');
      drawing?.setAttribute('role', 'img');
      drawing?.setAttribute('aria-label', alt);
      element.querySelector('summary')?.setAttribute('aria-label', 'Save this chart');
    });
    return () => {
      shown.then((result) => result.finalize());
    };
  }, [spec, name, alt]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <figure class="scroll" tabIndex={0} aria-label={name}>
      <div ref={place} class="chart" />
    </figure>
  );
}

/** With the datum under the pointer told, on the page's own paper, and one picture to those who do not see it. */
function lively(spec: TopLevelSpec): TopLevelSpec {
  return {
    ...spec,
    config: {
      ...spec.config,
      background: 'transparent',
      aria: false,
      mark: { ...spec.config?.mark, tooltip: { content: 'data' } },
    },
  };
}

/** What a datum is, in words; its fields as they are where they are no place on a line. */
function tooltipOf(value: unknown, sanitize: (text: unknown) => string): string {
  if (typeof value !== 'object' || value === null) return sanitize(value);
  const fields = new Map(Object.entries(value).map(([key, text]) => [key, Number(String(text).replaceAll(',', ''))]));
  const scheme = 'scheme' in value ? String(value.scheme) : null;
  const [x, y, low, high] = ['x', 'y', 'low', 'high'].map((key) => fields.get(key) ?? Number.NaN);
  if (
    scheme === null ||
    x === undefined ||
    y === undefined ||
    low === undefined ||
    high === undefined ||
    Number.isNaN(y)
  ) {
    return Object.entries(value)
      .map(([key, text]) => `${sanitize(key)}: ${sanitize(text)}`)
      .join('<br>');
  }
  const at = x >= 2 ** 21 ? formatMemory(x) : `${x} pages`;
  return sanitize(`${scheme}, ${at}: ${formatTime(y)} (${formatTime(low)} to ${formatTime(high)})`);
}
