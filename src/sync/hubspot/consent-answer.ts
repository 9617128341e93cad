import { z } from 'zod';
import { type ConsentAnswer, SyncError } from '../port.ts';

const problem = z.object({ message: z.string().catch(''), category: z.string().catch('') });

const answerBody = z.object({
  ...problem.shape,
  results: z.array(z.object({ setStatusSuccessReason: z.string().nullish().catch(null) })).catch([]),
  errors: z.array(problem).catch([]),
});

/**
 * What HubSpot's answer to a change of communication preferences says about this one address.
 * @throws SyncError when it says that no address can be told: the subscription type does not exist, or may not be set
 */
export function readConsentAnswer({ status, body }: { status: number; body: unknown }): ConsentAnswer {
  const { message, category, errors, results } = answerBody.catch(answerBody.parse({})).parse(body);
  const said = [{ message, category }, ...errors].filter((each) => each.message || each.category);
  if (status < 400 && errors.length === 0) {
    const changed = results.some(({ setStatusSuccessReason: why }) => why !== 'NO_STATUS_CHANGE');
    return { outcome: changed || results.length === 0 ? 'told' : 'known' };
  }
  const words = said.map((each) => each.message).join(' ');
  if (/already (?:been )?(?:unsubscribed|opted out)/i.test(words)) return { outcome: 'known' };
  const ofAddress = /contact|recipient|subscriber|e-?mail address/i.test(words);
  const ofType = /subscription/i.test(words);
  if (ofAddress && !ofType) {
    const missing = status === 404 || said.some((each) => /NOT_FOUND/.test(each.category));
    if (missing || /\b(?:in)?valid\b/i.test(words)) return { outcome: 'no_address' };
  }
  if (ofType && !ofAddress) {
    throw new SyncError(
      'crm_subscription_unknown',
      `HubSpot can't unsubscribe anybody: ${words} Check hubspot.subscriptionType in settings.yaml.`,
    );
  }
  if (status === 404 && !ofAddress) {
    throw new SyncError(
      'crm_not_found',
      'HubSpot knows no communication preferences (404). Check HUBSPOT_BASE_URL and HUBSPOT_API_VERSION.',
    );
  }
  return { outcome: 'refused', message: words || `HubSpot answered ${status}` };
}
