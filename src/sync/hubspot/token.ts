/**
 * What a token looks like that can't be one, or will not be one for long; null when it may be right. Tokens of service
 * keys and private apps begin with `pat-`, a region and a hyphen.
 */
export function tokenTrouble(token: string): { fatal: boolean; says: string } | null {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token)) {
    return {
      fatal: true,
      says: 'looks like an old HubSpot API key or a client secret: HubSpot takes neither. Make a service key (docs/hubspot.md).',
    };
  }
  if (/^Bearer\b/i.test(token)) return { fatal: true, says: 'must be the token alone, without "Bearer".' };
  if (/^C[A-Za-z0-9_-]{60,}/.test(token)) {
    return {
      fatal: false,
      says: 'looks like an OAuth token: those end after half an hour. Use a service key (docs/hubspot.md).',
    };
  }
  return null;
}
