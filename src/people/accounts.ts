import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Person, Role } from '../domain/person.ts';
import { AccountError } from './account-error.ts';
import { recordAct } from './audit.ts';
import { ADMIN_NAME, checkEmail, checkName } from './identity.ts';
import { hashPassword, inventPassword, isPassword, mayBePassword } from './password.ts';

/** Somebody who may sign in to the console. */
export interface Account {
  id: number;
  email: string;
  name: string;
  role: Role;
  hasPassword: boolean;
  /** Has signed in by single sign-on. */
  hasSso: boolean;
  /** The role follows the identity provider's groups. */
  roleBySso: boolean;
  /** Counts up when all sessions end; what a form was based on. */
  round: number;
  createdAt: Date;
  closedAt: Date | null;
}

/** A change that is somebody's act. */
interface By {
  by: Person;
  now: Date;
}

/** Open accounts first, by name. */
export async function listAccounts(db: Database): Promise<Account[]> {
  return await accounts(db).orderBy(sql`closed_at is not null`).orderBy('name').orderBy('id').execute();
}

export async function getAccount(db: Database, id: number): Promise<Account | null> {
  return (await accounts(db).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** The open account with an address, in whatever case. */
export async function findAccount(db: Database, email: string): Promise<Account | null> {
  const open = accounts(db).where(sql<boolean>`email_key = lower(${email.trim()}) and closed_at is null`);
  return (await open.executeTakeFirst()) ?? null;
}

const accounts = (db: Database) =>
  db
    .selectFrom('accounts')
    .select(['id', 'email', 'name', 'role', 'role_by_sso as roleBySso', 'session_round as round'])
    .select(['created_at as createdAt', 'closed_at as closedAt'])
    .select([
      sql<boolean>`password_hash is not null`.as('hasPassword'),
      sql<boolean>`sso_subject is not null`.as('hasSso'),
    ]);

/**
 * Makes an account, or opens a closed one again: with this name and role, and a new password.
 * @param given.password a password of one's own choice; null: only by single sign-on; left out: one is invented
 * @returns with the password, which is nowhere to be read again; null when there is none
 * @throws AccountError
 */
export async function addAccount(
  db: Database,
  given: By & { email: string; name: string; role: Role; password?: string | null },
): Promise<{ account: Account; password: string | null }> {
  const { by, now, role } = given;
  const [email, name] = [checkEmail(given.email), checkName(given.name)];
  const password = given.password === undefined ? inventPassword() : given.password;
  const hash = password === null ? null : await hashOf(password);
  const id = await db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    if (await isNameTaken(tx, name, { email })) throw new AccountError('name_taken');
    const { rows } = await sql<{ id: number }>`
      insert into accounts as a (email, name, role, password_hash, created_at)
      values (${email}, ${name}, ${role}, ${hash}, ${now})
      on conflict (email_key) do update set
        name = excluded.name, role = excluded.role, password_hash = excluded.password_hash, closed_at = null,
        role_by_sso = false, sso_subject = null, session_round = a.session_round + 1
      where a.closed_at is not null
      returning id`.execute(tx);
    const made = rows[0];
    if (made === undefined) throw new AccountError('email_taken');
    await recordAct(tx, by, { action: 'account_made', subject: String(made.id), detail: { role }, now });
    return made.id;
  });
  return { account: await mustGet(db, id), password };
}

/**
 * Gives an account another role, which holds from the next click on. It is set by hand then: the identity provider's
 * groups change it no more.
 * @param given.was the role that the decision was based on
 * @throws AccountError
 */
export async function changeRole(
  db: Database,
  given: By & { id: number; role: Role; was: Role },
): Promise<void> {
  const { by, now, id, role, was } = given;
  refuseOwn(by, id);
  await db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    if (role !== 'admin') await keepAnAdmin(tx, by, id);
    const changed = await tx
      .updateTable('accounts')
      .set({ role, role_by_sso: false })
      .where('id', '=', id)
      .where('role', '=', was)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) throw new AccountError('changed_meanwhile');
    if (role !== was) await record(tx, { by, now, id, detail: { role, was } });
  });
}

/**
 * Sets a new password and ends all sessions.
 * @param given.round what the decision was based on; left out: whatever it is
 * @param given.password left out: one is invented
 * @returns the password, which is nowhere to be read again
 * @throws AccountError
 */
export async function resetPassword(
  db: Database,
  given: By & { id: number; round?: number | undefined; password?: string | undefined },
): Promise<string> {
  const { by, now, id, round } = given;
  const password = given.password ?? inventPassword();
  const hash = await hashOf(password);
  await db.transaction().execute(async (tx) => {
    let update = tx
      .updateTable('accounts')
      .set({ password_hash: hash, session_round: sql`session_round + 1` })
      .where('id', '=', id)
      .where('closed_at', 'is', null);
    if (round !== undefined) update = update.where('session_round', '=', round);
    if ((await update.executeTakeFirst()).numUpdatedRows === 0n) throw new AccountError('changed_meanwhile');
    await record(tx, { by, now, id, detail: { password: 'set' } });
  });
  return password;
}

/**
 * Closes an account: its sessions end with the next click, and neither password nor single sign-on opens it. The row
 * stays, because the audit log names it. Once closed, nothing happens.
 * @throws AccountError
 */
export async function closeAccount(db: Database, given: By & { id: number }): Promise<void> {
  const { by, now, id } = given;
  refuseOwn(by, id);
  await db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    await keepAnAdmin(tx, by, id);
    const closed = await tx
      .updateTable('accounts')
      .set({ closed_at: now, password_hash: null, session_round: sql`session_round + 1` })
      .where('id', '=', id)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (closed.numUpdatedRows === 0n) return;
    await recordAct(tx, by, { action: 'account_closed', subject: String(id), now });
  });
}

/** One's own name. @throws AccountError */
export async function rename(db: Database, given: By & { id: number; name: string }): Promise<void> {
  const name = checkName(given.name);
  await db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const before = await getAccount(tx, given.id);
    if (before === null || before.closedAt !== null || before.name === name) return;
    if (await isNameTaken(tx, name, { email: before.email })) throw new AccountError('name_taken');
    await tx.updateTable('accounts').set({ name }).where('id', '=', given.id).execute();
    // entries from before keep the name of before: this one says that both are one person
    await record(tx, { ...given, detail: { name, was: before.name } });
  });
}

/**
 * Whether the audit log would take one person for another: an open account has this name, or it is what the log calls
 * whoever knows the installation's password.
 * @param of.email whose name it is to be
 */
export async function isNameTaken(db: Database, name: string, of: { email: string }): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select lower(${name}) = lower(${ADMIN_NAME}) or exists (
      select from accounts
      where closed_at is null and lower(name) = lower(${name}) and email_key <> lower(${of.email})) as taken`.execute(
    db,
  );
  return rows[0]?.taken ?? true;
}

/** Key of the advisory lock on what is decided about several accounts at once ("acct" in ASCII). */
const ACCOUNTS_LOCK = 0x61636374;

/** Until the caller's transaction ends nobody else makes, names, demotes or closes an account. */
export async function holdAccounts(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`.execute(tx);
}

/**
 * One's own password; ends all sessions. Whoever has one must know it; who only came by single sign-on may not get one
 * this way.
 * @throws AccountError
 */
export async function changePassword(
  db: Database,
  given: By & { id: number; round: number; present: string; password: string },
): Promise<void> {
  const { id, present, ...rest } = given;
  const row = await db.selectFrom('accounts').select('password_hash').where('id', '=', id).executeTakeFirst();
  if (!(await isPassword(present, row?.password_hash ?? null))) throw new AccountError('wrong_password');
  await resetPassword(db, { id, ...rest });
}

/** Ends all sessions of an account. */
export async function endSessions(db: Database, given: By & { id: number }): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('accounts')
      .set({ session_round: sql`session_round + 1` })
      .where('id', '=', given.id)
      .execute();
    await record(tx, { ...given, detail: { sessions: 'ended' } });
  });
}

/** The account that address and password open; null: none. Takes as long whoever it is. */
export async function accountByPassword(
  db: Database,
  given: { email: string; password: string },
): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .select(['id', 'password_hash'])
    .where(sql<boolean>`email_key = lower(${given.email.trim()}) and closed_at is null`)
    .executeTakeFirst();
  const right = await isPassword(given.password, row?.password_hash ?? null);
  return right && row ? await getAccount(db, row.id) : null;
}

async function hashOf(password: string): Promise<string> {
  if (!mayBePassword(password)) throw new AccountError('bad_password');
  return hashPassword(password);
}

function refuseOwn(by: Person, id: number): void {
  if (by.accountId === id) throw new AccountError('own_account');
}

/**
 * Two admins who take each other's role away at the same moment must not leave an installation that nobody looks after.
 * Whoever sits at the machine may close the only account there is, to have the console as it was before.
 * @throws AccountError last_admin
 */
async function keepAnAdmin(tx: Database, by: Person, id: number): Promise<void> {
  // whoever came by single sign-on needs no password; nobody else comes in without
  const { rows } = await sql<{ last: boolean }>`
    select exists (select from accounts where id = ${id} and role = 'admin' and closed_at is null)
      and not exists (
        select from accounts where id <> ${id} and role = 'admin' and closed_at is null
          and (password_hash is not null or sso_subject is not null))
      and (${by.accountId !== null} or exists (select from accounts where id <> ${id} and closed_at is null)) as last`.execute(
    tx,
  );
  if (rows[0]?.last) throw new AccountError('last_admin');
}

async function mustGet(db: Database, id: number): Promise<Account> {
  const account = await getAccount(db, id);
  if (account === null) throw new AccountError('no_account');
  return account;
}

const record = (
  tx: Database,
  { by, now, id, detail }: By & { id: number; detail: Record<string, unknown> },
) => recordAct(tx, by, { action: 'account_changed', subject: String(id), detail, now });
