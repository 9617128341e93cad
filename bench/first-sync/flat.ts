import type { MemorySample } from './process.ts';

/** How memory went while a process worked. Megabytes. */
export interface Memory {
  peakMb: number;
  /** Median of the second and of the last third of the time, resident and heap. */
  rssMb: [second: number, last: number];
  heapMb: [second: number, last: number];
  /** Growth of the resident memory in the last two thirds, per minute, by least squares. */
  slopeMbPerMinute: number;
}

const MB = 1024 * 1024;

/** The first third is left out: there the runtime grows its heap to its working size. */
export function memoryOf(samples: readonly MemorySample[]): Memory {
  const end = samples.at(-1)?.at ?? 0;
  const between = (from: number, to: number) =>
    samples.filter(({ at }) => at >= end * from && at <= end * to);
  const second = between(1 / 3, 2 / 3);
  const last = between(2 / 3, 1);
  const medians = (of: (sample: MemorySample) => number): [number, number] => [
    median(second.map(of)) / MB,
    median(last.map(of)) / MB,
  ];
  return {
    peakMb: Math.max(0, ...samples.map(({ rss }) => rss)) / MB,
    rssMb: medians(({ rss }) => rss),
    heapMb: medians(({ heapUsed }) => heapUsed),
    slopeMbPerMinute: slope([...second, ...last].map(({ at, rss }) => [at / 60_000, rss / MB])),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  if (n < 2) return 0;
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / n;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const variance = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}
