import { formatSize } from '../base/size.js';

const timeUnits = [
  { unit: 's', ns: 1e9 },
  { unit: 'ms', ns: 1e6 },
  { unit: 'µs', ns: 1e3 },
] as const;

/** Three significant digits, thousands kept whole: `0.139`, `7.7`, `38.4`, `512`, `7213`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** Nanoseconds as people read them: `38.4 ns`, `7.7 µs`, `12.3 ms`, `1.5 s`. */
export function formatTime(ns: number): string {
  // 999.6 ns would round to 1000 ns: it is a microsecond.
  const fitting = timeUnits.find((unit) => Math.abs(ns) >= unit.ns * 0.9995);
  return fitting === undefined ? `${formatNumber(ns)} ns` : `${formatNumber(ns / fitting.ns)} ${fitting.unit}`;
}

/** How many times, from least to most: `2.4x to 3.2x`; one figure where they read the same. */
export function formatFactors(least: number, most: number): string {
  return [...new Set([least, most].map(formatFactor))].join(' to ');
}

/** Bytes of memory as sweeps write them: `512M`, `4G`; to three digits where that would be long. */
export function formatMemory(bytes: number): string {
  const exact = formatSize(bytes);
  return exact.length <= 6 ? exact : `${formatNumber(bytes / 2 ** 20)}M`;
}

const byteUnits = [
  { unit: 'GiB', bytes: 2 ** 30 },
  { unit: 'MiB', bytes: 2 ** 20 },
  { unit: 'KiB', bytes: 2 ** 10 },
] as const;

/** Bytes that are read or kept: `512 B`, `16 KiB`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const fitting = byteUnits.find((unit) => bytes >= unit.bytes);
  return fitting === undefined ? `${formatNumber(bytes)} B` : `${formatNumber(bytes / fitting.bytes)} ${fitting.unit}`;
}

const countUnits = [
  { unit: 'G', count: 1e9 },
  { unit: 'M', count: 1e6 },
  { unit: 'k', count: 1e3 },
] as const;

/** A count or a rate, shortened from ten thousand on: `64`, `4096`, `10k`, `2.5M`. */
export function formatCount(count: number): string {
  const fitting = Math.abs(count) < 1e4 ? undefined : countUnits.find((unit) => Math.abs(count) >= unit.count);
  return fitting === undefined ? formatNumber(count) : `${formatNumber(count / fitting.count)}${fitting.unit}`;
}

/** A share as a percentage: `93 %`, `0.2 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${Math.abs(percent) >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
}

/** How likely something holds, never said to be surer than it is: `95 %`, `99.5 %`, `99.97 %`. */
export function formatCoverage(coverage: number): string {
  return `${Math.floor(coverage * 10_000 + 1e-6) / 100} %`;
}

/** A part of a whole: `93 %`; `100 %` and `0 %` where it rounds to them or lies beyond. */
export function formatPart(share: number): string {
  if (share >= 0.995) return '100 %';
  return share <= 0.0005 ? '0 %' : formatShare(share);
}

/** How many times: `1.4x`, `32x`, `4300x`: two digits say enough. */
export function formatFactor(factor: number): string {
  if (!Number.isFinite(factor)) return '∞';
  // 9.97 would round to 10.0: it is 10.
  return `${factor >= 9.95 ? Math.round(Number(factor.toPrecision(2))) : factor.toFixed(1)}x`;
}

/** The ratio of two figures that are near each other: `1.04x`, `0.87x`; far apart to two digits, as `formatFactor`. */
export function formatRatio(ratio: number): string {
  if (ratio >= 9.995) return formatFactor(ratio);
  return `${ratio < 0.0995 ? Number(ratio.toPrecision(2)) : ratio.toFixed(2)}x`;
}
