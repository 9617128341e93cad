import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Role } from '../domain/person.ts';
import { AccountError } from './account-error.ts';
import { type Account, getAccount, holdAccounts, isNameTaken } from './accounts.ts';
import { recordAct } from './audit.ts';
import { checkEmail, checkName } from './identity.ts';
import type { SsoPerson } from './oidc.ts';

/** Why somebody whom the identity provider lets in does not come in here. Stable codes. */
export type SsoRefusal =
  /** No account, and no group that gives a role. */
  | 'no_role'
  /** The provider does not vouch for the address (or sends none), so nobody is known by it. */
  | 'email_unverified'
  /** The account with this address belongs to another identity. */
  | 'other_identity'
  | 'closed';

/**
 * The account of whom the identity provider let in.
 *
 * 1. Who has come before is known by issuer and subject, whatever became of the address.
 * 2. Else by an address that the provider vouches for: that account is theirs from now on, unless it is somebody's
 *    already.
 * 3. Else an account is made, if their groups give a role.
 *
 * A role that came from groups follows them at each sign-in, down to none; one that was set by hand stays.
 * @param given.role what the groups give by now
 */
export async function accountBySso(
  db: Database,
  given: { person: SsoPerson; role: Role | null; now: Date },
): Promise<Account | SsoRefusal> {
  const { person, role, now } = given;
  return db.transaction().execute(async (tx) => {
    const known = await find(tx, sql<boolean>`sso_subject = ${person.subject}`);
    if (known) return followed(tx, { ...known, role, now });
    const email = person.emailVerified ? usable(person.email) : null;
    if (email === null) return 'email_unverified';
    const same = await find(tx, sql<boolean>`email_key = lower(${email})`);
    if (same === null) return role === null ? 'no_role' : made(tx, { person, email, role, now });
    if (same.closed) return 'closed';
    if (same.subject !== null) return 'other_identity';
    await tx.updateTable('accounts').set({ sso_subject: person.subject }).where('id', '=', same.id).execute();
    return followed(tx, { ...same, role, now });
  });
}

interface Found {
  id: number;
  subject: string | null;
  closed: boolean;
  roleBySso: boolean;
}

/** Locks the row: two first sign-ins at once are one after the other. */
async function find(tx: Database, which: ReturnType<typeof sql<boolean>>): Promise<Found | null> {
  const { rows } = await sql<Found>`
    select id, sso_subject as subject, closed_at is not null as closed, role_by_sso as "roleBySso"
    from accounts where ${which} for update`.execute(tx);
  return rows[0] ?? null;
}

async function followed(
  tx: Database,
  { id, closed, roleBySso, role, now }: Found & { role: Role | null; now: Date },
): Promise<Account | SsoRefusal> {
  if (closed) return 'closed';
  const before = await mustGet(tx, id);
  if (!roleBySso || before.role === role) return before;
  if (role === null) {
    // out of all groups: sessions elsewhere end as well
    await tx
      .updateTable('accounts')
      .set({ session_round: sql`session_round + 1` })
      .where('id', '=', id)
      .execute();
    return 'no_role';
  }
  await tx.updateTable('accounts').set({ role }).where('id', '=', id).execute();
  const account = { ...before, role };
  await recordAct(tx, actor(account), {
    action: 'account_changed',
    subject: String(id),
    detail: { role, was: before.role, by: 'sso' },
    now,
  });
  return account;
}

async function made(
  tx: Database,
  { person, email, role, now }: { person: SsoPerson; email: string; role: Role; now: Date },
): Promise<Account | SsoRefusal> {
  await holdAccounts(tx);
  const name = await nameOf(tx, person, email);
  const { rows } = await sql<{ id: number }>`
    insert into accounts (email, name, role, sso_subject, role_by_sso, created_at)
    values (${email}, ${name}, ${role}, ${person.subject}, true, ${now})
    on conflict do nothing
    returning id`.execute(tx);
  const row = rows[0];
  // somebody with the same address came in this very moment
  if (row === undefined) return 'other_identity';
  const account = await mustGet(tx, row.id);
  await recordAct(tx, actor(account), {
    action: 'account_made',
    subject: String(row.id),
    detail: { role, by: 'sso' },
    now,
  });
  return account;
}

const actor = ({ id, name, role }: Account) => ({ accountId: id, name, role });

/**
 * What the provider calls them, if that may stand here and is nobody else's; else the beginning of the address, or all
 * of it.
 */
async function nameOf(tx: Database, { name }: SsoPerson, email: string): Promise<string> {
  for (const text of [name ?? '', email.split('@')[0] ?? '']) {
    try {
      const checked = checkName(text);
      if (!(await isNameTaken(tx, checked, { email }))) return checked;
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
    }
  }
  return email;
}

function usable(email: string | null): string | null {
  try {
    return email === null ? null : checkEmail(email);
  } catch (error) {
    if (error instanceof AccountError) return null;
    throw error;
  }
}

async function mustGet(tx: Database, id: number): Promise<Account> {
  const account = await getAccount(tx, id);
  if (account === null) throw new AccountError('no_account');
  return account;
}
