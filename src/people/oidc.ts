import * as client from 'openid-client';
import { z } from 'zod';
import type { OidcConfig } from '../config/oidc.ts';
import { isLoopback } from '../config.ts';

/** What one sign-in has to come back with; kept in the browser that began it, signed. */
export interface SsoTrip {
  state: string;
  nonce: string;
  /** PKCE: proves to the provider that whoever comes back is who left. */
  verifier: string;
}

/** Whom the identity provider let in. */
export interface SsoPerson {
  /** Issuer and subject: who it is, whatever name and address become. */
  subject: string;
  /** Null: not said. */
  email: string | null;
  /** The provider vouches for the address. */
  emailVerified: boolean;
  name: string | null;
  claims: Readonly<Record<string, unknown>>;
}

export interface SingleSignOn {
  /** Where to send the browser. @throws when the provider can't be reached */
  begin(trip: SsoTrip): Promise<URL>;
  /** Who came back. @param query of the address that was called, with its `?` @throws when it is not as it must be */
  complete(trip: SsoTrip, query: string): Promise<SsoPerson>;
}

/** Providers answer at once or not at all, in seconds. */
const TIMEOUT = 10;

const claimsOf = z.looseObject({
  email: z.string().max(1000).nullable().catch(null).default(null),
  email_verified: z.boolean().catch(false).default(false),
  name: z.string().max(1000).nullable().catch(null).default(null),
});

/** A trip that nobody can guess. */
export const newTrip = (): SsoTrip => ({
  state: client.randomState(),
  nonce: client.randomNonce(),
  verifier: client.randomPKCECodeVerifier(),
});

/**
 * Reads what the provider says of itself.
 * @throws when it can't be reached, or says it is another
 */
export function discover(oidc: OidcConfig): Promise<client.Configuration> {
  const issuer = new URL(oidc.issuer);
  // without TLS only on this machine
  const execute =
    issuer.protocol === 'http:' && isLoopback(issuer.hostname) ? [client.allowInsecureRequests] : [];
  const secret = oidc.clientSecret?.reveal();
  const authentication = secret === undefined ? client.None() : undefined;
  return client.discovery(issuer, oidc.clientId, secret, authentication, { execute, timeout: TIMEOUT });
}

/**
 * Authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9700).
 * @param given.redirectUri as it is registered with the provider
 */
export function singleSignOn(given: { oidc: OidcConfig; redirectUri: string }): SingleSignOn {
  const { oidc, redirectUri } = given;
  let found: Promise<client.Configuration> | null = null;
  const provider = () => {
    found ??= discover(oidc);
    found.catch(() => {
      found = null;
    });
    return found;
  };
  return {
    async begin({ state, nonce, verifier }) {
      return client.buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async complete({ state, nonce, verifier }, query) {
      const config = await provider();
      const tokens = await client.authorizationCodeGrant(config, new URL(query, redirectUri), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const token = tokens.claims();
      if (token === undefined) throw new Error('The identity provider has sent no ID token.');
      // groups and addresses are often only told there; openid-client compares the subject
      const info = config.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(config, tokens.access_token, token.sub)
        : {};
      const claims = claimsOf.parse({ ...info, ...token });
      return {
        subject: `${token.iss}|${token.sub}`,
        email: claims.email,
        emailVerified: claims.email_verified,
        name: claims.name,
        claims,
      };
    },
  };
}
