import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { dkim } from '../../src/cli/doctor-dkim.ts';
import { Secret } from '../../src/config.ts';

const pair = (modulusLength = 2048) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return {
    privateKey: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    published: (type: 'spki' | 'pkcs1' = 'spki') =>
      publicKey.export({ type, format: 'der' }).toString('base64'),
  };
};
const ours = pair();
const mailFrom = { name: 'Orvelin', address: 'news@mail.orvelin.example' };

/** What the doctor says when DNS has these TXT records under the key's name. */
function ask(records: string[][], changes: { key?: ReturnType<typeof pair>; domain?: string } = {}) {
  const { key = ours, domain = 'orvelin.example' } = changes;
  return dkim({ mailFrom, dkim: { domain, selector: 's1', privateKey: key.privateKey } }, async (name) => {
    expect(name).toBe(`s1._domainkey.${domain}`);
    return records;
  });
}

test('all is well when DNS has our key, however it is written', async () => {
  const key = ours.published();
  for (const record of [
    [`v=DKIM1; k=rsa; p=${key}`],
    [`v=DKIM1;p=${key.slice(0, 200)}`, key.slice(200)],
    [`p = ${key.slice(0, 60)}\t ${key.slice(60)} ; k=rsa;`],
    [`v=DKIM1; p=${ours.published('pkcs1')}`],
  ]) {
    expect(await ask([['other=1'], record])).toEqual([
      { about: 's1._domainkey.orvelin.example', status: 'ok', says: 'DKIM: the key in DNS is ours' },
    ]);
  }
});

test('a missing or foreign key is wrong, and the record that is wanted is said', async () => {
  for (const records of [[], [['v=spf1 -all']], [[`v=DKIM1; p=${pair().published()}`]]]) {
    const [finding] = await ask(records);
    expect(finding?.status).toBe('wrong');
    expect(finding?.says).toContain(`v=DKIM1; k=rsa; p=${ours.published()}`);
  }
});

test('a revoked key, several keys and test mode are noticed', async () => {
  const record = [`v=DKIM1; p=${ours.published()}`];
  expect(await ask([['v=DKIM1; p=']])).toMatchObject([
    { status: 'wrong', says: expect.stringContaining('revoked') },
  ]);
  expect(await ask([record, record])).toMatchObject([
    { status: 'wrong', says: expect.stringContaining('several') },
  ]);
  expect(await ask([[`v=DKIM1; t=s:y; p=${ours.published()}`]])).toMatchObject([
    { status: 'note', says: expect.stringContaining('test mode') },
  ]);
});

test('a name that is not there is a missing key; a DNS that does not answer is not', async () => {
  const failing = (code: string) =>
    dkim({ mailFrom, dkim: { domain: 'orvelin.example', selector: 's1', privateKey: ours.privateKey } }, () =>
      Promise.reject(Object.assign(new Error('queryTxt'), { code })),
    );
  expect(await failing('ENOTFOUND')).toMatchObject([{ status: 'wrong' }]);
  expect(await failing('ETIMEOUT')).toMatchObject([{ status: 'note' }]);
});

test('a short key, and a domain that is not the sender’s', async () => {
  const short = pair(1024);
  expect(await ask([[`p=${short.published()}`]], { key: short })).toMatchObject([
    { about: 'DKIM_KEY_FILE', status: 'note' },
    { status: 'ok' },
  ]);
  expect(await ask([[`p=${ours.published()}`]], { domain: 'elsewhere.example' })).toMatchObject([
    { about: 'DKIM_DOMAIN', status: 'wrong' },
    { status: 'ok' },
  ]);
});

test('who does not sign needs no key', async () => {
  expect(await dkim({ mailFrom, dkim: null })).toEqual([]);
});
