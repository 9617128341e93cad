import { CrmError } from './errors.ts';
import { NAMING, OBJECT_TYPES, type ObjectType } from './object-types.ts';

/** Of each group of scopes a request needs at least one. */
export type RequiredScopes = readonly (readonly string[])[];

const READS_BY_POST = /\/(search|batch\/read)$/;

/**
 * The scopes a request needs, after https://developers.hubspot.com/scopes
 * and the scope lists of the API reference. Notes and tasks count as contacts.
 * @param path without version differences: as `versionless` makes it, without the query
 */
export function requiredScopes(method: string, path: string): RequiredScopes {
  const reads = method === 'GET' || READS_BY_POST.test(path);
  const [area = '', , ...rest] = path.split('/').filter(Boolean);
  if (area === 'communication-preferences') return consentScopes(reads, rest.join('/'));
  if (area !== 'crm') return [];
  const [resource, ...names] = rest;
  const right = reads ? 'read' : 'write';
  switch (resource) {
    case 'objects':
      return objectScopes(names, right);
    case 'associations':
      return names.slice(0, 2).flatMap((name) => objectScopes([name], right));
    case 'owners':
      return [['crm.objects.owners.read']];
    case 'properties':
    case 'pipelines':
      return schemaScopes(names[0], right);
    default:
      return [];
  }
}

function objectScopes([name, id, what, to]: string[], right: string): RequiredScopes {
  const own = [`crm.objects.${scopeName(name)}.${right}`];
  // the associations of one record: both ends
  return id !== undefined && what === 'associations' && to !== undefined
    ? [own, [`crm.objects.${scopeName(to)}.${right}`]]
    : [own];
}

/**
 * Definitions may also be read by who may read the records. Those of products and line items have an older scope; the
 * reference does not agree with itself about the newer ones, so any that it names will do for reading.
 */
function schemaScopes(name: string | undefined, right: string): RequiredScopes {
  const of = scopeName(name);
  const schema = SOLD.has(of) ? SALES : `crm.schemas.${of}.${right}`;
  if (right === 'write') return [[schema]];
  const objects = `crm.objects.${of}`;
  return [SOLD.has(of) ? [schema, `${objects}.read`, `${objects}.write`] : [schema, `${objects}.read`]];
}

const SALES = 'e-commerce';
const SOLD: ReadonlySet<string> = new Set(['products', 'line_items']);

function consentScopes(reads: boolean, what: string): RequiredScopes {
  const both = 'communication_preferences.read_write';
  if (what.startsWith('statuses/batch')) {
    const batch = 'communication_preferences.statuses.batch';
    return [reads || what.endsWith('/read') ? [`${batch}.read`] : [`${batch}.write`]];
  }
  return [[both, `communication_preferences.${reads ? 'read' : 'write'}`]];
}

/** Every scope that anything here asks for: what a token can be given. */
export function knownScopes(): string[] {
  const records = [...new Set(OBJECT_TYPES.map(scopeName)), 'custom'].flatMap((of) =>
    ['read', 'write'].flatMap((right) => [
      `crm.objects.${of}.${right}`,
      ...(SOLD.has(of) ? [] : [`crm.schemas.${of}.${right}`]),
    ]),
  );
  const consent = ['read', 'write', 'read_write', 'statuses.batch.read', 'statuses.batch.write'];
  return [
    ...records,
    'crm.objects.owners.read',
    SALES,
    ...consent.map((right) => `communication_preferences.${right}`),
  ];
}

const NAMES = new Map<string, ObjectType>(
  OBJECT_TYPES.flatMap((type) => [
    [type, type],
    [NAMING[type].singular, type],
    [NAMING[type].typeId, type],
  ]),
);

/** An object type in the name of a scope; unknown ones are custom objects to HubSpot. */
function scopeName(name = ''): string {
  const type = NAMES.get(name.toLowerCase());
  return type === 'notes' || type === 'tasks' ? 'contacts' : (type ?? 'custom');
}

/**
 * Lets a request with these scopes pass.
 * @param without object types that the account lacks: it has no such scopes to grant
 * @throws CrmError 403 naming what is missing, as HubSpot does
 */
export function demandScopes(
  granted: ReadonlySet<string> | 'all',
  required: RequiredScopes,
  without: readonly ObjectType[] = [],
): void {
  const lacks = (scope: string) => without.some((type) => scope.split('.')[2] === type);
  const has = (scope: string) => !lacks(scope) && (granted === 'all' || granted.has(scope));
  const missing = required.find((group) => !group.some(has));
  if (!missing) return;
  throw new CrmError(
    403,
    'MISSING_SCOPES',
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    {
      errors: [
        {
          message: 'One or more of the following scopes are required.',
          context: { requiredGranularScopes: [...missing] },
        },
      ],
      links: { scopes: 'https://developers.hubspot.com/scopes' },
    },
  );
}
