/** Exit codes: 0 done, 1 failed, 2 wrong usage or configuration. */
export const FAILED = 1;
export const WRONG_USAGE = 2;

/** Something about the command line itself that can't be right. */
export class UsageError extends Error {
  override name = 'UsageError';
}
