import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../db/connect.ts';
import type { Links } from '../links/links.ts';

const MESSAGE_ID = /spielbein\.(\d{1,12})\.([A-Za-z0-9]{16})@/;

/**
 * The send whose mail has this Message-ID; null when it is none of ours. The token in it is checked, so that nobody
 * who has not seen a mail can speak about it.
 */
export async function sendOfMessageId(
  db: Database,
  links: Pick<Links, 'messageToken'>,
  messageId: string,
): Promise<number | null> {
  const [, id = '', token = ''] = MESSAGE_ID.exec(messageId) ?? [];
  if (id === '') return null;
  const send = await db
    .selectFrom('sends')
    .select(['id', 'campaign_id'])
    .where('id', '=', Number(id))
    .executeTakeFirst();
  if (!send) return null;
  const expected = Buffer.from(links.messageToken(send.id, send.campaign_id));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected) ? send.id : null;
}
