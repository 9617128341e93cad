/**
 * Date-versioned paths lead to the same handlers as v3 and v4: "/crm/objects/2026-09/contacts" is
 * "/crm/v3/objects/contacts", associations are v4.
 */
export function versionless(url: string): string {
  return url.replace(
    /^\/crm\/(objects|associations|properties|owners|pipelines)\/\d{4}-\d{2}(?=[/?]|$)/,
    (_, resource: string) => `/crm/${resource === 'associations' ? 'v4' : 'v3'}/${resource}`,
  );
}
