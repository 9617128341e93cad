import type { Language } from '../../domain/customer.ts';
import type { HubSpotSettings } from '../../library/schema.ts';
import { SyncError } from '../port.ts';
import { HubSpotApi } from './api.ts';
import { HubSpotConnection, type HubSpotOptions } from './connection.ts';
import { hubspotMapping } from './mapping.ts';
import { readSchema } from './schema-read.ts';
import { GROUP, type NewProperty, planSetup, type SetupPlan } from './setup-plan.ts';
import { GROUP_LABEL } from './setup-texts.ts';

/** What became of one property of a plan. */
export interface Made {
  type: string;
  name: string;
  /** `there`: somebody else was quicker. */
  outcome: 'made' | 'there' | 'failed';
  /** Why it failed, and what to do. */
  says?: string;
}

export interface AccountPlan extends SetupPlan {
  /** Records that the account may have, but that this token may not look at. `says`: why, and what to do. */
  unseen: { type: string; says: string }[];
}

export interface HubSpotSetup {
  /** What the account lacks. @throws SyncError */
  plan(language: Language): Promise<AccountPlan>;
  /** Makes what is in the plan; what fails does not keep the rest from being made. */
  make(plan: SetupPlan): Promise<Made[]>;
  close(): void;
}

/** Makes in HubSpot the properties that the settings name. Nothing that exists is changed or deleted. */
export function hubspotSetup(
  options: HubSpotOptions,
  settings: HubSpotSettings,
  signal: AbortSignal,
): HubSpotSetup {
  const connection = new HubSpotConnection(options);
  const api = new HubSpotApi(connection, hubspotMapping(settings), signal);

  /** Whether it was made; false: it is there already. */
  const post = async (what: string, path: string, body: object): Promise<boolean> => {
    const { status } = await connection.request(what, signal, {
      method: 'POST',
      path,
      body,
      accepts: [409],
      // what is there already is not made again
      repeatable: true,
    });
    return status !== 409;
  };

  const make = async ({ type, body }: NewProperty): Promise<Made> => {
    const about = { type, name: body.name };
    try {
      const group = { name: GROUP, label: GROUP_LABEL, displayOrder: -1 };
      await post(`new properties of ${type}`, `/crm/v3/properties/${type}/groups`, group);
      const fresh = await post(`new properties of ${type}`, `/crm/v3/properties/${type}`, body);
      return { ...about, outcome: fresh ? 'made' : 'there' };
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      const byHand = `Or make it by hand in HubSpot, under Settings → Properties: internal name ${body.name}, type ${body.type}.`;
      return { ...about, outcome: 'failed', says: `${error.message} ${byHand}` };
    }
  };

  return {
    async plan(language) {
      const { schema, unread } = await readSchema(api);
      const needed = unread.find(({ what }) => what !== 'orders' && what !== 'subscriptions');
      if (needed) throw needed.error;
      const unseen = unread
        // of what an account does not have there is nothing to see
        .filter(({ error }) => error.code === 'crm_scope_missing')
        .map(({ what, error }) => ({ type: what, says: error.message }));
      return { ...planSetup(settings, schema, language), unseen };
    },
    async make(plan) {
      const made: Made[] = [];
      for (const property of plan.make) made.push(await make(property));
      return made;
    },
    close: () => connection.close(),
  };
}
