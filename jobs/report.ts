import type { Job } from 'bullmq';
import { z } from 'zod';
import { dayOf } from '../src/compose/day.ts';
import { readReportNumbers } from '../src/observe/read-report.ts';
import { type Report, reportOf } from '../src/observe/report.ts';
import type { SendReport } from '../src/observe/send-report.ts';
import { defineJob } from '../src/queue/job.ts';
import { isLastTry } from './last-try.ts';
import type { JobTools } from './tools.ts';

/** Mails the daily report to the operator. */
export const report = defineJob({
  queue: 'report',
  name: 'report',
  payload: z.strictObject({}),
  // A mail server that is away for an hour in the morning is no reason to say nothing all day.
  options: { attempts: 8, backoff: { type: 'exponential', delay: 60_000 } },
});

/** Keeps the schedule in the queue as the library's settings have it; without an operator there is none. */
export async function scheduleReport(
  tools: Pick<JobTools, 'queues' | 'content' | 'sendReport'>,
): Promise<void> {
  const queue = tools.queues.queue(report.queue);
  if (tools.sendReport === null) {
    await queue.removeJobScheduler('report');
    return;
  }
  const { report: daily, nightly } = (await tools.content.library()).library.settings;
  await queue.upsertJobScheduler(
    'report',
    { pattern: daily.cron, tz: nightly.timeZone },
    { name: report.name, data: {}, opts: report.options },
  );
}

export async function runReportJob(
  tools: ReportTools & Pick<JobTools, 'sendReport' | 'log' | 'alert'>,
  job: Job,
): Promise<void> {
  report.parse(job);
  if (tools.sendReport === null) return;
  try {
    if (await sendDailyReport(tools, tools.sendReport)) tools.log('The daily report is sent.');
  } catch (error) {
    if (isLastTry(job, error)) {
      void tools.alert({
        code: 'report_failed',
        title: 'The daily report could not be sent',
        text: error instanceof Error ? error.message : String(error),
      });
    }
    throw error;
  }
}

export type ReportTools = Pick<JobTools, 'db' | 'content' | 'publicUrl' | 'now'>;

/** The report about the 24 hours before now, and the day it belongs to. */
export async function makeReport(tools: ReportTools): Promise<{ day: string; report: Report }> {
  const { settings } = (await tools.content.library()).library;
  const { timeZone } = settings.nightly;
  const { language } = settings.report;
  const now = tools.now();
  const numbers = await readReportNumbers(tools.db, now);
  const { publicUrl } = tools;
  return { day: dayOf(now, timeZone), report: reportOf(numbers, { language, timeZone, publicUrl }) };
}

/**
 * Sends today's report unless somebody did. Whoever writes the day's row first sends; the row is only there for others
 * to see when the mail server has taken the mail, so one that could not be sent is not counted.
 *
 * @param options.again send it even if it went out today
 * @returns whether it was sent now
 */
export async function sendDailyReport(
  tools: ReportTools,
  send: SendReport,
  options: { again?: boolean } = {},
): Promise<boolean> {
  const { day, report: made } = await makeReport(tools);
  return tools.db.transaction().execute(async (tx) => {
    const first = await tx
      .insertInto('reports')
      .values({ day, sent_at: tools.now() })
      .onConflict((oc) => oc.column('day').doNothing())
      .returning('day')
      .executeTakeFirst();
    if (first === undefined && !options.again) return false;
    const now = tools.now();
    await send(made, { id: first ? day : `${day}.${now.getTime()}`, now });
    return true;
  });
}
