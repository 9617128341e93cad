import { sql } from 'kysely';

/**
 * Sends that have left, or may have. "is true" keeps PostgreSQL from looking for them by state, which it would do with
 * statistics from when none had left, and read all that have left since.
 */
export const LEFT = sql.raw(`(state in ('sending', 'sent', 'in_doubt')) is true`);
