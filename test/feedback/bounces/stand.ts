import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../src/db/connect.ts';
import type { BounceTools } from '../../../src/feedback/bounces/handle.ts';
import { createLinks } from '../../../src/links/links.ts';
import { createReturnPaths } from '../../../src/links/return-path.ts';

export const SECRET = 'a secret that only these tests know, of some length';
export const SAMPLES = join(import.meta.dirname, '../samples');

/** A mail that "was sent": what its return path, headers and links are. */
export interface SentMail {
  id: number;
  address: string;
  returnPath: string;
  messageId: string;
  unsubscribe: string;
}

/** What reads bounces, and a ledger of mails that they can be about. */
export function bounceStand(db: Database, now: () => Date) {
  const links = createLinks({ secret: SECRET, publicUrl: 'https://news.orvelin.test', now });
  const returnPaths = createReturnPaths({ secret: SECRET, address: 'bounces@orvelin.test' });
  const tools: BounceTools = { db, links, returnPaths, secret: SECRET, now, softBounces: async () => 3 };
  let count = 0;

  /** One more mail to an address, sent at `at`. */
  async function sendTo(address: string, at: Date): Promise<SentMail> {
    count += 1;
    const campaignId = `campaign-${count}`;
    const customerId = `customer-${count}`;
    await db
      .insertInto('campaigns')
      .values({ id: campaignId, name: campaignId, kind: 'adhoc', audience: '{}', excluded: '{}' })
      .execute();
    await db
      .insertInto('customers')
      .values({
        id: customerId,
        source: 'test',
        email: address,
        language: 'de',
        consent: 'consent',
        opted_out: false,
        bounced: false,
      })
      .execute();
    const { id } = await db
      .insertInto('sends')
      .values({
        campaign_id: campaignId,
        customer_id: customerId,
        chunk: 0,
        state: 'sent',
        email_key: address.toLowerCase(),
        sending_at: at,
        settled_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return {
      id,
      address,
      returnPath: returnPaths.make(id),
      messageId: `spielbein.${id}.${links.messageToken(id, campaignId)}@orvelin.test`,
      unsubscribe: links.unsubscribe(id),
    };
  }

  /** Why an address is not written to; null when it is. */
  async function suppressedFor(address: string): Promise<string | null> {
    const row = await db
      .selectFrom('suppressions')
      .select('reason')
      .where('email_key', '=', address.toLowerCase())
      .executeTakeFirst();
    return row?.reason ?? null;
  }

  return { tools, returnPaths, sendTo, suppressedFor };
}

/** A sample with the marks of a mail filled in, its lines ending as on the wire. */
export function sample(name: string, mail: SentMail): Buffer {
  const original = `From: news@orvelin.test\r\nTo: ${mail.address}\r\nMessage-ID: <${mail.messageId}>\r\n\r\nGuten Tag\r\n`;
  const text = readFileSync(join(SAMPLES, name), 'utf8')
    .replaceAll('{{ADDRESS}}', mail.address)
    .replaceAll('{{RETURN_PATH}}', mail.returnPath)
    .replaceAll('{{MESSAGE_ID}}', mail.messageId)
    .replaceAll('{{UNSUBSCRIBE}}', mail.unsubscribe)
    .replaceAll('{{BASE64_ORIGINAL}}', Buffer.from(original).toString('base64').replace(/.{76}/g, '$&\n'));
  return Buffer.from(text.replaceAll('\n', '\r\n'));
}
