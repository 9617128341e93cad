import type { App } from '../app.ts';
import { AT_THIS_MACHINE } from '../domain/person.ts';
import { listTokens, makeToken, revokeToken, SCOPES, type Scope, type Token } from '../people/tokens.ts';
import { UsageError } from './exit.ts';
import { plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

const here = (app: App) => ({ by: AT_THIS_MACHINE, now: app.now() });
const day = (date: Date) => date.toISOString().slice(0, 10);

/** All tokens, those that hold first. */
export async function list(options: Common): Promise<void> {
  await withApp(async (app) => {
    const tokens = await listTokens(app.db);
    print(options, tokens, () =>
      tokens.length === 0
        ? 'No program has a token. `spielbein token make NAME --scope campaigns:read` makes one.'
        : table(
            tokens.map((each) => [each.id, plain(each.name), each.scopes.join(' '), state(each, app.now())]),
            ['id', 'for', 'may', 'state'],
          ),
    );
  });
}

function state({ revokedAt, expiresAt, lastUsedAt }: Token, now: Date): string {
  if (revokedAt) return `revoked ${day(revokedAt)}`;
  if (expiresAt <= now) return `ran out ${day(expiresAt)}`;
  return `until ${day(expiresAt)}, ${lastUsedAt ? `used ${day(lastUsedAt)}` : 'never used'}`;
}

/** A new token, printed once. */
export async function make(
  name: string,
  options: Common & { scope?: readonly string[]; days?: number },
): Promise<void> {
  const { scope = [], days } = options;
  const unknown = scope.find((each) => !(SCOPES as readonly string[]).includes(each));
  if (unknown !== undefined || scope.length === 0)
    throw new UsageError(
      `${unknown === undefined ? 'Say what it may do with --scope' : `"${plain(unknown)}" is no scope`}. There are ${SCOPES.join(', ')}.`,
    );
  await withApp(async (app) => {
    const { token, secret } = await makeToken(app.db, {
      ...{ name, scopes: scope as Scope[], ...here(app) },
      ...(days === undefined ? {} : { days }),
    });
    print(options, { ...token, secret }, () =>
      [
        `Token ${token.id} for ${plain(token.name)}, until ${day(token.expiresAt)}:`,
        '',
        `  ${secret}`,
        '',
        'It is not shown again.',
      ].join('\n'),
    );
  });
}

/** From now on it opens nothing. */
export async function revoke(id: number, options: Common): Promise<void> {
  await withApp(async (app) => {
    if (!(await revokeToken(app.db, { id, ...here(app) })))
      throw new UsageError(`There is no token ${id}. \`spielbein token list\` shows all.`);
    print(options, { revoked: id }, () => `Token ${id} opens nothing any more.`);
  });
}
