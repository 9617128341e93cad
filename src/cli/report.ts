import { makeReport, sendDailyReport } from '../../jobs/report.ts';
import { mailOf, sendReportOf } from '../worker.ts';
import { UsageError } from './exit.ts';
import { type Common, print, withApp } from './session.ts';

/** Prints the daily report as of now; with `send`, mails it as well, even if today's is out already. */
export async function reportCommand(options: Common & { send?: boolean }): Promise<void> {
  await withApp(async (app) => {
    const { db, content, now, config } = app;
    const tools = { db, content, now, publicUrl: config.publicUrl };
    const { day, report } = await makeReport(tools);
    if (options.send) {
      const send = config.operatorEmail && sendReportOf(app, (await mailOf(app)).transport);
      if (!send) throw new UsageError('OPERATOR_EMAIL is missing: it says who gets the report.');
      await sendDailyReport(tools, send, { again: true });
    }
    const sent = options.send === true;
    print(options, { day, sent, ...report }, () =>
      [report.subject, '', report.text.trimEnd(), ...(sent ? ['', 'Sent to OPERATOR_EMAIL.'] : [])].join(
        '\n',
      ),
    );
  });
}
