import { z } from 'zod';
import { LEGAL_BASES, SUBSCRIPTION_TYPES } from './consents.ts';
import { invalid } from './errors.ts';
import { datedVersion } from './paths.ts';
import { parse } from './shapes.ts';

export const legalBasis = z.enum(LEGAL_BASES).optional();

/**
 * The subscription type with an id.
 * @throws CrmError 400 if there is none
 */
export function subscriptionType(id: string | number) {
  const type = SUBSCRIPTION_TYPES.find((one) => String(one.id) === String(id));
  if (!type) throw invalid(`Subscription ${id} does not exist in this account.`);
  return type;
}

/** @throws CrmError 400 unless it looks like an address */
export function demandAddress(email: string): string {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    throw invalid('The email address of the recipient is invalid.');
  return email;
}

/**
 * What the address's query says; every v4 request names the only channel there is.
 * @throws CrmError 400 without it
 */
export function channelQuery(query: unknown): { verbose: boolean } {
  const { verbose } = parse(z.object({ channel: z.literal('EMAIL'), verbose: z.string().optional() }), query);
  return { verbose: verbose === 'true' };
}

/** Accounts with data privacy settings demand a legal basis for whom they subscribe. */
export function demandBasis(
  privacy: boolean,
  given: { legalBasis?: unknown; legalBasisExplanation?: unknown },
): void {
  if (privacy && (!given.legalBasis || !given.legalBasisExplanation)) {
    throw invalid(
      'legalBasis and legalBasisExplanation are required in accounts with data privacy settings.',
    );
  }
}

const AREA = '/communication-preferences/';
/** What date-versioned paths took over from v3 beside what they took over from v4. */
const FROM_V3 = /^\/(?:status\/email\/|subscribe(?:\?|$)|unsubscribe(?:\?|$))/;

/**
 * Date-versioned paths lead to v4, those of v3's form to v3. Source:
 * https://developers.hubspot.com/docs/api-reference/latest/communication-preferences/guide
 */
export function consentPath(url: string): string {
  const version = datedVersion(url);
  if (version === undefined || !url.startsWith(AREA)) return url;
  const rest = url.slice(AREA.length + version.length);
  return `${AREA}${FROM_V3.test(rest) ? 'v3' : 'v4'}${rest}`;
}
