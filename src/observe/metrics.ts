import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What this process measures itself; the installation’s numbers come from the database (`installation.ts`). */
export interface Metrics {
  /** How long one step of an SMTP conversation took, in seconds. */
  smtpPhase(server: string, phase: string, seconds: number): void;
  /** What became of one try to send. */
  outcome(kind: string): void;
  /** In Prometheus’ text format. */
  text(): Promise<string>;
}

/** From a server next door to one that barely keeps the time limits, in seconds. */
const SMTP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The meters of one process: its own SMTP, memory, CPU and event loop. Everything is counted since it started. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const phases = new Histogram({
    name: 'spielbein_smtp_phase_seconds',
    help: 'Steps of SMTP conversations of this process: connect (with greeting and TLS), auth, envelope, data.',
    labelNames: ['phase', 'transport'],
    buckets: SMTP_BUCKETS,
    registers,
  });
  const outcomes = new Counter({
    name: 'spielbein_smtp_outcomes_total',
    help: 'Tries of this process to send a mail, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  return {
    smtpPhase: (transport, phase, seconds) => phases.observe({ phase, transport }, seconds),
    outcome: (outcome) => outcomes.inc({ outcome }),
    text: () => registry.metrics(),
  };
}
