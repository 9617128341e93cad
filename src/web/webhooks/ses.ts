import { parseJson, unreadable } from '../../feedback/providers/reading.ts';
import { readSes } from '../../feedback/providers/ses.ts';
import { type FetchText, remembering } from './fetch-text.ts';
import { isFresh } from './fresh.ts';
import { isCertificateOf, isHttpsOf, isSignedBySns, snsHost, snsMessage } from './sns.ts';
import type { Webhook } from './webhook.ts';

/** SNS repeats what was not taken for an hour, unless told otherwise. */
const HOURS = 24;

/**
 * Amazon SES by way of Amazon SNS. A subscription of our own topic is confirmed; that somebody has ended it, a person
 * must know, because nothing is reported from then on.
 */
export function sesWebhook(topicArn: string, fetchText: FetchText): Webhook {
  const host = snsHost(topicArn);
  const certificate = remembering(fetchText);
  return async ({ body, now }) => {
    const read = snsMessage.safeParse(parseJson(body));
    if (!read.success) return { refused: 'unreadable' };
    const message = read.data;
    if (message.TopicArn !== topicArn) return { refused: 'other_topic' };
    const { SigningCertURL, SubscribeURL = '' } = message;
    if (!isCertificateOf(SigningCertURL, host)) return { refused: 'foreign_certificate' };
    if (!isFresh(new Date(message.Timestamp), now, { hours: HOURS })) return { refused: 'too_old' };
    const pem = await certificate(SigningCertURL).catch(() => null);
    if (pem === null) return { later: 'no_certificate' };
    if (!isSignedBySns(message, pem)) return { refused: 'signature' };

    if (message.Type === 'Notification') return readSes(message.Message);
    if (message.Type === 'UnsubscribeConfirmation') {
      return unreadable(
        'Amazon SNS does not report to us any more: the subscription of the topic was ended.',
      );
    }
    if (!isHttpsOf(SubscribeURL, host)) return { refused: 'foreign_confirmation' };
    const confirmed = await fetchText(SubscribeURL).catch(() => null);
    return confirmed === null ? { later: 'not_confirmed' } : { kind: 'ignored', why: 'confirmed' };
  };
}
