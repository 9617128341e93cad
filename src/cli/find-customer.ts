import type { App } from '../app.ts';
import { composeContext } from '../campaign/plan.ts';
import { compose } from '../compose/compose.ts';
import type { CustomerFacts } from '../compose/facts.ts';
import { loadFacts } from '../compose/load-facts.ts';
import type { Composition } from '../domain/composition.ts';
import { reasonSentence } from '../domain/reasons.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import { plannedDraw } from '../ledger/open-sends.ts';
import type { Content } from '../render/content.ts';
import { UsageError } from './exit.ts';

export type AnyCampaign = Pick<Campaign, 'id' | 'audience' | 'contentVersion'>;

/** A campaign about everything new, for looking at mails outside any campaign. */
export const EVERYTHING: AnyCampaign = { id: 'preview', audience: {}, contentVersion: null };

/**
 * The mail that one customer would get, caps and holdout aside.
 * @param customer id in the CRM or e-mail address; undefined for the first who would get a mail
 * @throws UsageError when there is no such customer, or saying why there would be no mail
 */
export async function composeFor(
  app: App,
  content: Content,
  campaign: AnyCampaign,
  customer: string | undefined,
): Promise<{ facts: CustomerFacts; composition: Composition }> {
  const context = { ...(await composeContext({ ...app, content }, campaign)), test: true };
  const { rules } = content.library.settings;
  let query = app.db
    .selectFrom('customers')
    .select('id')
    .where('archived_at', 'is', null)
    .orderBy('id')
    .limit(2000);
  if (customer !== undefined) {
    query = query.where((eb) =>
      eb.or([eb('id', '=', customer), eb('email_key', '=', customer.trim().toLowerCase())]),
    );
  }
  const ids = (await query.execute()).map((row) => row.id);
  if (ids.length === 0) {
    throw new UsageError(
      customer === undefined
        ? 'There are no customers yet. `spielbein sync` reads them from the CRM.'
        : `There is no customer with this id or address: ${customer}.`,
    );
  }
  let why = '';
  for (let i = 0; i < ids.length; i += 200) {
    const facts = await loadFacts(app.db, ids.slice(i, i + 200), { now: context.now, rules });
    for (const each of facts.values()) {
      const decision = compose(each, context, await plannedDraw(app.db, campaign.id, each.customer.id));
      if (decision.send) return { facts: each, composition: decision.composition };
      why = `${decision.reason}: ${reasonSentence(decision.reason, 'en')}`;
    }
  }
  throw new UsageError(`No mail for ${customer ?? 'any of the first 2,000 customers'}. ${why}`);
}
