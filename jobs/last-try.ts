import { type Job, UnrecoverableError } from 'bullmq';

/** Whether a job whose work just failed with `error` will not be tried again. To be asked while the job runs. */
export function isLastTry(job: Pick<Job, 'attemptsMade' | 'opts'>, error: unknown): boolean {
  return error instanceof UnrecoverableError || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
}
