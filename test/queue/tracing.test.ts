import { type Span, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQueues, type QueuesOptions } from '../../src/queue/queue.ts';
import { jobTracing } from '../../src/queue/tracing.ts';
import { testDatabase } from '../stands/database.ts';
import { until } from '../stands/process.ts';
import { type RedisStand, redisAvailable, redisStand } from '../stands/redis.ts';

/** An SDK that only remembers which spans were opened and ended. */
function recordingProvider(): { provider: TracerProvider; ended: string[] } {
  const ended: string[] = [];
  const startSpan = (name: string): Span => ({
    ...(trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }) as Span),
    setAttribute: () => startSpan(name),
    setAttributes: () => startSpan(name),
    addEvent: () => startSpan(name),
    recordException: () => {},
    end: () => void ended.push(name),
  });
  const tracer = { startSpan, startActiveSpan: () => undefined } as unknown as Tracer;
  return { provider: { getTracer: () => tracer }, ended };
}

function tracing(where: () => QueuesOptions): void {
  it('runs jobs as ever when nobody collects spans, and opens spans when somebody does', async () => {
    const queues = openQueues({ ...where(), telemetry: jobTracing() });
    await queues.ready();
    let done = 0;
    queues.worker('traced', async () => void done++);
    await queues.queue('traced').add('job', {});
    await until('the job is done', () => done === 1);
    await queues.close();

    const { provider, ended } = recordingProvider();
    trace.setGlobalTracerProvider(provider);
    const observed = openQueues({ ...where(), telemetry: jobTracing() });
    observed.worker('traced', async () => void done++);
    await observed.queue('traced').add('job', {});
    await until('the job is done', () => done === 2);
    await observed.close();
    trace.disable();
    expect(ended.some((name) => name.startsWith('add'))).toBe(true);
    expect(ended.some((name) => name.startsWith('process'))).toBe(true);
  });
}

describe('tracing of jobs in PostgreSQL', async () => {
  const { url } = await testDatabase();
  tracing(() => ({ databaseUrl: url }));
});

describe.skipIf(!redisAvailable())('tracing of jobs in Redis', () => {
  let redis: RedisStand;
  beforeAll(async () => {
    redis = await redisStand();
  });
  afterAll(() => redis.remove());
  tracing(() => ({ databaseUrl: 'postgres://not.used/', redisUrl: redis.url }));
});
