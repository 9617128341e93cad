/**
 * Mean of several runs, half the width of its 95 % interval (normal approximation), and the runs' 95th percentile with
 * its own 95 % interval (order statistics; Conover, Practical Nonparametric Statistics, 3.2).
 */
export function spread(values: readonly number[]): {
  mean: number;
  margin: number;
  p95: number;
  p95Range: [number, number];
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (rank: number) => sorted[Math.max(0, Math.min(values.length - 1, Math.floor(rank)))] as number;
  const middle = 0.95 * values.length;
  const reach = 1.96 * Math.sqrt(middle * 0.05);
  return {
    mean,
    margin: 1.96 * Math.sqrt(variance / values.length),
    p95: at(middle),
    p95Range: [at(middle - reach), at(middle + reach)],
  };
}

/** A 95th percentile with its range, for a table. */
export const percentile = ({ p95, p95Range: [low, high] }: ReturnType<typeof spread>): string =>
  `${p95.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;

/** Columns side by side, the first one to the left and the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
