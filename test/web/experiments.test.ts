import { describe, expect, test } from 'vitest';
import { drawFamily, inFamilyOrder, type Member } from '../../src/web/console/experiments/family.ts';
import { learningLibrary } from '../learn/library.ts';
import { seedDecisions, seedLearning } from '../learn/seed.ts';
import { testDatabase } from '../stands/database.ts';
import { type WebStand, webStand } from './stand.ts';

const NOW = new Date('2026-10-12T09:00:00Z');
const { db } = await testDatabase();

async function stand(): Promise<WebStand> {
  return await webStand(db, { libraryDir: (await learningLibrary()).libraryDir });
}

/** A page; on a busy machine once more, when it says that it is still counting. */
async function get({ app }: WebStand, url: string) {
  for (;;) {
    const page = await app.inject({ url, headers: { host: 'localhost:3000', 'accept-language': 'de' } });
    if (!page.body.includes('Die Antworten werden gerade ausgewertet.')) return page;
  }
}

const decide = ({ app }: WebStand, payload: Record<string, string>, origin = 'http://localhost:3000') =>
  app.inject({
    method: 'POST',
    url: '/experiments/decide',
    headers: {
      host: 'localhost:3000',
      origin,
      'accept-language': 'de',
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: new URLSearchParams(payload).toString(),
  });

describe('the family of an offer’s forms', () => {
  const member = (variantId: string, given: Partial<Member> = {}): Member => ({
    variantId,
    number: 1,
    label: variantId,
    state: 'alive',
    promoted: false,
    bornAt: NOW,
    endedAt: null,
    parents: [],
    rate: '',
    shortRate: '',
    ...given,
  });
  const frame = { label: 'tree', width: 720, now: NOW, day: () => 'a day', today: 'today' };

  test('puts children under their first parent, and shows everybody once, whatever the database says', () => {
    const order = (members: Member[]) => inFamilyOrder(members).map(({ variantId }) => variantId);
    const child = (id: string, ...parents: string[]) => member(id, { parents });
    expect(order([member('a'), member('b'), child('b1', 'b'), child('a1', 'a', 'b')])).toEqual([
      'a',
      'a1',
      'b',
      'b1',
    ]);
    expect(order([child('x', 'y'), child('y', 'x'), child('z', 'gone')])).toEqual(['z', 'x', 'y']);
  });

  test('is drawn without style and script, and what people wrote is text in it', () => {
    const svg = drawFamily(
      [
        member('base', { label: '</text><script>alert(1)</script>\u202e"' }),
        member('a', { parents: ['base'], state: 'stopped', endedAt: NOW }),
      ],
      frame,
    );
    expect(svg).not.toMatch(/<script|style=|\u202e/);
    expect(svg).toContain('&lt;script>');
    expect(svg.match(/<path/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
  });
});

describe('the page of experiments', () => {
  test('says what will be there before anything was shown', async () => {
    const { statusCode, body } = await get(await stand(), '/experiments');
    expect(statusCode).toBe(200);
    expect(body).toContain('Noch nie gezeigt.');
    expect(body).toContain('Im Augenblick nichts.');
  });

  test('shows each family with its texts, ranges, parents and ends, and what happened', async () => {
    await seedLearning(db, { until: NOW, mailsAWeek: 60, seed: 'page' });
    await seedDecisions(db, NOW);
    const web = await stand();
    const { body } = await get(web, '/experiments');
    expect(body).toMatch(/Fassungen im Rennen<\/dt><dd class="free">6</);
    expect(body).toMatch(/ausgeschieden<\/dt><dd>2</);
    expect(body.match(/<svg role="img"/g)).toHaveLength(4);
    expect(body).toContain('Überschrift „Wer merkt es, wenn ein Code fehlt?“');
    expect(body).toContain('(aus 1)');
    expect(body).toContain('zu viele Abmeldungen oder Beschwerden');
    expect(body).toContain('<strong>Ausgeschieden:</strong>');
    expect(body.match(/class="decision"/g)).toHaveLength(4);
    expect(body).toContain('action="./experiments/decide"');
    const english = (await get(web, '/experiments?lang=en')).body;
    expect(english).toContain('Versions in the running');
    expect(english).not.toMatch(/[„ß]/);
  });

  test('has counted right', async () => {
    const shown = await db
      .selectFrom('shown_blocks')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('content_id', '=', 'kamera')
      .where('variant_id', '=', 'headline=in-figures')
      .executeTakeFirstOrThrow();
    const { body } = await get(await stand(), '/experiments/kamera');
    const row =
      body
        .split('<tr>')
        .slice(1)
        .find((each) => each.includes('Jeder Code gelesen, 600 in der Minute')) ?? '';
    expect(row).toContain(`<td data-head="gezeigt">${shown.n}</td>`);
    expect(row).toContain('ausgeschieden am');
  });

  test('shows an offer’s living forms by the templates that sending uses, and no others', async () => {
    const web = await stand();
    const { body } = await get(web, '/experiments/kamera');
    const frames = [...body.matchAll(/<iframe src="([^"]+)"/g)].map(([, src]) => src ?? '');
    expect(frames).toHaveLength(3);
    const look = frames.find((src) => src.includes('see-it'))?.replaceAll('&amp;', '&') ?? '';
    const mail = await get(web, look.replace('../', '/'));
    expect(mail.statusCode).toBe(200);
    expect(mail.body).toContain('Möchten Sie die Kamera an Ihrer Linie sehen?');
    expect(mail.headers['content-security-policy']).toContain('sandbox');
    for (const url of [
      '/experiments/kamera/look?form=headline%3Dnone',
      '/experiments/none/look',
      '/experiments/none',
    ])
      expect((await get(web, url)).statusCode, url).toBe(404);
  });

  test('takes a yes or no, once: who comes second is told so', async () => {
    const web = await stand();
    const done = await decide(web, { id: 'pairing:kamera/pumpe', as: 'yes' });
    expect(done.headers.location).toBe('../experiments?decided=1#decide');
    const again = await decide(web, { id: 'pairing:kamera/pumpe', as: 'no' });
    // whoever says no looked at what a colleague has agreed to since: a yes is taken back on the command line
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('Jemand war schneller');
    const { id } = await db
      .selectFrom('proposals')
      .select('id')
      .where('kind', '=', 'graduate')
      .executeTakeFirstOrThrow();
    const both = await Promise.all([1, 2].map(() => decide(web, { id: String(id), as: 'no' })));
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    const acts = await db.selectFrom('audit_log').select(['action', 'subject']).execute();
    expect(acts).toEqual([
      { action: 'learning_decided', subject: 'pairing:kamera/pumpe' },
      { action: 'learning_decided', subject: String(id) },
    ]);
    expect((await decide(web, { id: '1', as: 'yes' }, 'https://evil.example')).statusCode).toBe(403);
    expect((await decide(web, { id: '1', as: 'perhaps' })).statusCode).toBe(404);
  });
});
