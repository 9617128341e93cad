import { type Problem, type SyncBatch, SyncError } from '../port.ts';
import type { HubSpotApi } from './api.ts';
import { checkSchema, type SchemaFinding } from './schema-check.ts';
import { readSchema, type Unread } from './schema-read.ts';

/** A property may be archived, or a pipeline made anew, while a worker runs for weeks. */
const GOOD_FOR_MS = 3600_000;
/** Events may come by the thousand; what keeps the first one from being read keeps all the others, too. */
const BAD_FOR_MS = 60_000;

/**
 * Looks at how the account is made before it is read: a wrong name would read as "nobody has set anything". That is at
 * first, when the settings have changed, and once an hour; polls in between cost nothing.
 */
export interface SchemaWatch {
  /**
   * For single records. What was found wrong is taken for wrong for a minute, or until a sync finds it mended.
   * @throws SyncError with the code of what keeps the account from being read
   */
  ready(api: HubSpotApi): Promise<void>;
  /**
   * For syncs: the same, and what people have not been told of yet. `again`: look in any case, and tell everything.
   * @throws SyncError as `ready`
   */
  problems(api: HubSpotApi, again: boolean): Promise<Problem[]>;
}

/** @param now a clock in milliseconds that only goes on */
export function createSchemaWatch(now: () => number = () => performance.now()): SchemaWatch {
  let checked: { settings: string; until: number; untold: Problem[] } | null = null;
  let failed: { settings: string; until: number; error: SyncError } | null = null;

  async function look(api: HubSpotApi, again: boolean): Promise<Problem[]> {
    const settings = settingsOf(api);
    try {
      const untold = await lookAt(api, settings, again);
      failed = null;
      return untold;
    } catch (error) {
      // what was good before is looked at again, also by the next poll
      if (checked) checked = { ...checked, until: now() };
      if (!(error instanceof SyncError)) throw error;
      // an answer that never came or made no sense says nothing about the account
      failed = error.ofRecords ? null : { settings, until: now() + BAD_FOR_MS, error };
      throw ofAccount(error);
    }
  }

  async function lookAt(api: HubSpotApi, settings: string, again: boolean): Promise<Problem[]> {
    const known = checked?.settings === settings ? checked : null;
    if (known && !again && known.until > now()) return known.untold;
    const { schema, unread } = await readSchema(api);
    const findings = checkSchema(api.mapping.settings, schema);
    stopAtFatal(findings);
    const problems = findings.map(({ about, code, message }) => ({ record: about, code, message }));
    const untold = known && !again ? known.untold : [...problems, ...told(unread)];
    checked = { settings, until: now() + GOOD_FOR_MS, untold };
    return untold;
  }

  return {
    async ready(api) {
      if (failed?.settings === settingsOf(api) && failed.until > now()) throw failed.error;
      await look(api, false);
    },
    async problems(api, again) {
      const problems = await look(api, again);
      if (checked) checked = { ...checked, untold: [] };
      return problems;
    },
  };
}

const settingsOf = (api: HubSpotApi): string => JSON.stringify(api.mapping.settings);

/** The same error, which was met before any record was asked for. */
function ofAccount(error: SyncError): SyncError {
  const { code, message, retryable } = error;
  return error.ofRecords ? new SyncError(code, message, { retryable, cause: error }) : error;
}

/** The batches, the first of which tells the problems. */
export async function* withProblems(
  batches: AsyncIterable<SyncBatch>,
  problems: readonly Problem[],
): AsyncGenerator<SyncBatch> {
  let untold = problems;
  for await (const batch of batches) {
    yield untold.length > 0 ? { ...batch, problems: [...untold, ...(batch.problems ?? [])] } : batch;
    untold = [];
  }
}

function stopAtFatal(findings: readonly SchemaFinding[]): void {
  const fatal = findings.filter((finding) => finding.fatal);
  const [first] = fatal;
  if (first) throw new SyncError(first.code, fatal.map(({ message }) => message).join('\n'));
}

/** Orders and subscriptions are told of where they are read. */
function told(unread: readonly Unread[]): Problem[] {
  return unread
    .filter(({ what }) => what !== 'orders' && what !== 'subscriptions')
    .map(({ what, error }) => ({
      record: what,
      code: 'crm_schema_unreadable',
      message: `Whether HubSpot's ${what} fit the settings can't be looked at. ${error.message}`,
    }));
}
