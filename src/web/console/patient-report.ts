import type { LearnReport } from '../../learn/report/data.ts';
import type { ReportOptions } from '../../learn/report/report.ts';

/** So long a page waits for new numbers when it has older ones to show, and when it has none, in milliseconds. */
const PATIENCE = { known: 60, first: 2000 };

/**
 * The report for a page that must not wait: what was found before is shown until it has been counted anew behind the
 * page. What waits for a person is asked by whoever needs it fresh.
 * @returns null while it is counted for the first time
 */
export function patientReport(
  makeReport: (given: ReportOptions) => Promise<LearnReport>,
): (given: ReportOptions) => Promise<LearnReport | null> {
  let last: LearnReport | null = null;
  return async (given) => {
    const next = makeReport(given).then((report) => {
      last = report;
    });
    next.catch(() => {});
    const patience = last === null ? PATIENCE.first : PATIENCE.known;
    await Promise.race([next, new Promise((done) => setTimeout(done, patience).unref())]);
    return last;
  };
}
