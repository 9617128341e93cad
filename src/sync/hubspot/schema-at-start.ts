import { type Problem, type SyncBatch, SyncError } from '../port.ts';
import type { HubSpotApi } from './api.ts';
import { checkSchema, type SchemaFinding } from './schema-check.ts';
import { readSchema, type Unread } from './schema-read.ts';

/** Looks at how the account is made before it is read: a wrong name would read as "nobody has set anything". */
export interface SchemaWatch {
  /**
   * What to tell people of, when it is time to look: at the first sync of this process, after the settings have
   * changed, and whenever `again` asks for it. Polls in between cost nothing.
   * @throws SyncError with the code of what keeps the sync from going on
   */
  problems(api: HubSpotApi, again: boolean): Promise<Problem[]>;
}

export function createSchemaWatch(): SchemaWatch {
  let checked: string | null = null;
  return {
    async problems(api, again) {
      const settings = JSON.stringify(api.mapping.settings);
      if (!again && settings === checked) return [];
      const { schema, unread } = await readSchema(api);
      const findings = checkSchema(api.mapping.settings, schema);
      stopAtFatal(findings);
      checked = settings;
      return [
        ...findings.map(({ about, code, message }) => ({ record: about, code, message })),
        ...told(unread),
      ];
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
