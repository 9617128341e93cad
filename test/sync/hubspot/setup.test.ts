import { afterEach, expect, test } from 'vitest';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotSetup } from '../../../src/sync/hubspot/setup.ts';
import { spielbein } from '../../stands/process.ts';
import { type Account, accountStand, USUAL } from './account-stand.ts';
import type { HttpStand } from './http-stand.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(account: Account) {
  const stand = await accountStand(account);
  closing.push(() => stand.close());
  const options = { accessToken: 'pat-eu1-x', baseUrl: stand.url, patience: 0.01 };
  const setup = hubspotSetup(options, HUBSPOT_DEFAULTS, AbortSignal.timeout(20_000));
  closing.push(() => setup.close());
  return { stand, setup };
}

const bare = (): Account => ({
  properties: {
    ...structuredClone(USUAL),
    contacts: {
      hs_language: 'enumeration',
      salutation: 'string',
      country: 'string',
      hs_legal_basis: 'enumeration',
    },
    companies: {},
    products: { hs_sku: 'string' },
  },
});
const posts = ({ requests }: HttpStand) => requests.filter(({ line }) => line.startsWith('POST'));

test('makes group and properties; run again, there is nothing to make', async () => {
  const account = bare();
  const { stand, setup } = await open(account);
  const made = await setup.make(await setup.plan('de'));
  expect(made).toEqual([
    { type: 'contacts', name: 'innovation_ratio', outcome: 'made' },
    { type: 'companies', name: 'innovation_ratio', outcome: 'made' },
    { type: 'products', name: 'product_family', outcome: 'made' },
  ]);
  expect(account.properties).toMatchObject(USUAL);
  const before = posts(stand).length;
  const again = await setup.plan('de');
  expect(again).toMatchObject({ make: [], present: [{}, {}, {}], trouble: [] });
  expect(await setup.make(again)).toEqual([]);
  expect(posts(stand)).toHaveLength(before);
});

test('what somebody else made in the meantime is fine', async () => {
  const account = bare();
  const { setup } = await open(account);
  const plan = await setup.plan('en');
  account.properties.companies = { innovation_ratio: 'number' };
  expect((await setup.make(plan)).map(({ outcome }) => outcome)).toEqual(['made', 'there', 'made']);
});

test('a scope that is missing is named, and the rest is made all the same', async () => {
  const { setup } = await open({ ...bare(), lacks: ['crm.schemas.contacts.write'] });
  const made = await setup.make(await setup.plan('de'));
  expect(made.map(({ outcome }) => outcome)).toEqual(['failed', 'made', 'made']);
  expect(made[0]?.says).toMatch(/crm\.schemas\.contacts\.write.*by hand.*innovation_ratio, type number/);
});

test('what an account does not have is no trouble; what a token may not look at is said', async () => {
  const without = { ...bare(), without: ['orders', 'subscriptions'], unknownAs: 400 } as const;
  const none = await open({ ...without, without: [...without.without] });
  expect(await none.setup.plan('de')).toMatchObject({ make: [{}, {}, {}], trouble: [], unseen: [] });
  const blind = await open({ ...bare(), lacks: ['crm.objects.orders.read'] });
  expect((await blind.setup.plan('de')).unseen).toEqual([
    { type: 'orders', says: expect.stringContaining('crm.objects.orders.read') },
  ]);
});

test('on the command line it fails when it could not see everything', { timeout: 60_000 }, async () => {
  const codes = async (account: Account) => {
    const { stand } = await open(account);
    const env = { HUBSPOT_ACCESS_TOKEN: 'pat-eu1-x', HUBSPOT_BASE_URL: stand.url };
    return await spielbein(['hubspot', 'setup', '--yes'], env).ended;
  };
  const wrongType = structuredClone({ ...USUAL, companies: { innovation_ratio: 'string' } });
  expect(
    await Promise.all([
      codes(bare()),
      codes({ ...bare(), lacks: ['crm.objects.orders.read'] }),
      codes({ properties: wrongType }),
    ]),
  ).toEqual([0, 1, 1]);
});

test('on the command line it asks before it makes anything', { timeout: 60_000 }, async () => {
  const account = bare();
  const { stand } = await open(account);
  const env = { HUBSPOT_ACCESS_TOKEN: 'pat-eu1-x', HUBSPOT_BASE_URL: stand.url };
  const run = async (...args: string[]) => {
    const child = spielbein(['hubspot', 'setup', ...args], env);
    return { code: await child.ended, output: child.output(), stdout: child.stdout() };
  };
  const shown = await run();
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.output).toMatch(
    /contacts\.innovation_ratio: “Innovationsquote”[\s\S]*Nothing was made\. With --yes/,
  );
  expect(posts(stand)).toEqual([]);
  expect(JSON.parse((await run('--yes', '--json')).stdout)).toMatchObject({
    made: [{}, {}, { outcome: 'made' }],
  });
  expect((await run('--yes')).output).toContain('Nothing to make.');
  expect(account.properties).toMatchObject(USUAL);
});
