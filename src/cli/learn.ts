import { learnAndTell } from '../../jobs/learn.ts';
import { createAlerts } from '../observe/alert.ts';
import { count } from './output.ts';
import { type Common, print, withApp } from './session.ts';

/** A round of learning, now; what the nightly round does before it plans. Sends nothing. */
export async function learnNow(options: Common): Promise<void> {
  await withApp(async (app) => {
    const { alertUrl: url, publicUrl } = app.config;
    const { log, now } = app;
    const alerts = app.use(createAlerts({ url, log, publicUrl, now }), (each) => each.close());
    const result = await learnAndTell({ ...app, alert: alerts.alert }, { night: true });
    print(options, result, () => {
      if (result === null)
        return 'Nothing was done: learning is switched off (learning.on), or another process is at it.\n';
      const { stopped, night } = result;
      const { born = [], retired = [], proposed = [] } = night?.evolution ?? {};
      const waiting = proposed.length + (night?.proof.graduates.length ?? 0) + (night?.proof.tired ? 1 : 0);
      return [
        `Forms of offers: ${count(born.length)} new, ${count(retired.length)} retired, ${count(stopped.length)} stopped.`,
        waiting === 0
          ? 'Nothing new waits for a decision.'
          : `New for you to decide: ${count(waiting)}. \`spielbein learn report\` shows what, and why.`,
        '',
      ].join('\n');
    });
  });
}
