import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { beforeAll, expect, test } from 'vitest';
import { compose } from '../../src/compose/compose.ts';
import { nothingLearned } from '../../src/compose/learned.ts';
import { loadFacts } from '../../src/compose/load-facts.ts';
import { type MailAddress, Secret } from '../../src/config.ts';
import { createEncoder } from '../../src/deliver/encode.ts';
import { createMailer, type Mailer } from '../../src/deliver/mailer.ts';
import { createLinks } from '../../src/links/links.ts';
import { createReturnPaths } from '../../src/links/return-path.ts';
import { contentSource } from '../../src/render/content.ts';
import { salespersonOf } from '../../src/render/salesperson.ts';
import { publicUrl, secret, templatesDir } from '../render/stand.ts';
import { testDatabase } from '../stands/database.ts';
import { expectNoDefects, expectPlainLines } from '../stands/defects.ts';
import { syncDemo } from '../stands/demo.ts';
import { type SpamVerdict, spamVerdicts } from '../stands/spamassassin.ts';

/** What the large mailbox providers and the standards ask of a mail, seen on the demo company's own. */

const { db } = await testDatabase();
const now = new Date('2026-11-23T08:00:00Z');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const dkim = { domain: 'orvelin.example', selector: 'spielbein', privateKey: pem };
const from = { name: 'Orvelin Werke', address: 'neuigkeiten@orvelin.example' };
const replyTo = { name: 'Kundendienst für Orvelin', address: 'kontakt@orvelin.example' };
const returnPaths = createReturnPaths({ secret, address: 'bounces@orvelin.example' });
const common = {
  from,
  links: createLinks({ secret, publicUrl, now: () => now }),
  randomKey: 'tests',
};

/** As an operator sets it up who signs, reads bounces and wants answers at an address of their own; and plainly. */
const setups: Record<'full' | 'plain', Mailer> = {
  full: createMailer({
    ...common,
    replyTo,
    returnPaths,
    encode: createEncoder({ dkim }),
  }),
  plain: createMailer({ ...common, replyTo: null, returnPaths: null, encode: createEncoder({ dkim: null }) }),
};

type Prepared = Awaited<ReturnType<Mailer['prepare']>>;
interface Sample {
  setup: keyof typeof setups;
  language: 'de' | 'en';
  blocks: number;
  /** Whom answers go to, where the CRM knows a salesperson. */
  salesperson: MailAddress | null;
  prepared: Prepared;
}
const sample: Sample[] = [];

beforeAll(async () => {
  const { server } = await syncDemo(db, 300);
  await server.close();
  const content = await contentSource({
    libraryDir: `${templatesDir}/library`,
    templatesDir,
    publicUrl,
    db,
  }).current();
  const { library, matchProduct } = content;
  const ids = await db.selectFrom('customers').select('id').orderBy('id').execute();
  const facts = await loadFacts(
    db,
    ids.map(({ id }) => id),
    { now, rules: library.settings.rules },
  );
  const campaign = { id: 'herbst-2026', audience: {} };
  const context = {
    campaign,
    library,
    matchProduct,
    learned: nothingLearned,
    randomKey: 'tests',
    now,
    test: true,
  };
  /** A few of each kind: language, number of blocks, with and without an experiment. */
  const kinds = new Map<string, number>();
  let id = 0;
  for (const known of facts.values()) {
    const decision = compose(known, context);
    if (!decision.send) continue;
    const { language, blocks } = decision.composition;
    const kind = `${language} ${blocks.map((block) => block.kind).join()}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if ((kinds.get(kind) ?? 0) > 2) continue;
    for (const setup of ['full', 'plain'] as const) {
      const send = { id: ++id, customerId: known.customer.id, attempts: 0, triedAt: null, domain: null };
      const prepared = await setups[setup].prepare({
        send: { ...send, detail: null, probe: false, givenUp: null, merged: false, draw: null },
        campaign,
        facts: known,
        composition: decision.composition,
        content,
        now,
        mailsSince: now,
      });
      const salesperson = salespersonOf(known.customer);
      sample.push({ setup, language, blocks: blocks.length, salesperson, prepared });
    }
  }
});

const raws = () => sample.map(({ prepared }) => prepared.mail.raw);

test('the sample has mails of all kinds', () => {
  const has = (wanted: Partial<Sample>) => expect(sample).toContainEqual(expect.objectContaining(wanted));
  for (const setup of ['full', 'plain'] as const) {
    for (const language of ['de', 'en'] as const) {
      for (const blocks of [3, 4]) has({ setup, language, blocks });
    }
  }
});

test('no mail has a defect, nor a line that a server could refuse', async () => {
  for (const raw of raws()) expectPlainLines(raw);
  await expectNoDefects(raws());
});

test('two independent parsers read the same, and what was meant', async () => {
  for (const { setup, salesperson, prepared } of sample) {
    const { mail, beginning } = prepared;
    const [one, other] = await Promise.all([simpleParser(mail.raw), PostalMime.parse(mail.raw)]);
    for (const read of [one, other]) {
      expect(read.subject).toBe(beginning.subject);
      expect(read.messageId).toBe(beginning.messageId);
      expect(new Date(read.date ?? 0)).toEqual(now);
      expect(read.attachments).toEqual([]);
      // the imprint ends both parts
      for (const part of [read.text, read.html]) expect(part).toContain('DE 999 417 036');
    }
    expect(other.text?.trim()).toBe(one.text?.trim());
    expect(other.html?.trim()).toBe(String(one.html).trim());
    expect(one.from?.value).toEqual([from]);
    expect(other.from).toEqual(from);
    expect(other.to?.map(({ address }) => address)).toEqual([mail.envelope.to]);
    expect(other.replyTo).toEqual([salesperson ?? (setup === 'full' ? replyTo : from)]);
  }
});

test('one click stops the mails, and the signature says that we mean it (RFC 8058)', async () => {
  for (const { setup, prepared } of sample) {
    const { headers } = await PostalMime.parse(prepared.mail.raw);
    const all = new Map(headers.map(({ key, value }) => [key, value]));
    expect(all.get('list-unsubscribe')).toMatch(
      /^<https:\/\/post\.orvelin\.example\/u\/[\w-]+>, <mailto:[^>]+>$/,
    );
    expect(all.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const signature = await verify(prepared.mail.raw);
    if (setup === 'plain') {
      expect(signature).toMatchObject({ result: 'none' });
      continue;
    }
    expect(signature).toMatchObject({ result: 'pass', aligned: 'orvelin.example' });
    expect(signature.covers).toEqual(
      expect.arrayContaining(['from', 'reply-to', 'list-unsubscribe', 'list-unsubscribe-post']),
    );
  }
});

test('bounces come back to an address that names the mail, if there is one for them', () => {
  for (const { setup, prepared } of sample) {
    const { from: returnPath } = prepared.mail.envelope;
    if (setup === 'plain') expect(returnPath).toBe(from.address);
    else expect(returnPaths.read(returnPath)).toBe(prepared.send.id);
  }
});

test('no mail is so long that Gmail cuts its end off, where people unsubscribe', () => {
  for (const raw of raws()) expect(raw.length).toBeLessThan(102 * 1024);
});

test('SpamAssassin finds next to nothing', { timeout: 300_000 }, async ({ skip }) => {
  // It takes its time, so one of each kind is enough.
  const kinds = new Map(sample.map((one) => [`${one.language} ${one.setup} ${one.blocks}`, one]));
  const mails = [...[...kinds.values()].map(({ prepared }) => received(prepared.mail)), SPAM];
  const verdicts = await spamVerdicts(mails);
  if (!verdicts) return skip();
  expect(verdicts).toHaveLength(mails.length);
  const isSpam = ({ rules }: SpamVerdict) => rules.includes('GTUBE');
  expect(verdicts.filter(isSpam)).toHaveLength(1);
  for (const verdict of verdicts.filter((one) => !isSpam(one))) {
    expect.soft(verdict.score, verdict.rules.join()).toBeLessThan(1);
  }
});

/** What every spam filter knows as spam, to see that there is one. */
const SPAM = Buffer.from(
  'From: a@kunde.example\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n',
);

/** The mail as it lies in a mailbox: what the receiving server puts before it, which spam filters look for. */
function received({ envelope, raw }: Prepared['mail']): Buffer {
  const trace = [
    `Return-Path: <${envelope.from}>`,
    'Received: from mail.orvelin.example (mail.orvelin.example [IPv6:2001:db8::25])',
    '\tby mx.kunde.example (Postfix) with ESMTPS id 4Dq1Yz2xBnz9sT',
    `\tfor <${envelope.to}>; Mon, 23 Nov 2026 09:00:01 +0100 (CET)`,
  ];
  return Buffer.concat([Buffer.from(`${trace.join('\r\n')}\r\n`), raw]);
}

async function verify(raw: Buffer) {
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const { results } = await dkimVerify(raw, { resolver: async () => [[`v=DKIM1; k=rsa; p=${key}`]] });
  const [one] = results;
  return { ...one?.status, covers: one?.signingHeaders?.keys.toLowerCase().split(': ') ?? [] };
}
