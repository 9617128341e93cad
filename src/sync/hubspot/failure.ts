import { z } from 'zod';
import { SyncError } from '../port.ts';
import type { ApiVersion } from './api-version.ts';

/** What went wrong with one call. Built at the edge; `decideRetry` and `toSyncError` act on it. */
export type Failure =
  | { kind: 'status'; status: number; headers: Record<string, string>; body: string }
  | { kind: 'timeout'; ms: number }
  | { kind: 'network'; code: string; message: string }
  /** An answer that is not what HubSpot's API says: HTML, `{}`, a page without results. */
  | { kind: 'garbled'; message: string };

export class CallFailed extends Error {
  override name = 'CallFailed';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind === 'status' ? `HTTP ${failure.status}` : failure.kind);
    this.failure = failure;
  }
}

/** The fields of HubSpot's error body that matter; the client's own error type drops some of them. */
export const errorBody = (text: string): z.infer<typeof errorFields> => {
  try {
    return errorFields.parse(JSON.parse(text));
  } catch {
    // a proxy's page: nothing to read
    return errorFields.parse({});
  }
};

const scopes = z.object({
  requiredGranularScopes: z.array(z.string()).catch([]),
  requiredScopes: z.array(z.string()).catch([]),
  missingScopes: z.array(z.string()).catch([]),
});
const errorFields = z.object({
  message: z.string().catch(''),
  category: z.string().catch(''),
  policyName: z.string().catch(''),
  context: scopes.catch(scopes.parse({})),
  errors: z
    .array(z.object({ context: scopes.catch(scopes.parse({})) }).catch({ context: scopes.parse({}) }))
    .catch([]),
});

/** The account's limit for the day is used up: waiting seconds helps nobody. */
export function isDailyLimit(failure: Failure): boolean {
  if (failure.kind !== 'status' || failure.status !== 429) return false;
  const { policyName, message } = errorBody(failure.body);
  return policyName.toUpperCase() === 'DAILY' || /daily (limit|rate)/i.test(message);
}

/**
 * Scopes that a 403 names, e.g. `crm.objects.orders.read`; having one of them is enough. HubSpot lists them in
 * `errors[].context`: granular ones as they are in the settings of an app or key, else old ones; some answers
 * name them only in their message.
 */
export function missingScopes(body: string): string[] {
  const { context, errors } = errorBody(body);
  const contexts = [context, ...errors.map((error) => error.context)];
  for (const kind of ['requiredGranularScopes', 'missingScopes', 'requiredScopes'] as const) {
    const listed = contexts.flatMap((one) => one[kind]);
    if (listed.length > 0) return [...new Set(listed)];
  }
  return [...new Set(body.match(/\b[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.(?:read|write)\b/g) ?? [])];
}

/** Where a call went. */
export interface Asked {
  baseUrl: string;
  apiVersion: ApiVersion;
}

/**
 * The failure in words for people: what happened, and what to do. What becomes of the work (a sync goes on later, a
 * check does not) is said by whoever did it.
 * @param what what was asked for, e.g. "contacts"
 */
export function toSyncError(failure: Failure, what: string, asked: Asked): SyncError {
  const { baseUrl } = asked;
  switch (failure.kind) {
    case 'timeout':
      return new SyncError(
        'crm_timeout',
        `HubSpot gave no answer within ${failure.ms / 1000} s when asked for ${what}, several times.`,
        { retryable: true, ofRecords: true },
      );
    case 'network':
      return new SyncError(
        'crm_unreachable',
        `${baseUrl} can't be reached (${failure.code || failure.message}). Check the network and HUBSPOT_BASE_URL.`,
        { retryable: true },
      );
    case 'garbled':
      return new SyncError(
        'not_hubspot',
        `${baseUrl} does not speak HubSpot's API: ${failure.message} when asked for ${what}. Check HUBSPOT_BASE_URL, and whether a proxy answers in HubSpot's place.`,
        { ofRecords: true },
      );
    case 'status':
      return statusError(failure, what, asked);
  }
}

function statusError(failure: Failure & { kind: 'status' }, what: string, asked: Asked): SyncError {
  const { status } = failure;
  const { message } = errorBody(failure.body);
  if (isDailyLimit(failure)) {
    return new SyncError(
      'crm_daily_limit',
      "HubSpot's limit of API calls for today is used up. It starts anew at midnight in the account's time zone.",
      { retryable: true },
    );
  }
  switch (status) {
    case 400:
      if (/infer object type/i.test(message)) {
        return new SyncError(
          'crm_type_unknown',
          `This HubSpot account knows no such records: asked for ${what}, it answered "${message}".`,
        );
      }
      break;
    case 401:
      return new SyncError(
        'crm_token_refused',
        'HubSpot refuses the access token. Check HUBSPOT_ACCESS_TOKEN: copied completely, not expired, not revoked, and of this account.',
      );
    case 403: {
      const scopes = missingScopes(failure.body);
      return new SyncError(
        'crm_scope_missing',
        scopes.length > 0
          ? `The HubSpot token has no access to ${what}: it lacks the scope ${scopes.join(' or ')}. Add it to the service key or app, and use the new token.`
          : `HubSpot gives this token no access to ${what}${message ? `: ${message}` : '.'}`,
      );
    }
    case 404:
      return notFound(what, asked);
    case 429:
      return new SyncError(
        'crm_rate_limit',
        `HubSpot keeps refusing calls because too many arrive (429), when asked for ${what}. Other programs may use the same account.`,
        { retryable: true },
      );
    case 477:
      return new SyncError(
        'crm_moving',
        'HubSpot is moving this account to another data centre (477). That can take a day.',
        { retryable: true },
      );
  }
  const retryable = status === 423 || status >= 500;
  return new SyncError(
    retryable ? 'crm_down' : 'crm_refused',
    `HubSpot answered ${status} when asked for ${what}${message ? `: ${message}` : '.'}`,
    { retryable, ofRecords: true },
  );
}

function notFound(what: string, { baseUrl, apiVersion }: Asked): SyncError {
  const where = "it must be the API's address without a path, e.g. https://api.hubapi.com.";
  return new SyncError(
    'crm_not_found',
    apiVersion === 'v3'
      ? `${baseUrl} knows no ${what} (404). Check HUBSPOT_BASE_URL: ${where}`
      : `${baseUrl} knows no ${what} in the version ${apiVersion} (404). Check HUBSPOT_API_VERSION: HubSpot must have that version. And HUBSPOT_BASE_URL: ${where}`,
  );
}
