import { HUBSPOT_DEFAULTS } from '../../library/schema.ts';
import { SyncError } from '../port.ts';
import type { HubSpotApi } from './api.ts';
import type { HubSpotType } from './mapping.ts';
import { type AccountSchema, isMissing } from './schema-check.ts';
import { wantedProperties } from './schema-wanted.ts';

/** Something that could not be looked at, and why. */
export interface Unread {
  what: HubSpotType | 'pipelines';
  error: SyncError;
}

/**
 * How the account is made, as far as the settings care: one call for each type of record, one for the pipelines when
 * stages are named, one more for a type of which something is missing.
 * @throws SyncError of faults that pass, or when the token is refused
 */
export async function readSchema(api: HubSpotApi): Promise<{ schema: AccountSchema; unread: Unread[] }> {
  const { settings } = api.mapping;
  const wanted = wantedProperties(settings, HUBSPOT_DEFAULTS);
  const schema: AccountSchema = { properties: {}, archived: {} };
  const unread: Unread[] = [];
  const types = [...new Set(wanted.map(({ type }) => type))];
  await Promise.all([
    ...types.map((type) =>
      whereAllowed(type, unread, async () => {
        const defined = await api.properties(type);
        schema.properties[type] = defined;
        if (wanted.some((each) => each.type === type && isMissing(each, defined))) {
          schema.archived[type] = await api.properties(type, true);
        }
      }),
    ),
    Object.keys(settings.wonStages).length > 0
      ? whereAllowed('pipelines', unread, async () => {
          schema.pipelines = await api.pipelines();
        })
      : undefined,
  ]);
  return { schema, unread };
}

/** Why something can't be looked at, although the account answers. */
const NOT_THERE = new Set(['crm_scope_missing', 'crm_not_found', 'crm_type_unknown']);

/** What a token may not read, or an account does not have, is told and not thrown. */
async function whereAllowed(
  what: Unread['what'],
  unread: Unread[],
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof SyncError && NOT_THERE.has(error.code))) throw error;
    unread.push({ what, error });
  }
}
