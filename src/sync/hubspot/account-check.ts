import { z } from 'zod';
import { type CrmFinding, SyncError } from '../port.ts';
import type { HubSpotApi } from './api.ts';
import type { HubSpotConnection } from './connection.ts';
import { HUBSPOT_TYPES } from './mapping/records.ts';
import { checkSchema } from './schema-check.ts';
import { readSchema } from './schema-read.ts';
import { CONSENT_SCOPE, READ_SCOPES } from './scopes.ts';

const definitions = z.object({
  results: z.array(z.object({ id: z.union([z.string(), z.number()]).transform(String), name: z.string() })),
});

/** Records that an account may do without. */
const OPTIONAL = new Set(['orders', 'subscriptions']);

/** How an account answers that has no such records. */
const HAS_NONE = new Set(['crm_not_found', 'crm_type_unknown']);

/**
 * All that keeps this account from being read, or some of it: what the token may not, and what the settings name that
 * is not there. Reads a little of everything.
 * @throws SyncError when nothing can be said of the account, because it does not answer or refuses the token
 */
export async function checkAccount(
  api: HubSpotApi,
  connection: HubSpotConnection,
  signal: AbortSignal,
): Promise<CrmFinding[]> {
  // First alone: whoever refuses the token refuses it each time.
  const first = await scopeOf('contacts', () => api.list('contacts', null));
  const wanted = HUBSPOT_TYPES.filter((type) => type !== 'contacts' && isWanted(api, type));
  const [owners, schema, consent, ...rest] = await Promise.all([
    scopeOf('owners', () => api.owners(null)),
    readSchema(api),
    subscriptions(api, connection, signal),
    ...wanted.map((type) => scopeOf(type, () => api.list(type, null))),
  ]);
  const scopes = [first, owners, ...rest].filter((finding) => finding !== null);
  const misfits = checkSchema(api.mapping.settings, schema.schema).map(
    ({ about, fatal, message }): CrmFinding => ({ about, status: fatal ? 'wrong' : 'note', says: message }),
  );
  const unread = schema.unread
    // what can't be read at all has been said
    .filter(({ what }) => !scopes.some(({ about }) => about === `HubSpot ${what}`))
    .map(
      ({ what, error }): CrmFinding => ({
        about: `HubSpot ${what}`,
        status: 'note',
        says: `whether they fit the settings can’t be looked at. ${error.message}`,
      }),
    );
  return [...scopes, ...misfits, ...unread, ...consent];
}

function isWanted({ mapping: { settings } }: HubSpotApi, type: string): boolean {
  return type !== 'orders' && type !== 'subscriptions' ? true : settings[type];
}

/** Whether this can be read; null: yes. */
async function scopeOf(
  what: keyof typeof READ_SCOPES,
  read: () => Promise<unknown>,
): Promise<CrmFinding | null> {
  try {
    await read();
    return null;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const { scope, without } = READ_SCOPES[what];
    const about = `HubSpot ${what}`;
    const status = OPTIONAL.has(what) ? 'note' : 'wrong';
    if (error.code === 'crm_scope_missing') {
      const off = OPTIONAL.has(what) ? ` Or set hubspot.${what}: false in settings.yaml.` : '';
      const add = `Add it to the service key or app, and use the new token.${off}`;
      return { about, status, says: `the token lacks the scope ${scope}: without it ${without}. ${add}` };
    }
    if (HAS_NONE.has(error.code) && OPTIONAL.has(what)) {
      const rest = `hubspot.${what}: false in settings.yaml, and nobody looks for them again`;
      return { about, status, says: `this account has none, so ${without}. If that is right, set ${rest}.` };
    }
    throw error;
  }
}

/** Whether HubSpot can be told of unsubscribes, and knows the kind of mail that is ours. */
async function subscriptions(
  { mapping: { settings } }: HubSpotApi,
  connection: HubSpotConnection,
  signal: AbortSignal,
): Promise<CrmFinding[]> {
  const { subscriptionType, tellUnsubscribes } = settings;
  if (subscriptionType === undefined && !tellUnsubscribes) return [];
  const about = 'HubSpot consent';
  try {
    const { body } = await connection.request('subscription types', signal, {
      method: 'GET',
      path: '/communication-preferences/v4/definitions',
    });
    const types = definitions.safeParse(body);
    if (!types.success || types.data.results.some(({ id }) => id === subscriptionType)) return [];
    const named = types.data.results.map(({ id, name }) => `${id} (${name})`).join(', ') || 'none';
    if (subscriptionType === undefined) {
      const says = `whoever unsubscribes here gets no marketing mail from HubSpot either. To make that one kind of mail, set hubspot.subscriptionType; there are: ${named}.`;
      return [{ about, status: 'ok', says }];
    }
    const says = `HubSpot has no subscription type ${subscriptionType}. It has: ${named}. Correct hubspot.subscriptionType in settings.yaml.`;
    return [{ about, status: 'wrong', says }];
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    if (error.code === 'crm_not_found') return [];
    if (error.code !== 'crm_scope_missing') throw error;
    const says = `the token lacks the scope ${CONSENT_SCOPE}: without it HubSpot is not told who unsubscribed. Add it to the service key or app, and use the new token; or set hubspot.tellUnsubscribes: false in settings.yaml.`;
    return [{ about, status: tellUnsubscribes ? 'wrong' : 'note', says }];
  }
}
