import { type JobsOptions, UnrecoverableError } from 'bullmq';
import { z } from 'zod';

/** One kind of job: its queue, its name and what it carries. Jobs carry ids, never content or addresses. */
export interface JobDefinition<Schema extends z.ZodType> {
  queue: string;
  name: string;
  payload: Schema;
  /** What this kind of job does otherwise than `jobDefaults`. */
  options: JobsOptions;
  /**
   * One entry for `queue.addBulk`, its payload checked. With a `jobId`, adding it again while it waits or runs
   * changes nothing.
   */
  entry(payload: z.input<Schema>, options?: JobsOptions): JobEntry<z.output<Schema>>;
  /** The checked payload of a job that a worker got. */
  parse(job: JobLike): z.output<Schema>;
}

export interface JobEntry<Data> {
  name: string;
  data: Data;
  opts: JobsOptions;
}

/** What of a BullMQ job is needed to read its payload. */
export interface JobLike {
  id?: string | undefined;
  name: string;
  data: unknown;
}

export function defineJob<Schema extends z.ZodType>(job: {
  queue: string;
  name: string;
  payload: Schema;
  options?: JobsOptions;
}): JobDefinition<Schema> {
  const { queue, name, payload: schema, options: own = {} } = job;
  return {
    queue,
    name,
    payload: schema,
    options: own,
    entry: (payload, options = {}) => ({ name, data: schema.parse(payload), opts: { ...own, ...options } }),
    parse: (received) => parsePayload(schema, received),
  };
}

/**
 * The payload of a job, checked. One that does not fit never will (another version of the program made it, or
 * somebody by hand), so the job fails for good instead of being tried again.
 */
export function parsePayload<Schema extends z.ZodType>(schema: Schema, job: JobLike): z.output<Schema> {
  const parsed = schema.safeParse(job.data);
  if (parsed.success) return parsed.data;
  throw new UnrecoverableError(
    `Job ${job.name} (${job.id ?? 'without id'}) carries what this version can't read:\n${z.prettifyError(parsed.error)}`,
  );
}
