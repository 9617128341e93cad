import { verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';

/** What Amazon SNS posts. */
export const snsMessage = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().nullish(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
  /** Confirmations only. */
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
});
export type SnsMessage = z.infer<typeof snsMessage>;

const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const satisfies Record<SnsMessage['Type'], readonly (keyof SnsMessage)[]>;

/**
 * What SNS signs: names and values, a line each, in the order of the alphabet, without what is missing.
 * Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
 */
export function snsStringToSign(message: SnsMessage): string {
  return SIGNED[message.Type]
    .filter((name) => message[name] !== undefined && message[name] !== null)
    .map((name) => `${name}\n${message[name]}\n`)
    .join('');
}

/** @param certificate PEM, from `SigningCertURL`; a bare key is none */
export function isSignedBySns(message: SnsMessage, certificate: string): boolean {
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  if (!certificate.startsWith('-----BEGIN CERTIFICATE-----')) return false;
  try {
    return verify(
      algorithm,
      Buffer.from(snsStringToSign(message)),
      new X509Certificate(certificate).publicKey,
      Buffer.from(message.Signature, 'base64'),
    );
  } catch {
    return false;
  }
}

/**
 * The host that speaks for a topic, e.g. `sns.eu-central-1.amazonaws.com`. Anybody can have a certificate signed
 * messages verify with, so certificates and confirmations count only from there.
 */
export function snsHost(topicArn: string): string {
  const [, partition = '', , region = ''] = topicArn.split(':');
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

/** Is this where SNS keeps its certificates? The host answers many other addresses, some with what strangers wrote. */
export function isCertificateOf(address: string, host: string): boolean {
  if (!isHttpsOf(address, host)) return false;
  const { pathname, search, hash } = new URL(address);
  return /^\/SimpleNotificationService-[A-Za-z0-9]+\.pem$/.test(pathname) && search === '' && hash === '';
}

/** Is this an https address of exactly that host? */
export function isHttpsOf(address: string, host: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url?.protocol === 'https:' && url.host === host && url.username === '' && url.password === '';
}
