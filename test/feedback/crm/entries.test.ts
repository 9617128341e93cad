import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../stands/database.ts';
import { entriesStand, MINUTE, PUBLIC_URL } from './entries-stand.ts';

const { db } = await testDatabase();
const stand = await entriesStand(db, 30);
const { server, clock } = stand;
afterAll(() => server.close());
beforeEach(() => stand.clear());

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
