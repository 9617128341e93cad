import { text } from 'node:stream/consumers';
import type { App } from '../app.ts';
import { AT_THIS_MACHINE, ROLES, type Role } from '../domain/person.ts';
import { AccountError } from '../people/account-error.ts';
import {
  type Account,
  addAccount,
  changeRole,
  closeAccount,
  findAccount,
  listAccounts,
  resetPassword,
} from '../people/accounts.ts';
import { UsageError } from './exit.ts';
import { plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

/** What scripts and people see of an account. */
const shown = ({ id, email, name, role, hasPassword, hasSso, createdAt, closedAt }: Account) => ({
  id,
  email,
  name,
  role,
  hasPassword,
  hasSso,
  createdAt,
  closedAt,
});

/** All accounts. */
export async function list(options: Common): Promise<void> {
  await withApp(async ({ db }) => {
    const accounts = (await listAccounts(db)).map(shown);
    print(options, accounts, () =>
      accounts.length === 0
        ? 'Nobody has an account. `spielbein people add EMAIL --name NAME --role admin` makes the first.'
        : table(
            accounts.map((each) => [plain(each.email), plain(each.name), each.role, entry(each)]),
            ['e-mail', 'name', 'role', 'signs in'],
          ),
    );
  });
}

function entry(each: ReturnType<typeof shown>): string {
  if (each.closedAt) return 'closed';
  const ways = [...(each.hasPassword ? ['password'] : []), ...(each.hasSso ? ['single sign-on'] : [])];
  return ways.join(', ') || 'not yet: no password';
}

/** A new account; its password is printed once. */
export async function add(
  email: string,
  options: Common & { name: string; role: Role; password: boolean; passwordStdin?: boolean },
): Promise<void> {
  const own = options.password ? await passwordOf(options) : { password: null };
  await withApp(async (app) => {
    const first = (await listAccounts(app.db)).every(({ closedAt }) => closedAt !== null);
    const { account, password } = await addAccount(app.db, {
      ...here(app),
      email,
      name: options.name,
      role: options.role,
      ...own,
    });
    print(options, { account: shown(account), password: told(options, password) }, () =>
      [
        `${plain(account.name)} can sign in as ${account.role}.`,
        ...passwordLines(options, password),
        ...(first && !app.config.password
          ? ['From now on the console asks who it is, on this machine too.']
          : []),
      ].join('\n'),
    );
  });
}

/** Another role, whatever it was. */
export async function role(email: string, asked: string, options: Common): Promise<void> {
  const role = ROLES.find((each) => each === asked);
  if (role === undefined)
    throw new UsageError(`"${plain(asked)}" is no role. There are ${ROLES.join(', ')}.`);
  await withApp(async (app) => {
    const account = await open(app, email);
    await changeRole(app.db, { ...here(app), id: account.id, role, was: account.role });
    print(options, { account: shown({ ...account, role }) }, () => `${plain(account.name)} is ${role} now.`);
  });
}

/** A new password; printed once. */
export async function password(email: string, options: Common & { passwordStdin?: boolean }): Promise<void> {
  const own = await passwordOf(options);
  await withApp(async (app) => {
    const account = await open(app, email);
    const fresh = await resetPassword(app.db, { ...here(app), id: account.id, ...own });
    print(options, { account: shown(account), password: told(options, fresh) }, () =>
      [
        `${plain(account.name)} has a new password, and is signed out everywhere.`,
        ...passwordLines(options, fresh),
      ].join('\n'),
    );
  });
}

/** Closes an account. */
export async function close(email: string, options: Common): Promise<void> {
  await withApp(async (app) => {
    const account = await open(app, email);
    await closeAccount(app.db, { ...here(app), id: account.id });
    print(options, { closed: account.id }, () => `${plain(account.name)} does not come in any more.`);
  });
}

const here = (app: App) => ({ by: AT_THIS_MACHINE, now: app.now() });

async function open(app: App, email: string): Promise<Account> {
  const account = await findAccount(app.db, email);
  if (account === null) throw new AccountError('no_account');
  return account;
}

/** Never from the command line: other people on the machine can read that. */
async function passwordOf(options: { passwordStdin?: boolean }): Promise<{ password?: string }> {
  if (!options.passwordStdin) return {};
  return { password: (await text(process.stdin)).replace(/\r?\n$/, '') };
}

/** One's own choice is not repeated. */
const told = (options: { passwordStdin?: boolean }, password: string | null) =>
  options.passwordStdin ? null : password;

const passwordLines = (options: { passwordStdin?: boolean }, password: string | null): string[] =>
  told(options, password) === null
    ? []
    : [
        `Password: ${password}`,
        'It is shown this once. Hand it over in person; it can be changed in the console.',
      ];
