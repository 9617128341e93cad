import { z } from 'zod';
import type { CrmSubscriptions } from '../../domain/crm-subscriptions.ts';
import type { HubSpotSettings } from '../../library/schema.ts';
import { type ConsentAnswer, type ConsentDesk, SyncError } from '../port.ts';
import type { HubSpotConnection } from './connection.ts';
import { type Answer, readConsentAnswer } from './consent-answer.ts';

/**
 * HubSpot asks for these where an account works by the GDPR. Who gets these mails bought something (UWG §7(3)), and
 * objecting or taking that back does not make it a consent.
 */
const BASIS = 'LEGITIMATE_INTEREST_CLIENT';
const WHY = {
  UNSUBSCRIBED: 'Objected to mails of Spielbein.',
  SUBSCRIBED: 'Took back an objection to mails of Spielbein.',
  NOT_SPECIFIED: 'Took back an objection to mails of Spielbein.',
} as const;

const statuses = z.object({
  results: z.array(
    z.object({
      subscriptionId: z.union([z.number(), z.string()]).transform(String),
      status: z.string(),
      legalBasis: z.string().nullish(),
    }),
  ),
});

/**
 * Unsubscribes addresses in HubSpot by its communication preferences, v4: v3 knows no opt-out of all mail, refuses
 * what it knows already, and can't subscribe anybody again who has unsubscribed
 * (https://developers.hubspot.com/docs/api-reference/latest/communication-preferences/guide). With a subscription type
 * in the settings that one is meant, without it all marketing mail.
 *
 * Addresses go one by one: the batches are for Marketing Hub Enterprise only.
 */
export function hubspotConsent(
  connection: HubSpotConnection,
  { subscriptionType }: Pick<HubSpotSettings, 'subscriptionType'>,
  signal: AbortSignal,
): ConsentDesk {
  const ask = async (
    method: 'GET' | 'POST',
    address: string,
    more: { path?: string; query?: Record<string, string>; body?: unknown },
  ) =>
    await connection.request('communication preferences', signal, {
      method,
      path: `/communication-preferences/v4/statuses/${encodeURIComponent(address)}${more.path ?? ''}`,
      ...(more.query ? { query: more.query } : {}),
      ...(more.body ? { body: more.body } : {}),
      accepts: [400, 404, 409],
      // it says how things shall be: saying it twice changes nothing
      repeatable: true,
    });

  const set = async (
    address: string,
    statusState: keyof typeof WHY,
    id: string,
    legalBasis: string,
  ): Promise<Answer> =>
    readConsentAnswer(
      await ask('POST', address, {
        body: {
          channel: 'EMAIL',
          statusState,
          subscriptionId: Number(id),
          legalBasis,
          legalBasisExplanation: WHY[statusState],
        },
      }),
      // an objection may stand there in a wider form
      statusState === 'UNSUBSCRIBED' ? undefined : statusState,
    );

  return {
    async before(address) {
      const { status, body } = await ask('GET', address, { query: { channel: 'EMAIL' } });
      // the objection itself finds out why it can't be told
      if (status >= 400) return [];
      const read = statuses.safeParse(body);
      if (!read.success) {
        throw new SyncError(
          'not_hubspot',
          'HubSpot told the communication preferences in a form unknown here.',
        );
      }
      const { results } = read.data;
      if (subscriptionType === undefined) return results.filter(isSubscribed).map(toKeep);
      const own = results.find((each) => each.subscriptionId === subscriptionType);
      if (own?.status === 'UNSUBSCRIBED') return null;
      return own ? [toKeep(own)] : [{ id: subscriptionType, subscribed: false, basis: null }];
    },

    async optOut(address) {
      const answer =
        subscriptionType !== undefined
          ? await set(address, 'UNSUBSCRIBED', subscriptionType, BASIS)
          : readConsentAnswer(
              // without `verbose` HubSpot does not say what it did
              await ask('POST', address, {
                path: '/unsubscribe-all',
                query: { channel: 'EMAIL', verbose: 'true' },
              }),
            );
      if (answer.outcome !== 'unknown_type') return answer;
      const check = subscriptionType === undefined ? '' : ' Check hubspot.subscriptionType in settings.yaml.';
      throw new SyncError(
        'crm_subscription_unknown',
        `HubSpot can't unsubscribe anybody: ${answer.message}${check}`,
      );
    },

    async takeBack(address, before) {
      if (before.length === 0) {
        return { outcome: 'refused', message: 'there is no subscription type by which it could be told' };
      }
      let result: ConsentAnswer = { outcome: 'told' };
      for (const { id, subscribed, basis } of before) {
        // Who had said nothing has not subscribed by taking something back either.
        const answer = await set(address, subscribed ? 'SUBSCRIBED' : 'NOT_SPECIFIED', id, basis ?? BASIS);
        // A type may be gone by now: that keeps nobody from getting the others back.
        if (answer.outcome === 'refused' || answer.outcome === 'unknown_type') {
          result = { outcome: 'refused', message: answer.message };
        }
      }
      return result;
    },

    close: () => connection.close(),
  };
}

type Status = z.infer<typeof statuses>['results'][number];

const isSubscribed = ({ status }: Status): boolean => status === 'SUBSCRIBED';

const toKeep = ({ subscriptionId, status, legalBasis }: Status): CrmSubscriptions[number] => ({
  id: subscriptionId,
  subscribed: status === 'SUBSCRIBED',
  basis: legalBasis ?? null,
});
