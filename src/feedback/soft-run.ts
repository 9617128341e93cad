const DAY_MS = 86_400_000;

/**
 * Mail servers keep trying for up to five days (Postfix, Sendmail) before they say that a mail did not arrive. A
 * mail that has not come back after that has arrived.
 */
export const UNDECIDED_DAYS = 5;

/** One mail to an address: when it left, and whether it came back as "not this time". */
export interface PastMail {
  at: Date;
  softBounced: boolean;
}

/**
 * How many mails in a row, up to the newest, came back from an address. One that arrived ends the run; one that is
 * too young to tell is passed over, so that a bounce that comes days late is not hidden by the mail after it.
 */
export function softBounceRun(mails: readonly PastMail[], now: Date): number {
  const decidedBefore = now.getTime() - UNDECIDED_DAYS * DAY_MS;
  const newestFirst = mails.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  let run = 0;
  for (const mail of newestFirst) {
    if (mail.softBounced) run++;
    else if (mail.at.getTime() <= decidedBefore) break;
  }
  return run;
}
