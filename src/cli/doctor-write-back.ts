import type { App } from '../app.ts';
import { entriesStanding } from '../feedback/crm/entries/standing.ts';
import { type Finding, note, ok, wrong } from './finding.ts';
import { count } from './output.ts';

/** Whether salespeople find in the CRM what customers said here. */
export async function writeBack(app: Pick<App, 'db' | 'now'>): Promise<Finding[]> {
  const about = 'write-back';
  const { waiting, inDoubt, refused, givenUp, written, trouble } = await entriesStanding(app.db, app.now());
  if (trouble !== null) {
    const since = trouble.since.slice(0, 16).replace('T', ' ');
    const says = `${count(waiting)} entries wait to be written to the CRM; since ${since} UTC: ${trouble.message}`;
    return [wrong(about, says)];
  }
  if (refused + givenUp > 0) {
    const given = givenUp > 0 ? `; ${count(givenUp)} were given up in the last two weeks` : '';
    const says = `The CRM refuses ${count(refused)} entries, which are tried again for a week${given}. Its words are in the table crm_entries, under refusal.`;
    return [wrong(about, says)];
  }
  if (inDoubt > 0) {
    return [
      note(
        about,
        `Of ${count(inDoubt)} entries nobody knows whether the CRM has them: they are looked for by themselves.`,
      ),
    ];
  }
  if (waiting > 0)
    return [note(about, `${count(waiting)} entries wait to be written to the CRM, a minute or so.`)];
  // an installation whose CRM is told nothing has nothing to say here
  if (written === 0) return [];
  return [ok(about, 'The CRM has all that customers said.')];
}
