import { describe, expect, it } from 'vitest';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { createSendCounter } from '../../src/observe/count-sends.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();

async function campaign(id: string, state: 'running' | 'finished', sends: string[]): Promise<void> {
  await createCampaign(db, { id, name: id, kind: 'adhoc', now: new Date() });
  await db.updateTable('campaigns').set({ state }).where('id', '=', id).execute();
  await db
    .insertInto('sends')
    .values(
      sends.map((each, n) => ({ campaign_id: id, customer_id: `c${n}`, chunk: 0, state: each })) as never,
    )
    .execute();
}
const settle = (id: string, from: 'queued' | 'in_doubt' | 'sent', to: 'sent' | 'failed') =>
  db
    .updateTable('sends')
    .set({ state: to })
    .where('campaign_id', '=', id)
    .where('state', '=', from)
    .execute();

describe('counting sends', () => {
  const count = createSendCounter(db);

  it('sees every move of campaigns that are under way, and mails in doubt of those that are through', async () => {
    await campaign('old', 'finished', ['sent', 'sent', 'failed']);
    await campaign('doubt', 'finished', ['sent', 'in_doubt']);
    await campaign('new', 'running', ['queued', 'sent']);
    expect(await count()).toEqual({ sent: 4, failed: 1, in_doubt: 1, queued: 1 });
    await settle('new', 'queued', 'sent');
    await settle('doubt', 'in_doubt', 'failed');
    expect(await count()).toEqual({ sent: 5, failed: 2 });
  });

  it('does not count again what will not change any more', async () => {
    await settle('old', 'sent', 'failed');
    expect(await count()).toEqual({ sent: 5, failed: 2 });
    expect(await createSendCounter(db)()).toEqual({ sent: 3, failed: 4 });
  });
});
