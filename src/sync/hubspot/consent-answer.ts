import { z } from 'zod';
import { type ConsentAnswer, SyncError } from '../port.ts';

/** `unknown_type`: not about the address, but about the kind of mail that was meant. `message` is HubSpot's. */
export type Answer = ConsentAnswer | { outcome: 'unknown_type'; message: string };

const problem = z.object({ message: z.string().catch(''), category: z.string().catch('') });

const answerBody = z.object({
  ...problem.shape,
  results: z
    .array(
      z.object({
        setStatusSuccessReason: z.string().nullish().catch(null),
        status: z.string().nullish().catch(null),
      }),
    )
    .catch([]),
  errors: z.array(problem).catch([]),
});

/**
 * What HubSpot's answer to a change of communication preferences says about this one address.
 * @param wanted the status that was asked for: where HubSpot answers that it is another one, it has refused
 * @throws SyncError when HubSpot knows no such path
 */
export function readConsentAnswer(
  { status, body }: { status: number; body: unknown },
  wanted?: string,
): Answer {
  const { message, category, errors, results } = answerBody.catch(answerBody.parse({})).parse(body);
  const said = [{ message, category }, ...errors].filter((each) => each.message || each.category);
  if (status < 400 && errors.length === 0) {
    const other = results.find((each) => wanted !== undefined && each.status && each.status !== wanted);
    if (other) return { outcome: 'refused', message: `it is still ${other.status}, not ${wanted}` };
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
  if (ofType && !ofAddress) return { outcome: 'unknown_type', message: words };
  if (status === 404 && !ofAddress) {
    throw new SyncError(
      'crm_not_found',
      'HubSpot knows no communication preferences (404). Check HUBSPOT_BASE_URL and HUBSPOT_API_VERSION.',
    );
  }
  return { outcome: 'refused', message: words || `HubSpot answered ${status}` };
}
