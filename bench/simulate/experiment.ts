/** What one seeded run of one case measured, by name. Plain data: it may come from another thread. */
export type Figures = Readonly<Record<string, number | readonly number[]>>;

/** A question to the simulator: several cases, each run with the same seeds. */
export interface Experiment {
  /** Word on the command line. */
  name: string;
  /** What it shows, in one line. */
  about: string;
  /** How many seeds by default. */
  seeds: number;
  /** By what each case is called in tables: a seeded run of it. The same seed gives the same figures. */
  cases: Readonly<Record<string, (seed: number) => Figures>>;
  /** What to print, from the figures of all runs of each case, in the order of the seeds. */
  report(runs: Readonly<Record<string, readonly Figures[]>>): string;
}
