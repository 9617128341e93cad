import { createHash, createHmac } from 'node:crypto';

/**
 * The headers with which HubSpot proves that a webhook is its own. Version 3 signs method, address, body and time with
 * the app's secret; version 1 still comes along.
 * @param at when the request is made, epoch ms
 */
export function signed(secret: string, url: string, body: string, at: number): Record<string, string> {
  const timestamp = String(at);
  return {
    'X-HubSpot-Signature-v3': createHmac('sha256', secret)
      .update(`POST${decoded(url)}${body}${timestamp}`)
      .digest('base64'),
    'X-HubSpot-Request-Timestamp': timestamp,
    'X-HubSpot-Signature-Version': 'v1',
    'X-HubSpot-Signature': createHash('sha256').update(`${secret}${body}`).digest('hex'),
  };
}

/** HubSpot signs the address with these characters decoded; `?` only where the query begins. */
const DECODED: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

function decoded(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (code) => DECODED[code.toUpperCase()] ?? code);
}
