import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Config, Secret } from '../../src/config.ts';
import { findSuppression } from '../../src/feedback/suppressions.ts';
import { snsMessage, snsStringToSign } from '../../src/web/webhooks/sns.ts';
import {
  mailgunEvent,
  mailgunFailure,
  postmarkBounce,
  postmarkChange,
  sesBounce,
  sesComplaint,
  sesDelivery,
} from '../feedback/providers/samples.ts';
import { selfSigned } from '../stands/certificate.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();
const ADDRESS = 'kim@kunde.example';
const ARN = 'arn:aws:sns:eu-central-1:123456789012:bounces';
const SNS = 'https://sns.eu-central-1.amazonaws.com';
const SIGNING_KEY = 'key-of-the-tests';
const PASSWORD = 'a password: with a colon';

beforeEach(async () => {
  for (const table of ['mail_events', 'unread_reports', 'suppressions', 'shown_blocks', 'sends'] as const) {
    await db.deleteFrom(table).execute();
  }
  await db.deleteFrom('purchases').execute();
  await db.deleteFrom('customers').execute();
});

const events = () =>
  db.selectFrom('mail_events').select(['kind', 'source', 'send_id']).orderBy('id').execute();
const unread = () => db.selectFrom('unread_reports').select(['source', 'problem', 'raw']).execute();
const stopped = async () => (await findSuppression(db, ADDRESS))?.reason ?? null;
const nothingStored = async () => {
  expect(await events()).toEqual([]);
  expect(await unread()).toEqual([]);
  expect(await stopped()).toBeNull();
};

/** A server, and a mail that it has sent to Kim an hour ago. */
async function server(
  webhooks: Partial<Config['webhooks']>,
  fetched: (url: string) => string | Promise<string> = () => '',
) {
  const asked: string[] = [];
  const stand = await webStand(db, {
    webhooks,
    fetchText: async (url) => {
      asked.push(url);
      return fetched(url);
    },
  });
  const base = await stand.app.listen({ host: '127.0.0.1', port: 0 });
  const sendId = await seedSend(db, { id: 'kim', email: ADDRESS });
  await db
    .updateTable('sends')
    .set({ subject: 'Neues', sending_at: '2026-10-12T07:59:00Z' })
    .where('id', '=', sendId)
    .execute();
  const messageId = `<spielbein.${sendId}.${stand.links.messageToken(sendId, 'herbst')}@orvelin.example>`;
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
      body: text,
    });
    await response.text();
    return response.status;
  };
  return { ...stand, base, sendId, messageId, asked, post };
}

test('what is not configured does not exist', async () => {
  const { post } = await server({});
  for (const provider of ['ses', 'mailgun', 'postmark']) {
    expect(await post(`/webhooks/${provider}`, {})).toBe(404);
  }
});

describe('Amazon SES', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = selfSigned(privateKey);

  function sns(message: unknown, given: Record<string, unknown> = {}, version: '1' | '2' = '2') {
    const unsigned = snsMessage.parse({
      Type: 'Notification',
      MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      TopicArn: ARN,
      Message: typeof message === 'string' ? message : JSON.stringify(message),
      Timestamp: '2026-10-12T08:59:00.000Z',
      SignatureVersion: version,
      SigningCertURL: `${SNS}/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem`,
      Signature: '',
      ...given,
    });
    const algorithm = version === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    const signature = sign(algorithm, Buffer.from(snsStringToSign(unsigned)), privateKey);
    return { ...unsigned, Signature: signature.toString('base64') };
  }
  const ses = () => server({ sesTopicArn: ARN }, (url) => (url.endsWith('.pem') ? pem : '<ok/>'));
  const hard = { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' };

  test('signs name and value, line by line, without what is missing', () => {
    expect(snsStringToSign(snsMessage.parse(sns('hello', { Subject: null })))).toBe(
      'Message\nhello\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\n' +
        `Timestamp\n2026-10-12T08:59:00.000Z\nTopicArn\n${ARN}\nType\nNotification\n`,
    );
    expect(snsStringToSign(snsMessage.parse(sns('hello', { Subject: 'S' })))).toContain('\nSubject\nS\n');
  });

  test.each(['1', '2'] as const)(
    'a hard bounce stops the address (signature version %s)',
    async (version) => {
      const { post, sendId, messageId, asked } = await ses();
      const message = sns(sesBounce({ ...hard, messageId }), {}, version);
      expect(await post('/webhooks/ses', message)).toBe(200);
      expect(await events()).toEqual([{ kind: 'hard_bounce', source: 'ses', send_id: sendId }]);
      expect(await stopped()).toBe('bounced');
      // SNS may deliver a message twice
      expect(await post('/webhooks/ses', message)).toBe(200);
      expect(await events()).toHaveLength(1);
      expect(asked).toHaveLength(1);
    },
  );

  test('a complaint stops the address, a soft bounce does not, a delivery is nothing', async () => {
    const { post, messageId, logged } = await ses();
    const soft = sesBounce({ messageId, type: 'Transient', subType: 'MailboxFull' });
    await post('/webhooks/ses', sns(soft));
    await post('/webhooks/ses', sns(sesDelivery));
    expect(await stopped()).toBeNull();
    await post('/webhooks/ses', sns(sesComplaint({ messageId })));
    expect(await stopped()).toBe('complained');
    expect((await events()).map((event) => event.kind)).toEqual(['soft_bounce', 'complaint']);
    expect(JSON.stringify(logged)).not.toContain('kim');
  });

  test('a forged Message-ID leaves the mail that it names alone', async () => {
    const { post, sendId } = await ses();
    const messageId = `<spielbein.${sendId}.${'x'.repeat(16)}@orvelin.example>`;
    const addresses = ['other@kunde.example'];
    await post('/webhooks/ses', sns(sesBounce({ ...hard, messageId, addresses })));
    expect(await events()).toEqual([{ kind: 'hard_bounce', source: 'ses', send_id: null }]);
    expect(await stopped()).toBeNull();
  });

  test('what is unknown is kept for a person', async () => {
    const { post } = await ses();
    const message = sns({ eventType: 'Reject', reject: { reason: 'Bad content' } });
    expect(await post('/webhooks/ses', message)).toBe(200);
    const [kept, ...others] = await unread();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ source: 'ses', problem: 'Amazon SES reported something unknown: Reject.' });
    expect(JSON.parse(String(kept?.raw))).toEqual(message);
  });

  test.each([
    ['another signature', { Signature: randomBytes(256).toString('base64') }, 'signature'],
    ['another message', { Message: JSON.stringify(sesBounce(hard)) }, 'signature'],
    ['another topic', { TopicArn: `${ARN}-2` }, 'other_topic'],
    [
      'a certificate from elsewhere',
      { SigningCertURL: 'https://sns.eu-central-1.amazonaws.com.evil.example/x.pem' },
      'foreign_certificate',
    ],
    [
      'a certificate of another kind',
      { SigningCertURL: `${SNS}/x.pem?a=b/x.txt`.replace('.pem', '.txt') },
      'foreign_certificate',
    ],
    [
      'a certificate without TLS',
      { SigningCertURL: `${SNS}/SimpleNotificationService-1.pem`.replace('https', 'http') },
      'foreign_certificate',
    ],
    [
      'a certificate that a query makes up',
      { SigningCertURL: `${SNS}/SimpleNotificationService-1.pem?Action=Echo` },
      'foreign_certificate',
    ],
    ['a certificate of another name', { SigningCertURL: `${SNS}/upload/x.pem` }, 'foreign_certificate'],
  ])('refuses %s', async (_what, changed, reason) => {
    const { post, logged } = await ses();
    expect(await post('/webhooks/ses', { ...sns(sesDelivery), ...changed })).toBe(403);
    expect(logged).toContainEqual({ event: 'webhook_refused', fields: { source: 'ses', reason } });
    await nothingStored();
  });

  test('refuses what is old, from the future, or no message of SNS at all', async () => {
    const { post } = await ses();
    const bounce = sesBounce(hard);
    expect(await post('/webhooks/ses', sns(bounce, { Timestamp: '2026-10-11T08:00:00.000Z' }))).toBe(403);
    expect(await post('/webhooks/ses', sns(bounce, { Timestamp: '2026-10-12T10:00:00.000Z' }))).toBe(403);
    expect(await post('/webhooks/ses', bounce)).toBe(403);
    expect(await post('/webhooks/ses', '{')).toBe(403);
    expect(await post('/webhooks/ses', '')).toBe(403);
    await nothingStored();
  });

  test('refuses a bare key where the certificate should be', async () => {
    const key = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
    const { post } = await server({ sesTopicArn: ARN }, () => key);
    expect(await post('/webhooks/ses', sns(sesBounce(hard)))).toBe(403);
    await nothingStored();
  });

  test('certificates that do not exist push none out that does, and few are asked for at a time', async () => {
    const real = sns(sesDelivery);
    const answered = Promise.withResolvers<void>();
    const { post, asked } = await server({ sesTopicArn: ARN }, async (url) => {
      if (url === real.SigningCertURL) return pem;
      await answered.promise;
      throw new Error('404');
    });
    await post('/webhooks/ses', real);
    const forged = Array.from({ length: 20 }, (_, n) => `${SNS}/SimpleNotificationService-${n}.pem`);
    const answers = forged.map((SigningCertURL) => post('/webhooks/ses', { ...real, SigningCertURL }));
    await Promise.race(answers);
    expect(asked.length).toBeLessThanOrEqual(1 + 3);
    answered.resolve();
    expect(new Set(await Promise.all(answers))).toEqual(new Set([503]));
    expect(await post('/webhooks/ses', real)).toBe(200);
    expect(asked.filter((url) => url === real.SigningCertURL)).toHaveLength(1);
  });

  test('what PostgreSQL does not take is left out, and the rest counts', async () => {
    const { post, messageId } = await ses();
    const diagnosticCode = 'smtp; 550 5.1.1 \0 user unknown';
    expect(await post('/webhooks/ses', sns(sesBounce({ ...hard, diagnosticCode, messageId })))).toBe(200);
    expect(await stopped()).toBe('bounced');
  });

  test('asks SNS to come again when its certificate cannot be had', async () => {
    let away = true;
    const { post } = await server({ sesTopicArn: ARN }, () => {
      if (away) throw new Error('no network');
      return pem;
    });
    expect(await post('/webhooks/ses', sns(sesBounce(hard)))).toBe(503);
    await nothingStored();
    away = false;
    expect(await post('/webhooks/ses', sns(sesBounce(hard)))).toBe(200);
    expect(await stopped()).toBe('bounced');
  });

  test('confirms the subscription of our topic, and of no other', async () => {
    const { post, asked } = await ses();
    const confirmation = (given: Record<string, unknown>) =>
      sns('You have chosen to subscribe.', {
        Type: 'SubscriptionConfirmation',
        Token: '2336412f37fb687f5d51e6e2425ba1f2',
        SubscribeURL: `${SNS}/?Action=ConfirmSubscription&TopicArn=${ARN}&Token=2336`,
        ...given,
      });
    expect(await post('/webhooks/ses', confirmation({ TopicArn: `${ARN}-2` }))).toBe(403);
    expect(await post('/webhooks/ses', confirmation({ SubscribeURL: 'https://evil.example/' }))).toBe(403);
    expect(asked.filter((url) => !url.endsWith('.pem'))).toEqual([]);
    expect(await post('/webhooks/ses', confirmation({}))).toBe(200);
    expect(asked.at(-1)).toContain('Action=ConfirmSubscription');
    expect(await unread()).toEqual([]);
    expect(await post('/webhooks/ses', confirmation({ Type: 'UnsubscribeConfirmation' }))).toBe(200);
    expect(await unread()).toMatchObject([
      { problem: expect.stringContaining('does not report to us any more') },
    ]);
  });
});

describe('Mailgun', () => {
  const seconds = Date.parse('2026-10-12T08:59:00Z') / 1000;
  function signed(event: unknown, given: { timestamp?: number; token?: string; key?: string } = {}) {
    const timestamp = String(given.timestamp ?? seconds);
    const token = given.token ?? randomBytes(25).toString('hex');
    const signature = createHmac('sha256', given.key ?? SIGNING_KEY)
      .update(timestamp + token)
      .digest('hex');
    return { signature: { timestamp, token, signature }, 'event-data': event };
  }
  const mailgun = () => server({ mailgunSigningKey: new Secret(SIGNING_KEY) });

  test('a permanent failure stops the address, once', async () => {
    const { post, sendId, messageId } = await mailgun();
    const event = mailgunFailure({ messageId: messageId.slice(1, -1) });
    expect(await post('/webhooks/mailgun', signed(event))).toBe(200);
    expect(await post('/webhooks/mailgun', signed(event))).toBe(200);
    expect(await events()).toEqual([{ kind: 'hard_bounce', source: 'mailgun', send_id: sendId }]);
    expect(await stopped()).toBe('bounced');
  });

  test('who unsubscribes at Mailgun is unsubscribed here, for good', async () => {
    const { post, sendId, messageId } = await mailgun();
    await post('/webhooks/mailgun', signed(mailgunEvent('unsubscribed', { messageId })));
    expect(await stopped()).toBe('unsubscribed');
    expect(await events()).toEqual([{ kind: 'unsubscribe', source: 'link', send_id: sendId }]);
  });

  test('a token counts for one report: repeating it is welcome, putting another report under it is not', async () => {
    const { post } = await mailgun();
    const token = 'a'.repeat(50);
    const event = mailgunEvent('delivered');
    expect(await post('/webhooks/mailgun', signed(event, { token }))).toBe(200);
    expect(await post('/webhooks/mailgun', signed(event, { token }))).toBe(200);
    expect(await post('/webhooks/mailgun', signed(mailgunFailure(), { token }))).toBe(403);
    await nothingStored();
    // in another process, too
    const { app: elsewhere } = await webStand(db, {
      webhooks: { mailgunSigningKey: new Secret(SIGNING_KEY) },
    });
    const payload = JSON.stringify(signed(mailgunFailure(), { token }));
    const other = await elsewhere.inject({ method: 'POST', url: '/webhooks/mailgun', payload });
    expect(other.statusCode).toBe(403);
    await nothingStored();
  });

  test('tokens are forgotten when their signature is too old', async () => {
    const taken_at = new Date('2026-10-11T08:00:00Z');
    await db.insertInto('webhook_tokens').values({ token: 'old', report: 'old', taken_at }).execute();
    const { post } = await mailgun();
    await post('/webhooks/mailgun', signed(mailgunEvent('delivered')));
    const tokens = await db.selectFrom('webhook_tokens').select('token').execute();
    expect(tokens).not.toContainEqual({ token: 'old' });
  });

  test('refuses other keys, old messages and what is not signed', async () => {
    const { post } = await mailgun();
    const event = mailgunFailure();
    expect(await post('/webhooks/mailgun', signed(event, { key: 'wrong' }))).toBe(403);
    expect(await post('/webhooks/mailgun', signed(event, { timestamp: seconds - 13 * 3600 }))).toBe(403);
    expect(await post('/webhooks/mailgun', signed(event, { timestamp: seconds + 3600 }))).toBe(403);
    expect(await post('/webhooks/mailgun', { 'event-data': event })).toBe(403);
    expect(await post('/webhooks/mailgun', 'event=failed')).toBe(403);
    await nothingStored();
  });

  test('what is unknown is kept for a person', async () => {
    const { post } = await mailgun();
    expect(await post('/webhooks/mailgun', signed(mailgunEvent('rejected')))).toBe(200);
    expect(await post('/webhooks/mailgun', signed(undefined))).toBe(200);
    expect(await unread()).toHaveLength(2);
  });
});

describe('Postmark', () => {
  const postmark = () => server({ postmarkPassword: new Secret(PASSWORD) });
  const basic = (password: string) => ({
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`spielbein:${password}`).toString('base64')}`,
  });

  test('a hard bounce stops the address, and counts for the mail with that subject', async () => {
    const { post, sendId } = await postmark();
    expect(await post('/webhooks/postmark', postmarkBounce(), basic(PASSWORD))).toBe(200);
    expect(await events()).toEqual([{ kind: 'hard_bounce', source: 'postmark', send_id: sendId }]);
    expect(await stopped()).toBe('bounced');
  });

  test('a bounce of another mail of the company counts for none of ours', async () => {
    const { post } = await postmark();
    await post('/webhooks/postmark', postmarkBounce({ Subject: 'Ihre Rechnung' }), basic(PASSWORD));
    expect(await events()).toEqual([{ kind: 'hard_bounce', source: 'postmark', send_id: null }]);
    expect(await stopped()).toBe('bounced');
  });

  test('the recipient’s own suppression is an unsubscription by the last mail', async () => {
    const { post, sendId } = await postmark();
    await post('/webhooks/postmark', postmarkChange(), basic(PASSWORD));
    expect(await stopped()).toBe('unsubscribed');
    expect(await events()).toMatchObject([{ kind: 'unsubscribe', send_id: sendId }]);
  });

  test('a domain is the same with an umlaut and as servers write it', async () => {
    const { post, sendId } = await postmark();
    const crm = 'kim@müller.example';
    await db.updateTable('customers').set({ email: crm }).execute();
    await db.updateTable('sends').set({ email_key: crm }).where('id', '=', sendId).execute();
    const Email = 'Kim@xn--mller-kva.example';
    await post('/webhooks/postmark', postmarkBounce({ Email, ID: 1 }), basic(PASSWORD));
    expect(await events()).toEqual([{ kind: 'hard_bounce', source: 'postmark', send_id: sendId }]);
    // of another mail: only the address counts
    await db.deleteFrom('suppressions').execute();
    const complaint = { Email, ID: 2, Type: 'SpamComplaint', Subject: 'Ihre Rechnung' };
    await post('/webhooks/postmark', postmarkBounce(complaint), basic(PASSWORD));
    expect((await findSuppression(db, crm))?.reason).toBe('complained');
  });

  test('refuses without the password', async () => {
    const { post } = await postmark();
    expect(await post('/webhooks/postmark', postmarkBounce())).toBe(403);
    expect(await post('/webhooks/postmark', postmarkBounce(), basic('guess'))).toBe(403);
    expect(await post('/webhooks/postmark', postmarkBounce(), { authorization: 'Basic !' })).toBe(403);
    await nothingStored();
  });

  test('what is unknown or broken is kept for a person; what is too large is refused', async () => {
    const { post } = await postmark();
    expect(await post('/webhooks/postmark', { RecordType: 'Inbound' }, basic(PASSWORD))).toBe(200);
    expect(await post('/webhooks/postmark', '{', basic(PASSWORD))).toBe(200);
    expect((await unread()).map((report) => report.source)).toEqual(['postmark', 'postmark']);
    expect(await post('/webhooks/postmark', 'x'.repeat(1_100_000), basic(PASSWORD))).toBe(413);
  });
});
