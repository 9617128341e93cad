import { type Problem, type SyncBatch, SyncError } from '../port.ts';
import type { HubSpotApi } from './api.ts';
import { checkSchema, type SchemaFinding } from './schema-check.ts';
import { readSchema, type Unread } from './schema-read.ts';

/** A property may be archived, or a pipeline made anew, while a worker runs for weeks. */
const GOOD_FOR_MS = 3600_000;

/**
 * Looks at how the account is made before it is read: a wrong name would read as "nobody has set anything". That is at
 * first, when the settings have changed, and once an hour; polls in between cost nothing.
 */
export interface SchemaWatch {
  /** @throws SyncError with the code of what keeps the account from being read */
  ready(api: HubSpotApi): Promise<void>;
  /**
   * The same, and what people have not been told of yet. `again`: look in any case, and tell everything.
   * @throws SyncError as `ready`
   */
  problems(api: HubSpotApi, again: boolean): Promise<Problem[]>;
}

/** @param now a clock in milliseconds that only goes on */
export function createSchemaWatch(now: () => number = () => performance.now()): SchemaWatch {
  let checked: { settings: string; until: number; untold: Problem[] } | null = null;

  async function look(api: HubSpotApi, again: boolean): Promise<Problem[]> {
    const settings = JSON.stringify(api.mapping.settings);
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
      await look(api, false);
    },
    async problems(api, again) {
      const problems = await look(api, again);
      if (checked) checked = { ...checked, untold: [] };
      return problems;
    },
  };
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
