import type { RoleMapping } from '../config/oidc.ts';
import { mayAs, type Role } from '../domain/person.ts';

/** The highest role that somebody's groups give; null: none. */
export function roleOf(claims: Readonly<Record<string, unknown>>, mapping: RoleMapping | null): Role | null {
  if (mapping === null) return null;
  const found = lookUp(claims, mapping.claim);
  const values = (Array.isArray(found) ? found : [found]).filter((value) => typeof value === 'string');
  let best = mapping.roles.get('*') ?? null;
  for (const value of values) {
    const role = value === '*' ? undefined : mapping.roles.get(value);
    if (role !== undefined && (best === null || mayAs(role, best))) best = role;
  }
  return best;
}

function lookUp(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
