import type {
  PublicSubscriptionStatus,
  PublicSubscriptionStatusesResponse,
  SubscriptionDefinitionsResponse,
} from '@hubspot/api-client/lib/codegen/communication_preferences/models/all.js';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { consentDefinitions } from './consent-definitions.ts';
import { demandAddress, demandBasis, legalBasis, subscriptionType } from './consent-input.ts';
import { type Consents, SUBSCRIPTION_TYPES } from './consents.ts';
import { invalid } from './errors.ts';
import { parse } from './shapes.ts';
import type { Wire } from './wire.ts';

const V3 = '/communication-preferences/v3';

const change = z.object({
  emailAddress: z.string(),
  subscriptionId: z.coerce.string(),
  legalBasis,
  legalBasisExplanation: z.string().optional(),
});

/**
 * Communication preferences, v3, which the official client wraps. Its two differences to v4: nobody is subscribed
 * again who unsubscribed, and what is so already is refused. Source:
 * https://developers.hubspot.com/docs/api-reference/legacy/communication-preferences/v3/guide
 */
export function consentRoutesV3(
  app: FastifyInstance,
  consents: Consents,
  { midnight, privacy }: { midnight: number; privacy: boolean },
): void {
  app.get(`${V3}/definitions`, async () => {
    const answer: Wire<SubscriptionDefinitionsResponse> = {
      subscriptionDefinitions: consentDefinitions(midnight),
    };
    return answer;
  });

  app.get<{ Params: { email: string } }>(`${V3}/status/email/:email`, async ({ params }) => {
    const recipient = demandAddress(params.email);
    const answer: Wire<PublicSubscriptionStatusesResponse> = {
      recipient,
      subscriptionStatuses: SUBSCRIPTION_TYPES.map(({ id }) => shape(consents, recipient, id)),
    };
    return answer;
  });

  app.post(`${V3}/subscribe`, async ({ body }) => {
    const given = parse(change, body);
    const email = demandAddress(given.emailAddress);
    const { id } = subscriptionType(given.subscriptionId);
    const { status } = consents.of(email, id);
    if (status === 'UNSUBSCRIBED') {
      throw invalid(`Subscription ${id}: the recipient has unsubscribed and can't be subscribed again here.`);
    }
    if (status === 'SUBSCRIBED') throw invalid(`Subscription ${id}: the recipient is already subscribed.`);
    demandBasis(privacy, given);
    set(consents, email, id, 'SUBSCRIBED', given);
    return shape(consents, email, id);
  });

  app.post(`${V3}/unsubscribe`, async ({ body }) => {
    const given = parse(change, body);
    const email = demandAddress(given.emailAddress);
    const { id } = subscriptionType(given.subscriptionId);
    if (consents.of(email, id).status === 'UNSUBSCRIBED') {
      throw invalid(`Subscription ${id}: the recipient is already unsubscribed.`);
    }
    set(consents, email, id, 'UNSUBSCRIBED', given);
    return shape(consents, email, id);
  });
}

function set(
  consents: Consents,
  email: string,
  id: number,
  status: 'SUBSCRIBED' | 'UNSUBSCRIBED',
  { legalBasis: basis, legalBasisExplanation }: z.infer<typeof change>,
): void {
  consents.set(email, id, { status, legalBasis: basis, explanation: legalBasisExplanation });
}

/** v3 knows two states only: whoever has said nothing is not subscribed. */
function shape(consents: Consents, email: string, id: number): Wire<PublicSubscriptionStatus> {
  const { status, wide, legalBasis: basis, explanation } = consents.of(email, id);
  const { name, description } = subscriptionType(id);
  return {
    id: String(id),
    name,
    description,
    status: status === 'SUBSCRIBED' ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED',
    sourceOfStatus: wide ? 'PORTAL_WIDE_STATUS' : 'SUBSCRIPTION_STATUS',
    ...(basis ? { legalBasis: basis } : {}),
    ...(explanation ? { legalBasisExplanation: explanation } : {}),
  };
}
