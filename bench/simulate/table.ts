/** Mean of several runs, half the width of its 95 % interval (normal approximation), and the runs' 95th percentile. */
export function spread(values: readonly number[]): { mean: number; margin: number; p95: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const sorted = [...values].sort((a, b) => a - b);
  const p95 = sorted[Math.min(values.length - 1, Math.floor(0.95 * values.length))] as number;
  return { mean, margin: 1.96 * Math.sqrt(variance / values.length), p95 };
}

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
