import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { DemoCompany } from '../company/company.ts';
import { associationRoutes } from './associations.ts';
import { batchRoutes } from './batch.ts';
import { consentRoutesV3 } from './communication-preferences-v3.ts';
import { consentRoutesV4 } from './communication-preferences-v4.ts';
import { consentPath } from './consent-input.ts';
import { Consents, optOutProperty, SUBSCRIPTION_TYPES } from './consents.ts';
import type { CrmContext } from './context.ts';
import { emailIndex } from './email-index.ts';
import { CrmError, invalid, notFound } from './errors.ts';
import { Faults } from './faults.ts';
import { type LimitSettings, Limits, NO_LIMITS } from './limits.ts';
import { mergeRoutes } from './merging.ts';
import { type OAuthSettings, oauthRoutes } from './oauth.ts';
import type { ObjectType } from './object-types.ts';
import { objectRoutes } from './objects.ts';
import { type CrmOperations, operations } from './operations.ts';
import { ownerRoutes } from './owners.ts';
import { versionless } from './paths.ts';
import { pipelineRoutes } from './pipelines.ts';
import { followPrimaryCompany } from './primary-company.ts';
import { propertyRoutes } from './properties.ts';
import { definitions } from './properties-defined.ts';
import { demandScopes, requiredScopes } from './scopes.ts';
import { searchRoutes } from './search.ts';
import { Store } from './store.ts';
import { type TokenSettings, Tokens } from './tokens.ts';
import { viewRoutes } from './view/routes.ts';
import { type WebhookSettings, Webhooks } from './webhooks.ts';

export interface DemoCrmOptions {
  company: DemoCompany;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Loopback unless told otherwise. */
  host?: string;
  /** The CRM's clock: stamps changes. Default: the real one. */
  now?: () => Date;
  limits?: Partial<LimitSettings>;
  /** Associations of one record on one page. */
  associationPageSize?: number;
  /** The tokens that may come in, with their scopes; default any, with all. */
  tokens?: TokenSettings;
  /** Object types that the account lacks: no token may read them. */
  without?: readonly ('orders' | 'subscriptions')[];
  /** The app that may get tokens by OAuth; default none. */
  oauth?: OAuthSettings;
  /** Data privacy settings (GDPR) are on: subscribing somebody needs a legal basis. */
  privacy?: boolean;
  /**
   * A merge makes a new record with an id of its own, as HubSpot does for contacts, companies and deals: the default.
   * False: the primary record's id lives on, as it used to be.
   */
  mergesMakeNew?: boolean;
  /** Where changes are posted from the start; `webhooks.sendTo` changes it. */
  webhooks?: WebhookSettings;
}

/** A running HubSpot-compatible server over a demo company; everything changed lives until `close`. */
export interface DemoCrm extends CrmOperations {
  /** Without a trailing slash: what `HUBSPOT_BASE_URL` and the client's `basePath` take. */
  url: string;
  company: DemoCompany;
  store: Store;
  faults: Faults;
  limits: Limits;
  webhooks: Webhooks;
  /** Requests received so far, by method and route. */
  requests: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Starts the demo CRM: HubSpot's v3 and v4 paths and the date-versioned ones, from the same handlers. */
export async function startDemoCrm(options: DemoCrmOptions): Promise<DemoCrm> {
  const {
    company,
    port = 0,
    host = '127.0.0.1',
    now = () => new Date(),
    associationPageSize = 500,
  } = options;
  const store = new Store(company, () => now().getTime());
  followPrimaryCompany(store);
  const faults = new Faults();
  const webhooks = new Webhooks(store.feed, store.now);
  webhooks.sendTo(options.webhooks);
  const limits = new Limits({ ...NO_LIMITS, ...options.limits });
  const context: CrmContext = {
    store,
    faults,
    mergesMakeNew: options.mergesMakeNew ?? true,
    defined: definitions(),
    contactByEmail: emailIndex(store),
  };
  const requests = new Map<string, number>();
  const tokens = new Tokens(options.tokens, store.now);

  const app = Fastify({
    rewriteUrl: (request) => consentPath(versionless(request.url ?? '/')),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    forceCloseConnections: true,
    bodyLimit: 3 * 1024 * 1024,
  });
  // HubSpot takes a POST without a body although its type says JSON
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : readJson(request, String(body), done),
  );
  guard(app, { faults, limits, tokens, requests, without: options.without ?? [] });
  oauthRoutes(app, tokens, options.oauth);
  objectRoutes(app, context);
  batchRoutes(app, context);
  mergeRoutes(app, context);
  searchRoutes(app, context);
  associationRoutes(app, context, associationPageSize);
  ownerRoutes(app, context);
  propertyRoutes(app, context);
  pipelineRoutes(app, context);

  consentRoutes(app, context, options.privacy ?? false);
  viewRoutes(app, store);

  await app.listen({ port, host });
  const { port: bound } = app.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  const close = async () => {
    webhooks.sendTo(undefined);
    await app.close();
  };
  return { url, company, store, faults, limits, webhooks, requests, close, ...operations(context) };
}

/** Communication preferences, and the contact properties that show them. */
function consentRoutes(app: FastifyInstance, context: CrmContext, privacy: boolean): void {
  const { store, defined, contactByEmail } = context;
  const optOut = defined.properties.contacts.get('hs_email_optout');
  for (const { id, name } of SUBSCRIPTION_TYPES) {
    const shown = { name: optOutProperty(id), label: `Opted out of email: ${name}` };
    if (optOut) defined.properties.contacts.set(shown.name, { ...optOut, ...shown });
  }
  const consents = new Consents(store, contactByEmail);
  const { midnight } = store.company;
  consentRoutesV3(app, consents, { midnight, privacy });
  consentRoutesV4(app, consents, { midnight, privacy, now: store.now });
}

interface Gate {
  faults: Faults;
  limits: Limits;
  tokens: Tokens;
  requests: Map<string, number>;
  without: readonly ObjectType[];
}

/** What happens around every request: planned failures, authorization, limits, errors in HubSpot's shape. */
function guard(app: FastifyInstance, { faults, limits, tokens, requests, without }: Gate): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.forPeople) return;
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    requests.set(route, (requests.get(route) ?? 0) + 1);
    if (faults.strike(request, reply)) return reply;
    // OAuth's own requests prove themselves otherwise
    if (request.url.startsWith('/oauth/')) return;
    const { scopes } = tokens.bearer(request.headers.authorization);
    if (route.endsWith('/search')) {
      limits.search();
    } else {
      try {
        limits.general();
      } finally {
        reply.headers(limits.headers());
      }
    }
    // requests count when they arrive, however long their answers take
    await faults.latency();
    demandScopes(scopes, requiredScopes(request.method, request.url.split('?')[0] ?? ''), without);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw notFound(`The demo CRM does not answer ${method} ${url.split('?')[0]}.`);
  });
  app.setErrorHandler((error: FastifyError | CrmError, _request, reply) => {
    const known =
      error instanceof CrmError
        ? error
        : (error.statusCode ?? 500) < 500
          ? invalid(`Invalid input: ${error.message}`)
          : new CrmError(500, 'INTERNAL_ERROR', error.message);
    return reply.code(known.statusCode).send(known.body);
  });
}
