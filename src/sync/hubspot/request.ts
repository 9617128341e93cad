import type { Answer } from './answer.ts';
import { type ApiVersion, versioned } from './api-version.ts';

/** A call that the client has no method for. */
export interface HubSpotRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With v3 or v4, e.g. `/communication-preferences/v4/definitions`: it is asked in the API version configured. */
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Asked for the body right before each try, when its turn has come. What it throws calls the request off. */
  prepare?: () => Promise<unknown>;
  /** Answers beyond 2xx that are no failures, by status, e.g. 404 where a record may be missing, or by a look at them. */
  accepts?: readonly number[] | ((answer: Answer) => boolean);
  /**
   * Making it twice does no harm, so it is made again when nobody knows whether it arrived. True unless told
   * otherwise, but for POST: that may create something.
   */
  repeatable?: boolean;
}

/**
 * Sends a request by itself: what the client has for this knows no time-out, no limits and no API version.
 * @throws whatever `fetch` throws; the signal's reason when aborted
 */
export async function sendRequest(
  baseUrl: string,
  { accessToken, apiVersion }: { accessToken: string; apiVersion: ApiVersion },
  { method, path, query, body }: HubSpotRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const search = query ? `?${new URLSearchParams(query)}` : '';
  const answer = await fetch(`${baseUrl}${versioned(path, apiVersion)}${search}`, {
    method,
    headers: {
      Authorization: `Bearer ${accessToken}`,
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // the token goes to nobody else
    redirect: 'manual',
    signal,
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
}
