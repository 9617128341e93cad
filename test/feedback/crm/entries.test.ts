import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_PREFERENCES, type Preferences } from '../../../src/domain/conversation.ts';
import { erasePerson } from '../../../src/erasure/erase.ts';
import { forgetEntries } from '../../../src/feedback/crm/entries/outbox.ts';
import { gatherEntry } from '../../../src/feedback/crm/gather.ts';
import { csvCrm } from '../../../src/sync/csv/adapter.ts';
import { testDatabase } from '../../stands/database.ts';
import { entriesStand, MINUTE, PUBLIC_URL } from './entries-stand.ts';

const { db } = await testDatabase();
const stand = await entriesStand(db, 30);
const { server, clock } = stand;
afterAll(() => server.close());
beforeEach(() => stand.clear());

/** What the preferences page stores. */
async function savePreferencesOf(n: number, given: Partial<Preferences>): Promise<void> {
  const { language, frequency, topicsOff, ratioWish, pausedUntil } = { ...NO_PREFERENCES, ...given };
  const said = {
    language,
    frequency,
    topics_off: topicsOff,
    ratio_wish: ratioWish,
    paused_until: pausedUntil,
  };
  const customerId = stand.customer(n);
  const now = clock.now();
  await db
    .insertInto('preferences')
    .values({ customer_id: customerId, ...said, changed_at: now })
    .onConflict((oc) => oc.column('customer_id').doUpdateSet({ ...said, changed_at: now }))
    .execute();
  for (const kind of ['note', 'profile'] as const) await gatherEntry(db, { kind, customerId, now });
}

describe('an answer', () => {
  it('becomes a note on the contact, with the mail, the block and the way to the brief', async () => {
    await stand.answer(0, 'yes');
    await stand.go();
    expect(stand.notes()).toEqual([]);
    await stand.later();
    const [note, ...more] = stand.notes(0);
    expect(more).toEqual([]);
    expect(note?.body).toContain('Antwort: <strong>Ja, bitte</strong> zu „');
    expect(note?.body).toContain('(Laserdrucker LX 300)');
    expect(note?.body).toContain('Mail „Neues zu Ihrem &lt;Laser&gt; &amp; mehr“ vom 20.11.2026');
    expect(note?.body).toContain(`<a href="${PUBLIC_URL}/customers/${stand.customer(0)}/brief">`);
    expect(note?.mark).not.toBe('');
    expect(note?.properties.hs_timestamp).toBe('2026-11-20T08:00:00.000Z');
    expect(stand.profile(0)).toMatchObject({
      spielbein_last_answer: expect.stringMatching(/^Ja, bitte – „.*“ \(Laserdrucker LX 300\)$/),
      spielbein_last_answer_at: '2026-11-20T08:00:00.000Z',
      spielbein_wants: expect.stringMatching(/^20\.11\.2026 Ja, bitte – /),
      spielbein_brief: `${PUBLIC_URL}/customers/${stand.customer(0)}/brief`,
    });
    expect(stand.profile(0)).not.toHaveProperty('spielbein_call_requested_at');
    expect(await stand.outcomes()).toEqual({ 'note written': 1, 'profile written': 1 });
    expect(stand.log.join('\n')).not.toMatch(/Laser|Ja, bitte|@/);
  });
});

describe('somebody who goes on and on', () => {
  it('is told of ten minutes after they began, and again for what came after', async () => {
    await stand.answer(0, 'yes');
    for (let n = 0; n < 13; n++) {
      clock.advance(50_000);
      await stand.say(0, `Satz ${n}`);
      await stand.go();
    }
    expect(stand.notes(0)).toHaveLength(1);
    await stand.settle();
    expect(stand.notes(0)).toHaveLength(2);
  });
});

describe('somebody who corrects themselves', () => {
  it('before the note is written is told of once, with the last word', async () => {
    await stand.answer(0, 'no');
    clock.advance(20_000);
    await stand.answer(0, 'yes');
    clock.advance(50_000);
    await stand.go();
    expect(stand.notes()).toEqual([]);
    await stand.settle();
    expect(stand.notes(0)).toHaveLength(1);
    expect(stand.notes(0)[0]?.body).toContain('<strong>Ja, bitte</strong>');
    expect(stand.notes(0)[0]?.body).not.toContain('Nicht für mich');
  });

  it('after it is told of again, with what it was before', async () => {
    await stand.answer(0, 'yes');
    await stand.settle();
    await stand.answer(0, 'no');
    await stand.settle();
    const [first, second, ...more] = stand.notes(0);
    expect(more).toEqual([]);
    expect(first?.body).not.toContain('Vorher');
    expect(second?.body).toContain('<strong>Nicht für mich</strong>');
    expect(second?.body).toContain('Vorher war die Antwort: Ja, bitte');
    expect(stand.profile(0)).toMatchObject({
      spielbein_last_answer: expect.stringMatching(/^Nicht für mich/),
    });
    expect(stand.profile(0)).not.toHaveProperty('spielbein_wants');
  });
});

describe('what somebody says to a further question', () => {
  it('stands in the same note when it is said at once, in a second one when later, each once', async () => {
    await stand.answer(0, 'yes');
    clock.advance(30_000);
    await stand.say(0, 'Preise für 5 Stück & <b>Lieferzeit</b>', { choice: 'Preis' });
    await stand.settle();
    await stand.say(0, 'Und ein Datenblatt');
    await stand.settle();
    const [first, second, ...more] = stand.notes(0);
    expect(more).toEqual([]);
    expect(first?.body).toContain('Was genau wollen Sie?<br><strong>Preis</strong>');
    expect(first?.body).toContain('„Preise für 5 Stück &amp; &lt;b&gt;Lieferzeit&lt;/b&gt;“');
    expect(second?.body).toContain('Datenblatt');
    expect(second?.body).not.toMatch(/Preise|Antwort:/);
    const wants = (stand.profile(0).spielbein_wants ?? '').split('\n');
    expect(wants).toHaveLength(3);
    expect(wants[0]).toContain('Und ein Datenblatt');
  });

  it('is told, too, when a salesperson noted it in a conversation', async () => {
    await stand.say(3, 'Plant eine zweite Linie', { bySalesperson: true });
    await stand.settle();
    expect(stand.notes(3)).toHaveLength(1);
    expect(stand.notes(3)[0]?.body).toContain('Im Gespräch notiert:');
    expect(stand.notes(3)[0]?.body).toContain('„Plant eine zweite Linie“');
  });
});

describe('what somebody wants', () => {
  it('is what they said with a yes or a call, not why they said no, nor what sales noted', async () => {
    await stand.answer(8, 'no');
    await stand.say(8, 'Haben wir schon gelöst', { choice: 'Gelöst' });
    await stand.say(8, 'Baut um', { bySalesperson: true });
    await stand.settle();
    expect(
      stand
        .notes(8)
        .map(({ body }) => body)
        .join(),
    ).toContain('Haben wir schon gelöst');
    expect(stand.profile(8)).not.toHaveProperty('spielbein_wants');
    await stand.answer(8, 'call');
    await stand.settle();
    expect(stand.profile(8).spielbein_wants?.split('\n')).toEqual([
      expect.stringContaining('Rufen Sie mich an'),
      expect.stringContaining('Haben wir schon gelöst'),
    ]);
  });
});

describe('somebody who wants a call', () => {
  it('is a task for their salesperson, on the next working morning, once', async () => {
    const withOwner = await db
      .selectFrom('customers')
      .select(['id', 'owner_id', 'last_name'])
      .where('owner_id', 'is not', null)
      .where('archived_at', 'is', null)
      .orderBy('id')
      .executeTakeFirstOrThrow();
    const n = stand.ids.indexOf(withOwner.id);
    await stand.answer(n, 'call');
    await stand.settle();
    const [task, ...more] = stand.tasks(n);
    expect(more).toEqual([]);
    // said on a Friday
    const properties: Record<string, unknown> = task?.properties ?? {};
    expect(new Date(String(properties.hs_timestamp)).getUTCDay()).toBe(1);
    expect(String(properties.hs_timestamp)).toContain('T08:00:00.000Z');
    expect(properties).toMatchObject({
      hs_task_type: 'CALL',
      hs_task_priority: 'HIGH',
      hs_task_status: 'NOT_STARTED',
      hubspot_owner_id: withOwner.owner_id,
      hs_task_subject: expect.stringMatching(new RegExp(`^Rückruf gewünscht: .*${withOwner.last_name}.* – `)),
    });
    expect(task?.body).toContain(`/customers/${withOwner.id}/brief`);
    expect(stand.notes(n)).toHaveLength(1);
    expect(stand.profile(n).spielbein_call_requested_at).toMatch(/^2026-/);
  });

  it('says when and under which number before anything else', async () => {
    await stand.answer(7, 'call');
    clock.advance(30_000);
    await stand.say(7, 'Bitte auf 0711 0155-99, Stichwort „Düse“', { choice: 'Am Vormittag' });
    await stand.say(7, 'Ruft nie zurück', { bySalesperson: true });
    await stand.settle();
    const [task] = stand.tasks(7);
    expect(task?.properties.hs_task_subject).toMatch(/^Rückruf gewünscht: .* – Am Vormittag – /);
    expect(task?.body).toMatch(
      /^<p>Was genau wollen Sie\?<br><strong>Am Vormittag<\/strong><br>In eigenen Worten: „Bitte auf 0711 0155-99, Stichwort ‚Düse‘“<\/p>/,
    );
    expect(task?.body).not.toContain('Ruft nie zurück');
    expect(stand.notes(7)).toHaveLength(2);
  });

  it('and thinks better of it within the minute is no task', async () => {
    await stand.answer(1, 'call');
    clock.advance(10_000);
    await stand.answer(1, 'yes');
    await stand.settle();
    expect(stand.tasks()).toEqual([]);
    expect(await stand.outcomes()).toEqual({ 'note written': 1, 'profile written': 1, 'task nothing': 1 });
  });

  it('is a task for nobody in particular when the CRM does not take their salesperson any more', async () => {
    await db.updateTable('customers').set({ owner_id: '1' }).where('id', '=', stand.customer(2)).execute();
    await stand.answer(2, 'call');
    await stand.settle();
    expect(stand.tasks(2)).toHaveLength(1);
    expect(stand.tasks(2)[0]?.properties.hubspot_owner_id ?? null).toBeNull();
  });
});

describe('what somebody wishes for', () => {
  const wish = (n: number, given: { wish?: number | null; frequency?: 'quarterly' | null }) =>
    savePreferencesOf(n, { ratioWish: given.wish ?? null, frequency: given.frequency ?? null });

  it('is a suggestion beside the innovation ratio, which nobody but people changes', async () => {
    await db
      .updateTable('customers')
      .set({ innovation_ratio: 0.3 })
      .where('id', '=', stand.customer(4))
      .execute();
    const before = server.store.read('contacts', Number(stand.customer(4)))?.properties.innovation_ratio;
    await wish(4, { wish: 1, frequency: 'quarterly' });
    await stand.settle();
    expect(stand.profile(4)).toMatchObject({
      spielbein_suggested_ratio: '0.4',
      spielbein_suggested_ratio_reason: 'Wunsch des Kunden: mehr Neues',
      spielbein_preferences: 'Höchstens einmal im Quartal Post\nMehr Neues',
    });
    expect(stand.notes(4)[0]?.body).toContain('<strong>Mehr Neues</strong> (neu)');
    await wish(4, { frequency: 'quarterly' });
    await stand.settle();
    expect(stand.profile(4)).not.toHaveProperty('spielbein_suggested_ratio');
    expect(stand.notes(4)).toHaveLength(2);
    expect(stand.notes(4)[1]?.body).toContain('<li>Höchstens einmal im Quartal Post</li>');
    await wish(4, {});
    await stand.settle();
    expect(stand.notes(4)[2]?.body).toContain('zurückgenommen');
    // changed to and fro within the minute: nothing to tell
    await wish(4, { wish: -2 });
    await wish(4, {});
    await stand.settle();
    expect(stand.notes(4)).toHaveLength(3);
    const after = server.store.read('contacts', Number(stand.customer(4)))?.properties.innovation_ratio;
    expect(after).toBe(before);
  });

  it('comes before what their answers suggest, which is told with how sure it is, and only while it holds', async () => {
    const customerId = stand.customer(5);
    await db.updateTable('customers').set({ innovation_ratio: 0.2 }).where('id', '=', customerId).execute();
    await db
      .insertInto('ratio_suggestions')
      .values({
        customer_id: customerId,
        ratio: 0.2,
        suggested: 0.3,
        probability: 0.97,
        times: 2,
        made_at: clock.now(),
      })
      .execute();
    const tell = async () => {
      await gatherEntry(db, { kind: 'profile', customerId, now: clock.now() });
      await stand.settle();
    };
    await tell();
    expect(stand.profile(5)).toMatchObject({
      spielbein_suggested_ratio: '0.3',
      spielbein_suggested_ratio_reason:
        'Aus den Antworten: Auf Neues reagiert dieser Kunde etwa doppelt so oft wie auf Bewährtes (sehr wahrscheinlich). Vorschlag: 0,3 statt 0,2. Setzen können nur Sie ihn.',
    });
    await wish(5, { wish: -1 });
    await stand.settle();
    expect(stand.profile(5)).toMatchObject({
      spielbein_suggested_ratio: '0.1',
      spielbein_suggested_ratio_reason: 'Wunsch des Kunden: mehr Bewährtes',
    });
    await wish(5, {});
    await db.updateTable('customers').set({ innovation_ratio: 0.3 }).where('id', '=', customerId).execute();
    await tell();
    expect(stand.profile(5)).not.toHaveProperty('spielbein_suggested_ratio');
  });

  it('is told with what they say about their products', async () => {
    const owned = await db
      .selectFrom('owned_products')
      .select(['customer_id', 'product_id'])
      .where('customer_id', 'in', stand.ids)
      .executeTakeFirstOrThrow();
    const n = stand.ids.indexOf(owned.customer_id);
    const use = {
      customer_id: owned.customer_id,
      product_id: owned.product_id,
      used: false,
      said_on: '2026-11-24',
    };
    await db.insertInto('product_use').values(use).execute();
    await gatherEntry(db, { kind: 'note', customerId: owned.customer_id, now: clock.now() });
    await stand.settle();
    expect(stand.notes(n)[0]?.body).toContain('Setzt nicht mehr ein: ');
  });
});

describe('what is not told', () => {
  it('an answer that a program may have given', async () => {
    await stand.answer(0, 'call');
    await db.updateTable('answers').set({ doubted_at: clock.now() }).execute();
    await stand.settle();
    expect([stand.notes(), stand.tasks()]).toEqual([[], []]);
    expect(await stand.outcomes()).toEqual({ 'note nothing': 1, 'profile written': 1, 'task nothing': 1 });
    expect(stand.profile(0)).not.toHaveProperty('spielbein_last_answer');
  });

  it.each([
    [
      'notes',
      { notes: false, tasks: true, properties: true },
      { 'note not_wanted': 1, 'task written': 1, 'profile written': 1 },
    ],
    [
      'tasks',
      { notes: true, tasks: false, properties: true },
      { 'note written': 1, 'task not_wanted': 1, 'profile written': 1 },
    ],
    [
      'properties',
      { notes: true, tasks: true, properties: false },
      { 'note written': 1, 'task written': 1, 'profile not_wanted': 1 },
    ],
  ])('%s that are switched off, and they don’t pile up', async (_what, writeBack, outcomes) => {
    stand.settings.writeBack = writeBack;
    await stand.answer(0, 'call');
    await stand.settle();
    expect(await stand.outcomes()).toEqual(outcomes);
    expect(stand.notes()).toHaveLength(writeBack.notes ? 1 : 0);
    expect(stand.tasks()).toHaveLength(writeBack.tasks ? 1 : 0);
  });

  it('anything, when customers come from files', async () => {
    stand.crm = csvCrm({ dir: '/nowhere' });
    await stand.answer(0, 'call');
    await stand.settle();
    expect(await stand.outcomes()).toEqual({
      'note not_wanted': 1,
      'task not_wanted': 1,
      'profile not_wanted': 1,
    });
  });

  it('anything of who was erased meanwhile', async () => {
    await stand.answer(5, 'call');
    await stand.answer(6, 'yes');
    await erasePerson(db, stand.customer(5), clock.now());
    await stand.settle();
    expect([stand.notes(5), stand.tasks(5)]).toEqual([[], []]);
    expect(stand.notes(6)).toHaveLength(1);
  });

  it('anything that was told, any longer than needed', async () => {
    await stand.answer(0, 'yes');
    await stand.settle();
    const kept = await db
      .selectFrom('crm_entries')
      .select(['body', 'crm_id'])
      .where('kind', '=', 'note')
      .execute();
    expect(kept).toEqual([{ body: null, crm_id: String(stand.notes()[0]?.id) }]);
    clock.advance(401 * 24 * 60 * MINUTE);
    await forgetEntries(db, clock.now());
    expect(await stand.outcomes()).toEqual({});
  });
});
