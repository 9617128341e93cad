import type { Role } from '../domain/person.ts';
import { ROLES } from '../domain/person.ts';
import type { Secret } from './secret.ts';

/** Single sign-on by OpenID Connect. */
export interface OidcConfig {
  issuer: string;
  clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  clientSecret: Secret | null;
  /** Null: only people who have an account come in. */
  roles: RoleMapping | null;
}

/** Which claim of the identity provider tells the role, e.g. `groups`, and what each of its values gives. */
export interface RoleMapping {
  /** A name, or a path into objects: `realm_access.roles`. */
  claim: string;
  /** `*` stands for everybody whom the provider lets in. */
  roles: ReadonlyMap<string, Role>;
}

export const OIDC_ROLES_FORM =
  'must look like groups:marketing-team=marketer,admins=admin (a claim, then its values with viewer, marketer or admin)';

/** The claim's name may be an address, as some providers want it; else it ends at the first colon. */
const MAPPING = /^((?:https?:)?[^:,=\s]+):(.+)$/;

/** `groups:marketing-team=marketer,admins=admin` → a mapping; null when it is none. */
export function readRoleMapping(text: string): RoleMapping | null {
  const [, claim, pairs] = MAPPING.exec(text.trim()) ?? [];
  if (claim === undefined || pairs === undefined) return null;
  const roles = new Map<string, Role>();
  for (const pair of pairs.split(',')) {
    const at = pair.lastIndexOf('=');
    const [value, role] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    const known = ROLES.find((each) => each === role);
    if (at < 1 || value === '' || known === undefined || roles.has(value)) return null;
    roles.set(value, known);
  }
  return { claim, roles };
}
