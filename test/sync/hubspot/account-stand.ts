import { type Answer, type HttpStand, httpStand } from './http-stand.ts';

/** An account as a test describes it. */
export interface Account {
  /** Property types by name, e.g. `{contacts: {innovation_ratio: 'number'}}`; all other types have none. */
  properties: Record<string, Record<string, string>>;
  archived?: Record<string, Record<string, string>>;
  pipelines?: { id: string; label: string; stages: { id: string; label: string }[] }[];
  subscriptionTypes?: { id: number; name: string }[];
  /** Scopes that the token lacks, e.g. `crm.objects.orders.read`. */
  lacks?: string[];
  /** Types that the account does not know: 404, or with `unknownAs: 400` as a type that nobody has heard of. */
  without?: string[];
  unknownAs?: 400 | 404;
  tokenRefused?: boolean;
}

/** What every account has of what the settings' defaults name. */
export const USUAL = {
  contacts: {
    innovation_ratio: 'number',
    hs_language: 'enumeration',
    salutation: 'string',
    country: 'string',
    hs_legal_basis: 'enumeration',
  },
  companies: { innovation_ratio: 'number' },
  products: { hs_sku: 'string', product_family: 'string' },
  deals: { closedate: 'datetime' },
  orders: { hs_external_created_date: 'datetime', hs_external_order_status: 'string' },
  subscriptions: { hs_recurring_billing_start_date: 'date', hs_status: 'enumeration' },
  line_items: { quantity: 'number', hs_sku: 'string' },
};

const error = (status: number, category: string, more: object = {}): Answer => ({
  status,
  body: { status: 'error', message: `${category} said the stand`, correlationId: 'x', category, ...more },
});

/** HubSpot's account side over HTTP: definitions, pipelines, subscription types, empty lists. What is made stays. */
export async function accountStand(account: Account): Promise<HttpStand> {
  const groups = new Set<string>();
  return await httpStand((line, body): Answer => {
    const [method = '', url = ''] = line.split(' ');
    const { pathname: path, searchParams } = new URL(url, 'http://stand');
    const pathname = path.replace(/\/$/, '');
    const refused = (scope: string) =>
      account.lacks?.includes(scope)
        ? error(403, 'MISSING_SCOPES', {
            errors: [{ message: 'x', context: { requiredGranularScopes: [scope] } }],
          })
        : null;
    if (account.tokenRefused) return error(401, 'INVALID_AUTHENTICATION');
    if (pathname === '/communication-preferences/v4/definitions') {
      return (
        refused('communication_preferences.read_write') ?? {
          body: { results: account.subscriptionTypes ?? [] },
        }
      );
    }
    if (pathname === '/crm/v3/owners') return refused('crm.objects.owners.read') ?? { body: { results: [] } };
    if (pathname.startsWith('/crm/v3/pipelines/')) return { body: { results: account.pipelines ?? [] } };

    const [, , , kind, type = '', tail] = pathname.split('/');
    if (account.without?.includes(type)) {
      return account.unknownAs === 400
        ? error(400, 'VALIDATION_ERROR', { message: `Unable to infer object type from: ${type}` })
        : error(404, 'OBJECT_NOT_FOUND');
    }
    if (method === 'POST' && kind === 'properties')
      return refused(`crm.schemas.${type}.write`) ?? make(type, tail, JSON.parse(body));
    const missing = refused(`crm.objects.${type}.read`);
    if (missing) return missing;
    if (kind === 'objects') return { body: { results: [], total: 0 } };
    const defined = searchParams.get('archived') === 'true' ? account.archived : account.properties;
    const results = Object.entries(defined?.[type] ?? {}).map(([name, kindOf]) => ({ name, type: kindOf }));
    return { body: { results } };
  });

  function make(
    type: string,
    tail: string | undefined,
    body: { name: string; type: string; groupName: string },
  ) {
    const taken = error(409, 'OBJECT_ALREADY_EXISTS');
    if (tail === 'groups') {
      if (groups.has(`${type}/${body.name}`)) return taken;
      groups.add(`${type}/${body.name}`);
      return { status: 201, body };
    }
    if (!groups.has(`${type}/${body.groupName}`)) return error(400, 'VALIDATION_ERROR');
    account.properties[type] ??= {};
    const properties = account.properties[type];
    if (properties[body.name]) return taken;
    properties[body.name] = body.type;
    return { status: 201, body };
  }
}
