/** The date-versioned paths there are; none of them is known to take a slash at its end. */
const DATED =
  /^\/(crm\/(?:objects|associations|properties|owners|pipelines)|communication-preferences)\/(2026-0[39])(?=[/?]|$)(?![^?]*\/(?:\?|$))/;

/** The version in a date-versioned path; undefined for v3, v4 and for a path that is none of HubSpot's. */
export const datedVersion = (url: string): string | undefined => DATED.exec(url)?.[2];

/** Associations of one record are v4 although they begin like v3's objects. */
const OF_ONE_RECORD = /^\/[^/?]+\/[^/?]+\/associations\//;
/** Their list: nothing after the type of the others. */
const LIST_OF_ONE = /^\/[^/?]+\/[^/?]+\/associations\/[^/?]+(\?|$)/;

/**
 * Date-versioned paths lead to the same handlers as v3 and v4: "/crm/objects/2026-09/contacts" is
 * "/crm/v3/objects/contacts", "/crm/objects/2026-09/contacts/1/associations/…" is "/crm/v4/objects/…". Source:
 * PublicApiSpecs/CRM/…/2026-09 in https://github.com/HubSpot/HubSpot-public-api-spec-collection. The list of one
 * record's associations ends with 2026-03: 2026-09 has only the batch, so the path stays as it is and is not found.
 */
export function versionless(url: string): string {
  const [prefix, area, version = ''] = DATED.exec(url) ?? [];
  if (prefix === undefined || !area?.startsWith('crm/')) return url;
  const resource = area.slice('crm/'.length);
  const rest = url.slice(prefix.length);
  if (resource === 'objects' && version > '2026-03' && LIST_OF_ONE.test(rest)) return url;
  const v4 = resource === 'associations' || (resource === 'objects' && OF_ONE_RECORD.test(rest));
  return `/crm/${v4 ? 'v4' : 'v3'}/${resource}${rest}`;
}
