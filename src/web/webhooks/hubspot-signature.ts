import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isSame } from '../same.ts';

/** Older requests are refused (HubSpot's own rule): whoever recorded one can't use it later. */
const OLDEST_MS = 5 * 60_000;
/** So far HubSpot's clock may be ahead of ours. More would let a recorded request live longer than five minutes. */
const AHEAD_MS = 60_000;

/**
 * What HubSpot decodes in an address before it signs it, and nothing else.
 * Source: HubSpot, "Validating requests", signature version 3.
 */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** The two headers of a signed request; null when they are not there. */
export function signatureOf(headers: IncomingHttpHeaders): { signature: string; timestamp: string } | null {
  const signature = headers['x-hubspot-signature-v3'];
  const timestamp = headers['x-hubspot-request-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return null;
  return /^\d{1,15}$/.test(timestamp) ? { signature, timestamp } : null;
}

/** Was it signed lately, and not in the future? @param timestamp milliseconds since 1970 */
export function isRecent(timestamp: string, now: Date): boolean {
  const age = now.getTime() - Number(timestamp);
  return age <= OLDEST_MS && age >= -AHEAD_MS;
}

/**
 * Signature version 3: base64 of HMAC-SHA256 over method, address, body and timestamp, under the app's client secret.
 * @param signed.uri the address as HubSpot knows it, with its query
 * @param signed.body as it came
 */
export function isSignedByHubSpot(
  signed: { method: string; uri: string; body: Buffer; timestamp: string; signature: string },
  secret: string,
): boolean {
  const expected = createHmac('sha256', secret)
    .update(signed.method + signed.uri.replace(DECODED, (code) => decodeURIComponent(code)))
    .update(signed.body)
    .update(signed.timestamp)
    .digest('base64');
  return isSame(signed.signature, expected);
}
