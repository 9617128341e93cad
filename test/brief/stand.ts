import { sql } from 'kysely';
import { loadBriefFacts } from '../../src/brief/load.ts';
import type { Database } from '../../src/db/connect.ts';
import type { BlockKind } from '../../src/domain/composition.ts';
import type { Answer } from '../../src/domain/conversation.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { LIBRARY } from '../stands/delivery.ts';

export const NOW = new Date('2026-11-23T08:00:00Z');
export const library = await requireLibrary(LIBRARY);
export const matchProduct = createProductMatcher(library);

export const factsOf = (db: Database, customerId: string) =>
  loadBriefFacts(db, customerId, { library, matchProduct, now: NOW });

/** The demo customers who own most, by how many products of the library they own. */
export async function bigOwners(db: Database, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from customers c join owned_products o on o.customer_id = c.id join products p on p.id = o.product_id
    where c.archived_at is null and c.company_id is not null and c.consent <> 'none' and c.email is not null
    group by c.id order by count(*) desc, c.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

export interface MailBlock {
  kind?: BlockKind;
  contentId: string;
  productKey: string;
  /** What was answered, in this order, by days after the mail. */
  answers?: [answer: Answer, daysLater: number, doubted?: boolean][];
}

/** A mail that this customer got, with what they answered to its blocks. */
export async function tell(
  db: Database,
  customerId: string,
  mail: { campaignId: string; at: string; blocks: MailBlock[] },
): Promise<number> {
  const { campaignId, at, blocks } = mail;
  const known = await db.selectFrom('campaigns').select('id').where('id', '=', campaignId).executeTakeFirst();
  if (!known)
    await createCampaign(db, { id: campaignId, name: campaignId, kind: 'adhoc', now: new Date(at) });
  const { id: sendId } = await db
    .insertInto('sends')
    .values({ campaign_id: campaignId, customer_id: customerId, chunk: 0, state: 'sent', settled_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const [position, block] of blocks.entries()) {
    await db
      .insertInto('shown_blocks')
      .values({
        send_id: sendId,
        position,
        customer_id: customerId,
        campaign_id: campaignId,
        kind: block.kind ?? 'proven',
        content_id: block.contentId,
        variant_id: 'base',
        product_key: block.productKey,
        probability: 1,
        shown_at: at,
      })
      .execute();
    for (const [answer, daysLater, doubted = false] of block.answers ?? []) {
      const answeredAt = new Date(Date.parse(at) + daysLater * 86_400_000);
      await db
        .insertInto('answers')
        .values({
          send_id: sendId,
          position,
          customer_id: customerId,
          content_id: block.contentId,
          answer,
          answered_at: answeredAt,
          doubted_at: doubted ? answeredAt : null,
        })
        .execute();
    }
  }
  return sendId;
}

/** Somebody who owns nothing and about whom nothing is known. */
export async function stranger(db: Database, id: string): Promise<void> {
  await db
    .insertInto('customers')
    .values({
      id,
      source: 'test',
      email: `${id}@kunde.example`,
      language: 'de',
      consent: 'consent',
      opted_out: false,
      bounced: false,
    })
    .execute();
}

/** A year of conversation with one customer: mails, answers, statements, wishes, corrections. */
export async function longTalk(db: Database, customerId: string): Promise<void> {
  const owned = (await factsOf(db, customerId))?.owned ?? [];
  const keys = owned.map(({ key }) => key);
  const developments = [...library.developments.values()].flatMap((each) => {
    const key = owned.find(
      ({ key: own, family }) =>
        each.products.includes(own) || (family !== null && each.families.includes(family)),
    )?.key;
    return key === undefined ? [] : [{ contentId: each.id, productKey: key }];
  });
  const offers = [...library.offers.values()].map(({ id }) => ({
    kind: 'experimental' as const,
    contentId: id,
    productKey: keys[0] ?? 'laserdrucker-lx300',
  }));
  const [first, second, ...more] = developments;
  for (const [index, block] of more.entries()) {
    const month = String((index % 9) + 1).padStart(2, '0');
    await tell(db, customerId, {
      campaignId: `runde-${index}`,
      at: `2026-${month}-10T08:00:00Z`,
      blocks: [block, ...offers.slice(index % offers.length, (index % offers.length) + 1)],
    });
  }
  if (first && second)
    await tell(db, customerId, {
      campaignId: 'herbst',
      at: '2026-11-02T08:00:00Z',
      blocks: [
        {
          ...first,
          answers: [
            ['no', 1],
            ['yes', 2],
            ['later', 3, true],
          ],
        },
        { ...second, answers: [['no', 1]] },
        { ...(offers[1] as MailBlock), answers: [['call', 2]] },
      ],
    });
  await db
    .insertInto('statements')
    .values([
      {
        customer_id: customerId,
        question_id: 'nach-ja-weiterentwicklung',
        question: 'Was genau wollen Sie?',
        choice: 'quote',
        choice_words: 'Ein Angebot mit Preis',
        words: 'Für zwei Linien, bitte bis Ende Januar.',
        said_by: 'customer',
        said_at: '2026-11-04T09:00:00Z',
      },
      {
        customer_id: customerId,
        question_id: 'welche-nachricht',
        question: 'Welche Nachricht von uns hätten Sie gern bekommen und haben sie nie bekommen?',
        words: 'Wann unsere Geräte zuletzt gewartet wurden.',
        said_by: 'salesperson',
        said_at: '2026-06-04T09:00:00Z',
      },
    ])
    .execute();
  await db
    .insertInto('preferences')
    .values({ customer_id: customerId, frequency: 'monthly', topics_off: ['training'], ratio_wish: 1 })
    .execute();
}
