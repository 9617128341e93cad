import { LibraryError } from '../library/problem.ts';
import { FAILED, WRONG_USAGE } from './exit.ts';

/** An error as scripts and people see it. */
export interface Failure {
  /** Stable. */
  code: string;
  message: string;
}

/** Errors whose message says all a person needs; anything else is a fault of the program. */
const FOR_PEOPLE = new Set([
  'ConfigError',
  'UsageError',
  'CampaignError',
  'LibraryError',
  'TemplateError',
  'DatabaseError',
  'EmbeddedDatabaseError',
  'MigrationError',
  'SuppressionListError',
  'SyncError',
  'CsvError',
  'QueueError',
  'WebError',
  'AccountingError',
  'NothingToTellError',
  'ErasureError',
  'TimingError',
  'MailTestError',
  'ProposalError',
  'AccountError',
]);

export const isForPeople = (error: unknown): error is Error =>
  error instanceof Error && FOR_PEOPLE.has(error.name);

/** The code that an error for people has of its own, e.g. `crm_scope_missing`. */
export function ownCode(error: unknown): string | null {
  if (!isForPeople(error)) return null;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

const INTERRUPTED = 'Interrupted. Nothing is lost: the same command goes on where it stopped.';

/**
 * An error for scripts. Its code is its own; else that of its kind, e.g. `campaign` for a CampaignError; `interrupted`
 * after Ctrl-C; `fault` when the program is to blame.
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'fault', message: String(error) };
  const { name, message } = error;
  if (name === 'AbortError') return { code: 'interrupted', message: INTERRUPTED };
  return { code: ownCode(error) ?? (FOR_PEOPLE.has(name) ? kindOf(name) : 'fault'), message };
}

/** NothingToTellError → nothing_to_tell */
const kindOf = (name: string): string =>
  name
    .replace(/Error$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();

export function exitCodeOf(error: unknown): number {
  const configuration =
    error instanceof Error &&
    (error.name === 'ConfigError' ||
      error.name === 'UsageError' ||
      (error instanceof LibraryError && isOfConfiguration(error)));
  return configuration ? WRONG_USAGE : FAILED;
}

/** Settings and where the library is are configuration; what it says to customers is not. */
function isOfConfiguration({ problems }: LibraryError): boolean {
  return problems.some(
    ({ severity, file }) => severity === 'error' && (file === 'settings.yaml' || file === '.'),
  );
}
