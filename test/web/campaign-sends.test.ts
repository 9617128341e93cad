import { beforeAll, expect, test } from 'vitest';
import { SEND_STATES, type SendState } from '../../src/domain/send.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { SENDS_ON_PAGE, sendRows } from '../../src/web/console/campaigns/sends.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const STATES = SEND_STATES.filter((state) => state !== 'queued');
let ledger: { id: number; state: SendState }[];

beforeAll(async () => {
  const now = new Date();
  for (const id of ['one', 'other']) await createCampaign(db, { id, name: id, kind: 'adhoc', now });
  const made = await db
    .insertInto('sends')
    .values(
      // two campaigns side by side in the ledger, and states in no order; most were sent
      Array.from({ length: 640 }, (_, n) => ({
        campaign_id: n % 2 === 0 ? 'one' : 'other',
        customer_id: `c${n}`,
        chunk: 0,
        state: n % 3 === 0 ? 'sent' : (STATES[(n * 7) % STATES.length] ?? 'sent'),
      })),
    )
    .returning(['id', 'state', 'campaign_id'])
    .execute();
  ledger = made.filter((row) => row.campaign_id === 'one').sort((a, b) => a.id - b.id);
});

/** A campaign's sends as somebody sees them who turns page after page. */
async function turned(state?: SendState): Promise<number[]> {
  const seen: number[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { rows, next } = await sendRows(db, 'one', { state, after });
    expect(rows.length).toBeLessThanOrEqual(SENDS_ON_PAGE);
    seen.push(...rows.map(({ id }) => id));
    after = next;
  }
  return seen;
}

test('page after page shows each send of a campaign once, in the order of the ledger', async () => {
  expect(await turned()).toEqual(ledger.map(({ id }) => id));
});

test.each(SEND_STATES)('narrowed down to %s, those and no others', async (state) => {
  expect(await turned(state)).toEqual(ledger.filter((row) => row.state === state).map(({ id }) => id));
});
