import { useEffect, useRef } from 'preact/hooks';
import embed from 'vega-embed';
import type { TopLevelSpec } from 'vega-lite';
import { formatCount, formatMemory, formatTime } from '../reports/units.js';

/** A chart of the report: the same specification, with tooltips and a menu to save it. */
export function Chart({
  spec,
  name,
  alt,
  onZoom,
}: {
  readonly spec: TopLevelSpec;
  readonly name: string;
  readonly alt: string;
  /** Told of the part of the x axis that is drawn over with the pointer, in its values. */
  readonly onZoom?: (range: readonly [number, number]) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const format = name === 'transactions-by-memory' ? formatRate : formatTime;
    const shown = embed(element, zoom.current !== undefined && hasPointer() ? lively(withBrush(spec)) : lively(spec), {
      renderer: 'svg',
      actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
      downloadFileName: name,
      tooltip: { formatTooltip: (value, sanitize) => tooltipOf(value, sanitize, format) },
    });
    const release = () => {
      // What the pointer's last event has made of the brush is known when the view has run.
      shown.then(async ({ view }) => {
        if (zoom.current === undefined) return;
        await view.runAsync();
        const range = hasPointer() ? rangeIn(view.signal(brush)) : null;
        if (range !== null) zoom.current(range);
      });
    };
    element.addEventListener('pointerup', release);
    shown.then(() => {
      const drawing = element.querySelector('svg.marks');
      for (const part of drawing?.querySelectorAll('[role]') ?? []) part.removeAttribute('role');
      drawing?.setAttribute('role', 'img');
      drawing?.setAttribute('aria-label', alt);
      element.querySelector('summary')?.setAttribute('aria-label', 'Save this chart');
    });
    return () => {
      element.removeEventListener('pointerup', release);
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

const brush = 'zoom';

/** A finger that moves over a chart scrolls the page. */
function hasPointer(): boolean {
  return matchMedia('(pointer: fine)').matches;
}

/** With a selection of a part of the x axis, on the first layer that has that axis. */
function withBrush(spec: TopLevelSpec): TopLevelSpec {
  if (!('layer' in spec)) return spec;
  const params = [{ name: brush, select: { type: 'interval' as const, encodings: ['x' as const] } }];
  const line = spec.layer.findIndex((layer) => 'mark' in layer && isLine(layer.mark));
  return {
    ...spec,
    layer: spec.layer.map((layer, index) => (index === line && 'mark' in layer ? { ...layer, params } : layer)),
  };
}

function isLine(mark: unknown): boolean {
  return typeof mark === 'object' && mark !== null && 'type' in mark && mark.type === 'line';
}

/** The ends of the brush, the lower first; null: there is none. */
function rangeIn(selected: unknown): [number, number] | null {
  if (typeof selected !== 'object' || selected === null || !('x' in selected) || !Array.isArray(selected.x))
    return null;
  const [one, other] = selected.x.map(Number);
  return one === undefined || other === undefined ? null : [Math.min(one, other), Math.max(one, other)];
}

/** With the datum under the pointer told, on the page's own paper, and one picture to those who do not see it. */
function lively(spec: TopLevelSpec): TopLevelSpec {
  const config = {
    ...spec.config,
    background: 'transparent',
    aria: false,
    mark: { ...spec.config?.mark, tooltip: { content: 'data' as const } },
  };
  return { ...spec, config };
}

function formatRate(perSecond: number): string {
  return `${formatCount(perSecond)} transactions per second`;
}

/** What a datum is, in words; its fields as they are where they are no place on a line. */
function tooltipOf(value: unknown, sanitize: (text: unknown) => string, format: (value: number) => string): string {
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
  return sanitize(`${scheme}, ${at}: ${format(y)} (${format(low)} to ${format(high)})`);
}
