import type { Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

/**
 * Spans for adding and working off jobs, joined across processes. They go to whatever OpenTelemetry SDK the operator
 * loaded into the process (docs/operations.md); without one they cost nothing and go nowhere.
 */
export const jobTracing = (): Telemetry => new BullMQOtel({ tracerName: 'spielbein' });
