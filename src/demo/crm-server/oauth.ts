import { randomUUID } from 'node:crypto';
import type {
  AccessTokenInfoResponse,
  RefreshTokenInfoResponse,
  TokenResponseIF,
} from '@hubspot/api-client/lib/codegen/oauth/models/all.js';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LIFETIME, type Scopes, type Tokens } from './tokens.ts';
import { PORTAL_ID } from './webhooks.ts';

/** The app that OAuth is for. */
export interface OAuthSettings {
  clientId: string;
  clientSecret: string;
  /** Authorization codes that may be traded in, once each. */
  codes: readonly string[];
  scopes?: Scopes;
}

/** How the client's models of OAuth travel: in snake case. */
type Snake<T> = { [K in keyof T as K extends string ? SnakeName<K> : never]: T[K] };
type SnakeName<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Uppercase<Head> ? `_${Lowercase<Head>}` : Head}${SnakeName<Tail>}`
  : S;

const APP_ID = 1_234_567;
const USER = { user: 'crm@orvelin.example', user_id: 1001, hub_id: PORTAL_ID, hub_domain: 'orvelin.example' };

/** OAuth as far as the client uses it: trade a code or a refresh token for an access token, and ask about tokens. */
export function oauthRoutes(app: FastifyInstance, tokens: Tokens, settings: OAuthSettings | undefined): void {
  const codes = new Set(settings?.codes);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  app.post<{ Body: Record<string, string> }>('/oauth/v1/token', async ({ body }, reply) => {
    const { grant_type, client_id, client_secret, code, redirect_uri, refresh_token } = body ?? {};
    if (!settings || client_id !== settings.clientId) {
      return refuse(reply, 'BAD_CLIENT_ID', 'missing or unknown client id');
    }
    if (client_secret !== settings.clientSecret) {
      return refuse(reply, 'BAD_CLIENT_SECRET', 'missing or invalid client secret');
    }
    if (grant_type === 'authorization_code') {
      if (!redirect_uri) return refuse(reply, 'BAD_REDIRECT_URI', 'missing or invalid redirect uri');
      if (!code || !codes.delete(code)) return refuse(reply, 'BAD_AUTH_CODE', 'missing or unknown auth code');
      return answer(tokens.issue(settings.scopes ?? 'all'));
    }
    if (grant_type === 'refresh_token') {
      const scopes = refresh_token ? tokens.scopesOf(refresh_token) : undefined;
      if (scopes === undefined) {
        return refuse(reply, 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token');
      }
      return answer(tokens.issue(scopes, refresh_token));
    }
    return refuse(reply, 'BAD_GRANT_TYPE', 'missing or unknown grant type');
  });

  app.get<{ Params: { token: string } }>('/oauth/v1/access-tokens/:token', async ({ params }, reply) => {
    const found = tokens.find(params.token);
    if (!found) return refuse(reply, 'BAD_ACCESS_TOKEN', 'missing or invalid access token', 404);
    const left = found.expiresAt === null ? LIFETIME : Math.round((found.expiresAt - tokens.now()) / 1000);
    const scopes = found.scopes === 'all' ? ['oauth'] : [...found.scopes];
    const about: Snake<AccessTokenInfoResponse> = {
      ...USER,
      token: params.token,
      token_type: 'access',
      app_id: APP_ID,
      expires_in: left,
      scopes,
    };
    return about;
  });

  app.get<{ Params: { token: string } }>('/oauth/v1/refresh-tokens/:token', async ({ params }, reply) => {
    const scopes = tokens.scopesOf(params.token);
    if (!scopes) return refuse(reply, 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token', 404);
    const about: Snake<RefreshTokenInfoResponse> = {
      ...USER,
      token: params.token,
      token_type: 'refresh',
      client_id: settings?.clientId ?? '',
      scopes: scopes === 'all' ? ['oauth'] : [...scopes],
    };
    return about;
  });

  app.delete<{ Params: { token: string } }>('/oauth/v1/refresh-tokens/:token', async ({ params }, reply) => {
    tokens.revoke(params.token);
    return reply.code(204).send();
  });
}

function answer({ accessToken, refreshToken }: { accessToken: string; refreshToken: string }) {
  const body: Snake<TokenResponseIF> = {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: LIFETIME,
  };
  return body;
}

/** OAuth's errors have a shape of their own: the code stands in `status`. */
function refuse(reply: FastifyReply, status: string, message: string, code = 400) {
  return reply.code(code).send({ status, message, correlationId: randomUUID() });
}
