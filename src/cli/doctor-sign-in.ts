import type { Config } from '../config.ts';
import { discover } from '../people/oidc.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** Single sign-on: whether the identity provider answers and is who it should be. */
export async function signIn({ oidc, publicUrl }: Config): Promise<Finding[]> {
  if (!oidc) return [];
  const callback = `${publicUrl}/sign-in/sso/callback`;
  try {
    const { response_types_supported: types = ['code'], code_challenge_methods_supported: pkce } = (
      await discover(oidc)
    ).serverMetadata();
    if (!types.includes('code'))
      return [wrong('OIDC_ISSUER', 'the provider does not offer the authorization code flow.')];
    if (pkce && !pkce.includes('S256'))
      return [wrong('OIDC_ISSUER', 'the provider does not offer PKCE with S256.')];
    return [ok('OIDC_ISSUER', `the provider answers; ${callback} must be registered there`)];
  } catch (error) {
    return [wrong('OIDC_ISSUER', `the provider can’t be used: ${reason(error)}`)];
  }
}

/** The cause says more than "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { cause?: unknown };
  const code = (cause as { code?: unknown } | undefined)?.code;
  return cause instanceof Error || typeof code === 'string'
    ? `${error.message} (${typeof code === 'string' ? code : (cause as Error).message})`
    : error.message;
}
