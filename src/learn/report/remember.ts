import type { Database } from '../../db/connect.ts';
import type { Library } from '../../library/library.ts';
import type { LearnReport } from './data.ts';
import { type Findings, loadFindings, loadWaiting, type ReportOptions } from './report.ts';

/** So long what was found is shown again. */
const KEEP_MS = 10 * 60_000;

/**
 * Reports for a process that is asked often: what was found a moment ago is not counted again, and who asks while it is
 * being counted waits for the same. A new model and other content count anew; what waits for a person is always fresh.
 */
export function rememberReport(db: Database): (given: ReportOptions) => Promise<LearnReport> {
  let kept: { key: string; library: Library; at: number; findings: Promise<Findings> } | null = null;
  return async (given) => {
    const key = await stateOf(db);
    const at = given.now.getTime();
    if (kept?.key !== key || kept.library !== given.library || at - kept.at >= KEEP_MS) {
      const next = { key, library: given.library, at, findings: loadFindings(db, given) };
      kept = next;
      next.findings.catch(() => {
        if (kept === next) kept = null;
      });
    }
    return { ...(await kept.findings), ...(await loadWaiting(db, given.library)) };
  };
}

/** Changes with each model, and with each form that is born, retired or stopped. */
async function stateOf(db: Database): Promise<string> {
  const { model, forms } = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('models')
        .select((of) => of.fn.max('id').as('id'))
        .as('model'),
      eb
        .selectFrom('variants')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('state', '=', 'alive')
        .as('forms'),
    ])
    .executeTakeFirstOrThrow();
  return `${model} ${forms}`;
}
