import type { App } from '../app.ts';
import { tellingStanding } from '../feedback/crm/standing.ts';
import { type Finding, note, ok, wrong } from './finding.ts';
import { count } from './output.ts';

/** Whether the CRM's own mailer knows who unsubscribed here. */
export async function unsubscribes(app: Pick<App, 'db'>): Promise<Finding[]> {
  const about = 'unsubscribes';
  const crm = await tellingStanding(app.db);
  if (crm === null) return [];
  const { waiting, refused, trouble } = crm;
  if (trouble !== null) {
    const since = trouble.since.slice(0, 16).replace('T', ' ');
    return [
      wrong(
        about,
        `The CRM is not told of ${count(waiting)} unsubscribes, since ${since} UTC: ${trouble.message}`,
      ),
    ];
  }
  if (refused > 0) {
    return [
      wrong(
        about,
        `The CRM refuses ${count(refused)} unsubscribes; its words are in the log. They are told again every day.`,
      ),
    ];
  }
  if (waiting > 0) return [note(about, `The CRM is still to be told of ${count(waiting)}, bit by bit.`)];
  return [ok(about, 'The CRM knows of all of them.')];
}
