import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { iso } from '../company/record.ts';
import { consentDefinitions } from './consent-definitions.ts';
import { channelQuery, demandAddress, demandBasis, legalBasis, subscriptionType } from './consent-input.ts';
import { type Consents, SUBSCRIPTION_TYPES } from './consents.ts';
import { CrmError, partial } from './errors.ts';
import { parse } from './shapes.ts';

const V4 = '/communication-preferences/v4';
/** Addresses in one batch. */
const BATCH = 100;

const update = z.object({
  channel: z.literal('EMAIL'),
  statusState: z.enum(['SUBSCRIBED', 'UNSUBSCRIBED', 'NOT_SPECIFIED']),
  subscriptionId: z.number().int(),
  legalBasis,
  legalBasisExplanation: z.string().optional(),
});
type Update = z.infer<typeof update>;
const writes = z.object({
  inputs: z
    .array(update.extend({ subscriberIdString: z.string() }))
    .min(1)
    .max(BATCH),
});
const addresses = z.object({ inputs: z.array(z.string()).min(1).max(BATCH) });

interface Route {
  Params: { address: string };
}

/**
 * Communication preferences, v4, and under date-versioned paths. The client has no models of it; the shapes are those
 * of https://developers.hubspot.com/docs/api-reference/latest/communication-preferences/guide.
 */
export function consentRoutesV4(
  app: FastifyInstance,
  consents: Consents,
  { midnight, privacy, now }: { midnight: number; privacy: boolean; now: () => number },
): void {
  const complete = (results: unknown[], errors: unknown[] = []) => {
    const at = iso(now());
    const failed = errors.length > 0 ? { numErrors: errors.length, errors } : {};
    return { status: 'COMPLETE', requestedAt: at, startedAt: at, completedAt: at, results, ...failed };
  };
  const all = (address: string) => SUBSCRIPTION_TYPES.map(({ id }) => shape(consents, address, id));

  app.get(`${V4}/definitions`, async () => complete(consentDefinitions(midnight)));

  app.get<Route>(`${V4}/statuses/:address`, async ({ params, query }) => {
    channelQuery(query);
    return complete(all(demandAddress(params.address)));
  });

  app.post<Route>(`${V4}/statuses/:address`, async ({ params, body }) => {
    const given = parse(update, body);
    return complete([write(consents, demandAddress(params.address), given, privacy)]);
  });

  app.get<Route>(`${V4}/statuses/:address/unsubscribe-all`, async ({ params, query }) => {
    channelQuery(query);
    return complete(wideShapes(consents, demandAddress(params.address)));
  });

  // without `verbose` nothing is told, in the batch always
  app.post<Route>(`${V4}/statuses/:address/unsubscribe-all`, async ({ params, query }) => {
    const { verbose } = channelQuery(query);
    const results = unsubscribeAll(consents, demandAddress(params.address));
    return complete(verbose ? results : []);
  });

  app.post(`${V4}/statuses/batch/read`, async ({ query, body }) => {
    channelQuery(query);
    return complete(
      parse(addresses, body).inputs.map((address) => ({
        subscriberIdString: address,
        statuses: all(address),
      })),
    );
  });

  app.post(`${V4}/statuses/batch/write`, async ({ body }, reply) => {
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const { subscriberIdString, ...given } of parse(writes, body).inputs) {
      try {
        results.push(write(consents, demandAddress(subscriberIdString), given, privacy));
      } catch (error) {
        if (!(error instanceof CrmError)) throw error;
        errors.push(partial('VALIDATION_ERROR', error.message, { subscriberIdString: [subscriberIdString] }));
      }
    }
    return reply.code(errors.length > 0 ? 207 : 200).send(complete(results, errors));
  });

  app.post(`${V4}/statuses/batch/unsubscribe-all/read`, async ({ query, body }) => {
    channelQuery(query);
    return complete(
      parse(addresses, body).inputs.map((address) => ({
        subscriberIdString: address,
        wideStatuses: wideShapes(consents, address),
      })),
    );
  });

  app.post(`${V4}/statuses/batch/unsubscribe-all`, async ({ query, body }) => {
    const { verbose } = channelQuery(query);
    const results = parse(addresses, body).inputs.map((address) => ({
      subscriberIdString: address,
      statuses: unsubscribeAll(consents, demandAddress(address)),
    }));
    return complete(verbose ? results : []);
  });
}

function write(consents: Consents, address: string, given: Update, privacy: boolean) {
  const { id } = subscriptionType(given.subscriptionId);
  const { statusState: status } = given;
  if (status === 'SUBSCRIBED') demandBasis(privacy, given);
  const before = consents.of(address, id).status;
  const reason =
    before === status
      ? 'NO_STATUS_CHANGE'
      : before === 'UNSUBSCRIBED' && status === 'SUBSCRIBED'
        ? 'RESUBSCRIBE_OCCURRED'
        : 'REQUESTED_CHANGE_OCCURRED';
  if (before !== status) {
    const { legalBasis: basis, legalBasisExplanation: explanation } = given;
    consents.set(address, id, { status, legalBasis: basis, explanation });
  }
  return shape(consents, address, id, reason);
}

function unsubscribeAll(consents: Consents, address: string) {
  const reason =
    consents.optedOutOfAll(address) === null ? 'UNSUBSCRIBE_FROM_ALL_OCCURRED' : 'NO_STATUS_CHANGE';
  consents.optOutOfAll(address);
  return SUBSCRIPTION_TYPES.map(({ id }) => shape(consents, address, id, reason));
}

function shape(consents: Consents, address: string, id: number, reason?: string) {
  const { status, at, legalBasis: basis, explanation } = consents.of(address, id);
  return {
    channel: 'EMAIL',
    subscriberIdString: address,
    subscriptionId: id,
    subscriptionName: subscriptionType(id).name,
    businessUnitId: 0,
    status,
    source: 'API',
    timestamp: iso(at),
    ...(basis ? { legalBasis: basis } : {}),
    ...(explanation ? { legalBasisExplanation: explanation } : {}),
    ...(reason ? { setStatusSuccessReason: reason } : {}),
  };
}

/** Nothing for who has not opted out of all mail. */
function wideShapes(consents: Consents, address: string) {
  const at = consents.optedOutOfAll(address);
  if (at === null) return [];
  return [
    {
      channel: 'EMAIL',
      subscriberIdString: address,
      wideStatusType: 'PORTAL_WIDE',
      businessUnitId: 0,
      status: 'UNSUBSCRIBED',
      timestamp: iso(at),
    },
  ];
}
