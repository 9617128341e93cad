/** `v3` (with v4 where the client speaks it), or a date-versioned API such as `2026-09`. */
export type ApiVersion = string;

/**
 * Where the date stands. All other paths stay as they are: v3 associations, and v3 communication preferences and OAuth,
 * whose dated successors are made differently and not used here.
 */
const DATED: readonly [from: RegExp, to: string][] = [
  [/^\/crm\/v3\/(objects|properties|pipelines|owners)(?=[/?]|$)/, '/crm/$1/DATE'],
  [/^\/crm\/v4\/(objects|associations)(?=\/)/, '/crm/$1/DATE'],
  [/^\/crm-object-schemas\/v3(?=\/)/, '/crm-object-schemas/DATE'],
  [/^\/communication-preferences\/v4(?=\/)/, '/communication-preferences/DATE'],
  [/^\/account-info\/v3(?=\/)/, '/account-info/DATE'],
];

/**
 * The path to ask, in the API version wanted (https://developers.hubspot.com/docs/api-reference/latest/overview).
 * @param path with v3 or v4, beginning with `/`; a query behind it is kept
 */
export function versioned(path: string, version: ApiVersion): string {
  if (version === 'v3') return path;
  const dated = DATED.find(([from]) => from.test(path));
  if (!dated) return path;
  const [place = '', ...query] = path.split('?');
  // the client asks for `/owners/`; no dated path ends in a slash
  const successor = place.replace(dated[0], dated[1].replace('DATE', version)).replace(/\/+$/, '');
  return [successor, ...query].join('?');
}

/** The same for a whole address below `baseUrl`, which may have a path of its own. */
export function versionedUrl(url: string, baseUrl: string, version: ApiVersion): string {
  return url.startsWith(baseUrl) ? baseUrl + versioned(url.slice(baseUrl.length), version) : url;
}
