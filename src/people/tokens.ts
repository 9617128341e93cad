import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../db/connect.ts';
import type { Person } from '../domain/person.ts';
import { recordAct } from './audit.ts';
import { checkName } from './identity.ts';

/** What a program may do with a token. Stable: they stand in tokens and in the API's description. */
export const SCOPES = [
  'campaigns:read',
  'campaigns:write',
  'results:read',
  'segments:read',
  'purchases:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** How long a token holds: a year, unless it is said; never more than two. In days. */
export const TOKEN_DAYS = { usual: 365, most: 730 } as const;

export interface Token {
  id: number;
  name: string;
  scopes: Scope[];
  madeBy: string;
  madeAt: Date;
  expiresAt: Date;
  /** Null: never. To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** `spb_` and 256 bits: recognised by scanners for leaked secrets, guessed by nobody. */
const SECRET = /^spb_[\w-]{43}$/;
/** A token that is used all the time is not written down each time. */
const NOTED_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

/** A plain hash suffices: what is hashed is as long as the hash, and cannot be guessed. Looked up by it, so in no order. */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * Makes a token.
 * @param given.days how long it holds
 * @returns with the secret, which is nowhere to be read again
 * @throws AccountError bad_name
 */
export async function makeToken(
  db: Database,
  given: { name: string; scopes: readonly Scope[]; days?: number; by: Person; now: Date },
): Promise<{ token: Token; secret: string }> {
  const { by, now } = given;
  const name = checkName(given.name);
  const scopes = SCOPES.filter((scope) => given.scopes.includes(scope));
  const days = Math.min(Math.max(1, given.days ?? TOKEN_DAYS.usual), TOKEN_DAYS.most);
  const secret = `spb_${randomBytes(32).toString('base64url')}`;
  const token = await db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('api_tokens')
      .values({
        name,
        scopes,
        token_hash: hashOf(secret),
        made_by: by.name,
        made_at: now,
        expires_at: new Date(now.getTime() + days * DAY_MS),
      })
      .returning(columns)
      .executeTakeFirstOrThrow();
    await recordAct(tx, by, { action: 'token_made', subject: String(row.id), detail: { scopes, days }, now });
    return row as Token;
  });
  return { token, secret };
}

/** The token that a program shows, if it still holds. Notes that it was used. */
export async function tokenOf(db: Database, secret: string, now: Date): Promise<Token | null> {
  if (!SECRET.test(secret)) return null;
  const row = await db
    .selectFrom('api_tokens')
    .select(columns)
    .where('token_hash', '=', hashOf(secret))
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > NOTED_EVERY_MS)
    await db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', row.id).execute();
  return row as Token;
}

/** All of them, those that hold first, newest first. */
export async function listTokens(db: Database): Promise<Token[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(columns)
    .orderBy((eb) => eb('revoked_at', 'is not', null))
    .orderBy('id', 'desc')
    .execute();
  return rows as Token[];
}

/** From the next call on it opens nothing. Once revoked, nothing happens. @returns whether there is such a token */
export async function revokeToken(
  db: Database,
  given: { id: number; by: Person; now: Date },
): Promise<boolean> {
  const { id, by, now } = given;
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('api_tokens')
      .select('revoked_at')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return false;
    if (row.revoked_at !== null) return true;
    await tx.updateTable('api_tokens').set({ revoked_at: now }).where('id', '=', id).execute();
    await recordAct(tx, by, { action: 'token_revoked', subject: String(id), now });
    return true;
  });
}

/** As the audit log calls a program: no person may have a name like it. */
export const personOfToken = ({ name }: Token): Person => ({
  accountId: null,
  name: `API: ${name}`,
  role: 'marketer',
});

const columns = [
  'id',
  'name',
  'scopes',
  'made_by as madeBy',
  'made_at as madeAt',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;
