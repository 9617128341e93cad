import { describe, expect, it } from 'vitest';
import { cancelCampaign } from '../../src/ledger/campaigns.ts';
import { listInDoubt, resendInDoubt, resolveInDoubt } from '../../src/ledger/in-doubt.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { DAY, deliveryScene } from '../stands/scene.ts';

const scene = deliveryScene(12);
const { clock, sends } = scene;

/** A campaign whose mails all reached a server that hung up before it said so. */
async function inDoubt(id: string): Promise<number[]> {
  clock.advance(100 * DAY);
  await scene.database.db.deleteFrom('shown_blocks').execute();
  await scene.stand.plan(id);
  scene.smtp.behave({ drop: (phase) => phase === 'answer' });
  do {
    await scene.stand.deliver(id);
    clock.advance(2 * 60_000);
  } while ((await sends(id)).queued > 0);
  scene.smtp.behave({});
  scene.smtp.received.length = 0;
  const doubts = await listInDoubt(scene.database.db, { campaignId: id });
  expect(doubts.length).toBeGreaterThan(5);
  return doubts.map((d) => d.id);
}

describe('mails in doubt', () => {
  it('are listed with what to look for in the server’s log', async () => {
    await inDoubt('listed');
    for (const doubt of await listInDoubt(scene.database.db, { campaignId: 'listed' })) {
      expect(doubt.messageId).toMatch(/^<spielbein\.\d+\..+@orvelin\.test>$/);
      expect(doubt.reason).toBe('connection_lost');
      expect(doubt.heldAt).toBeInstanceOf(Date);
    }
  });

  it('count as sent, and as shown, exactly once when somebody found that the server had them', async () => {
    const ids = await inDoubt('found');
    const [first = 0, ...rest] = ids;
    const resolve = (some: number[]) =>
      resolveInDoubt(scene.database.db, { campaignId: 'found', ids: some, as: 'sent', now: clock.now() });
    expect(await resolve([first])).toEqual([first]);
    expect(await resolve([first])).toEqual([]);
    expect(
      await resolveInDoubt(scene.database.db, { campaignId: 'found', as: 'sent', now: clock.now() }),
    ).toHaveLength(rest.length);
    expect(await sends('found')).toMatchObject({ sent: ids.length, in_doubt: 0 });
    const shown = await scene.database.db
      .selectFrom('shown_blocks')
      .select(({ fn }) => fn.count<number>('send_id').distinct().as('mails'))
      .where('campaign_id', '=', 'found')
      .executeTakeFirstOrThrow();
    expect(Number(shown.mails)).toBe(ids.length);
  });

  it('go out again with the same Message-ID when somebody says so, and the campaign opens again', async () => {
    const ids = await inDoubt('again');
    const before = await listInDoubt(scene.database.db, { campaignId: 'again' });
    await scene.database.db
      .updateTable('campaigns')
      .set({ state: 'finished' })
      .where('id', '=', 'again')
      .execute();
    await resolveInDoubt(scene.database.db, { campaignId: 'again', as: 'resend', now: clock.now() });
    expect((await campaignProgress(scene.database.db, 'again')).campaign.state).toBe('running');
    await scene.stand.deliver('again');
    expect(await sends('again')).toMatchObject({ sent: ids.length, in_doubt: 0 });
    const messageIds = scene.smtp.received.map((m) =>
      /^Message-ID: (.+)$/im.exec(m.raw.toString())?.[1]?.trim(),
    );
    expect(messageIds.sort()).toEqual(before.map((d) => d.messageId).sort());
  });

  it('stay what they are in a cancelled campaign', async () => {
    const ids = await inDoubt('cancelled');
    await cancelCampaign(scene.database.db, 'cancelled', clock.now());
    await expect(
      resolveInDoubt(scene.database.db, { campaignId: 'cancelled', as: 'resend', now: clock.now() }),
    ).rejects.toThrow(/cancelled/);
    expect(await sends('cancelled')).toMatchObject({ in_doubt: ids.length });
  });

  it('are sent again by themselves where the campaign chose so, once their worker can’t come back', async () => {
    const held = await inDoubt('held');
    const ids = await inDoubt('bold');
    await scene.database.db
      .updateTable('campaigns')
      .set({ in_doubt_policy: 'resend' })
      .where('id', '=', 'bold')
      .execute();
    expect(await resendInDoubt(scene.database.db, clock.now())).toBe(0);
    expect(await resendInDoubt(scene.database.db, clock.now(), 0)).toBe(ids.length);
    expect(await sends('held')).toMatchObject({ in_doubt: held.length });
  });
});
