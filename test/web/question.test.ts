import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startWeb } from '../../src/web/web.ts';
import { accessibilityProblems } from '../stands/accessible.ts';
import { chromiumAvailable, launchChromium } from '../stands/chromium.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { BROWSER, personAt, ticketIn } from './person.ts';
import { pathOf, seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let count = 0;

const QUESTIONS = {
  wants: `
ask: customer
when: { answers: [yes], kind: proven }
priority: 5
choices:
  - { id: papers, de: Unterlagen, en: Papers }
  - { id: other, de: "Etwas zu {{product}}", en: "Something about {{product}}", eachProduct: true }
de: { question: Was genau wollen Sie?, why: Dann bekommen Sie genau das. }
en: { question: What exactly would you like? }
`,
  unfit: `
ask: customer
when: { answers: [no] }
choices:
  - { id: unused, de: "{{product}} ist nicht im Einsatz", en: "{{product}} is not in use", means: not_used }
  - { id: spring, de: Nicht vor dem Frühling, en: Not before spring, means: ask_later, months: 6 }
words: false
de: { question: Was passt nicht? }
en: { question: What does not fit? }
`,
  reach: `
ask: customer
when: { answers: [call] }
de: { question: Wann erreichen wir Sie?, words: Telefon und Uhrzeit }
`,
};

/** What sales asks is not the customers' to answer. */
const OTHERS = { visit: 'ask: sales\nde: { question: Wer kommt noch? }\nen: { question: Who else? }\n' };

async function seed(web: WebStand): Promise<{ sendId: number; customerId: string }> {
  count += 1;
  const folder = join(web.libraryDir, 'questions');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...QUESTIONS, ...OTHERS }))
    await writeFile(join(folder, `${name}.yaml`), text);
  const customerId = `q${count}`;
  return { customerId, sendId: await seedSend(db, { id: customerId }) };
}

const statementsOf = (customerId: string) =>
  db.selectFrom('statements').selectAll().where('customer_id', '=', customerId).orderBy('id').execute();

describe('the further question', () => {
  let web: WebStand;
  let person: ReturnType<typeof personAt>;
  let sendId: number;
  let customerId: string;
  beforeEach(async () => {
    web = await webStand(db);
    person = personAt(web);
    ({ sendId, customerId } = await seed(web));
  });
  const link = (answer: 'yes' | 'no' | 'call') => web.links.answer(sendId, 0, answer);
  const thanks = (answer: 'yes' | 'no' | 'call') => person.answer(link(answer), `answer=${answer}`);

  test('is the one that fits the answer, about what the customer owns', async () => {
    const page = await thanks('yes');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Was genau wollen Sie?');
    expect(page.body).toContain('value="other:laser"><span>Etwas zu Laserdrucker LX');
    expect(page.body).not.toContain('Was passt nicht?');
    expect((await person.send(link('yes'), page, 'answer=no')).body).toContain('Was passt nicht?');
  });

  test('is stored as it was read, told to the CRM, and answered by a thank-you that says who reads it', async () => {
    const page = await person.send(link('yes'), await thanks('yes'), {
      question: 'wants',
      after: 'yes',
      choice: 'other:laser',
      words: '  Geht das auch\r\nmit 24 V?  ',
    });
    expect(page.body).toContain('Wir lesen das.');
    expect(await statementsOf(customerId)).toMatchObject([
      {
        send_id: sendId,
        position: 0,
        content_id: 'firmware',
        question_id: 'wants',
        question: 'Was genau wollen Sie?',
        choice: 'other:laser',
        choice_words: 'Etwas zu Laserdrucker LX',
        words: 'Geht das auch\nmit 24 V?',
        said_by: 'customer',
      },
    ]);
    const answers = await db.selectFrom('answers').select('answer').where('send_id', '=', sendId).execute();
    expect(answers).toEqual([{ answer: 'yes' }]);
    expect(web.logged).toContainEqual({
      event: 'statement',
      fields: { send: sendId, position: 0, question: 'wants' },
    });
  });

  test('names the salesperson, when there is one', async () => {
    await db
      .insertInto('owners')
      .values({ id: 'o1', source: 'test', name: 'Jana Winter', email: null })
      .execute();
    await db.updateTable('customers').set({ owner_id: 'o1' }).where('id', '=', customerId).execute();
    const said = { question: 'reach', after: 'call', words: 'Nachmittags' };
    const page = await person.send(link('call'), await thanks('call'), said);
    expect(page.body).toContain('Jana Winter liest das.');
  });

  test('is not asked again of whoever has answered it, but can be answered anew', async () => {
    const page = await thanks('yes');
    const said = { question: 'wants', after: 'yes', choice: 'papers' };
    await person.send(link('yes'), page, said);
    expect((await thanks('yes')).body).not.toContain('Was genau wollen Sie?');
    await person.send(link('yes'), page, { ...said, choice: '', words: 'Doch nicht' });
    await person.send(link('yes'), page, { question: 'wants', after: 'yes', words: 'Doch nicht' });
    expect(await statementsOf(customerId)).toMatchObject([{ choice: null, words: 'Doch nicht' }]);
  });

  test('is not followed by another one when the link is opened again', async () => {
    await writeFile(
      join(web.libraryDir, 'questions', 'second.yaml'),
      'ask: customer\npriority: 1\nde: { question: Noch etwas? }\nen: { question: Anything else? }\n',
    );
    const page = await thanks('yes');
    expect((await person.open(link('yes'))).body).toContain('Was genau wollen Sie?');
    await person.send(link('yes'), page, { question: 'wants', after: 'yes', choice: 'papers' });
    const again = await person.open(link('yes'));
    expect(again.body).toContain('Notiert: „Ja, bitte“');
    expect(again.body).not.toMatch(/Was genau wollen Sie|Noch etwas/);
  });

  test('means what it says only until the answer is changed', async () => {
    const refused = await thanks('no');
    await person.send(link('no'), refused, { question: 'unfit', after: 'no', choice: 'unused' });
    const owned = () =>
      db.selectFrom('owned_products').selectAll().where('customer_id', '=', customerId).execute();
    expect(await owned()).toEqual([]);
    await thanks('yes');
    expect(await owned()).toHaveLength(1);
    expect(await statementsOf(customerId)).toMatchObject([{ choice: 'unused' }]);
  });

  test('corrects what is owned, and lets content rest, as the choice says', async () => {
    const page = await thanks('no');
    await person.send(link('no'), page, { question: 'unfit', after: 'no', choice: 'unused' });
    const owned = () =>
      db.selectFrom('owned_products').selectAll().where('customer_id', '=', customerId).execute();
    expect(await owned()).toEqual([]);
    await person.send(link('no'), page, { question: 'unfit', after: 'no', choice: 'spring' });
    expect(await owned()).toHaveLength(1);
    expect(await statementsOf(customerId)).toMatchObject([{ choice: 'spring', not_before: '2027-04-12' }]);
  });

  test.each<[string, 'yes' | 'no' | 'call', Record<string, string>, string]>([
    ['nothing', 'yes', { question: 'wants', after: 'yes' }, 'Wählen Sie bitte etwas aus, oder schreiben'],
    [
      'only what nobody sees',
      'call',
      { question: 'reach', after: 'call', words: ' \n\u200b\u2800' },
      'Schreiben Sie bitte etwas',
    ],
    ['no choice', 'no', { question: 'unfit', after: 'no' }, 'Wählen Sie bitte eine der'],
    [
      'another choice',
      'yes',
      { question: 'wants', after: 'yes', choice: 'gold', words: 'Meins' },
      'nicht mehr',
    ],
    [
      'too much',
      'yes',
      { question: 'wants', after: 'yes', choice: 'papers', words: 'ä'.repeat(1001) },
      'zu lang',
    ],
    [
      'an unknown question',
      'yes',
      { question: 'nope', after: 'yes', words: 'Meins' },
      'inzwischen nicht mehr',
    ],
    ['a question for others', 'yes', { question: 'visit', after: 'yes', words: 'Niemand' }, 'inzwischen'],
    [
      'an unknown question, without words',
      'yes',
      { question: 'nope', after: 'yes', choice: 'x' },
      'auf diese',
    ],
    ['a made-up moment', 'yes', { question: 'wants', after: '<b>' }, 'Wählen Sie bitte etwas aus, oder'],
  ])(
    'is asked once more after %s, with everything that was filled in',
    async (_, answer, fields, message) => {
      const page = await person.send(link(answer), await thanks(answer), fields);
      expect(page.statusCode).toBe(422);
      expect(page.body).toContain('role="alert"');
      expect(page.body).toContain(message);
      if (fields.words && answer === 'yes') expect(page.body).toContain(fields.words);
      if (fields.choice === 'papers') expect(page.body).toContain('value="papers" checked');
      expect(await statementsOf(customerId)).toEqual([]);
    },
  );

  describe('that was asked is heard whatever has changed since:', () => {
    const library = (name: string, text: string) =>
      writeFile(join(web.libraryDir, 'questions', `${name}.yaml`), text);
    const heard = async (
      answer: 'yes' | 'no',
      fields: Record<string, string>,
      meanwhile: () => Promise<unknown>,
    ) => {
      const page = await thanks(answer);
      await meanwhile();
      const said = await person.send(link(answer), page, { after: answer, ...fields });
      expect([said.statusCode, said.body.includes('Wir lesen das.')]).toEqual([200, true]);
      return statementsOf(customerId);
    };

    test('a gap that was filled in another tab', async () => {
      await library('wants', QUESTIONS.wants.replace('kind: proven', 'gap: no_wish'));
      const wish = { customer_id: customerId, ratio_wish: 1, topics_off: [], changed_at: web.clock.now() };
      const fill = () => db.insertInto('preferences').values(wish).execute();
      const said = { question: 'wants', choice: 'papers', words: 'Bitte auch Maße' };
      expect(await heard('yes', said, fill)).toMatchObject([{ choice: 'papers', words: 'Bitte auch Maße' }]);
    });

    test('a product that was corrected', async () => {
      const give = () =>
        db
          .insertInto('product_use')
          .values({ customer_id: customerId, product_id: 'p1', used: false, said_on: '2026-10-12' })
          .execute();
      expect(await heard('yes', { question: 'wants', choice: 'other:laser' }, give)).toMatchObject([
        { choice: 'other:laser', choice_words: 'Etwas zu Laserdrucker LX' },
      ]);
    });

    test('a library that asks it of other answers now, in another language, and without words', async () => {
      const change = () =>
        library('wants', QUESTIONS.wants.replace('[yes]', '[later]').replace(/^de: .*\n/m, 'words: false\n'));
      expect(
        await heard('yes', { question: 'wants', choice: 'papers', words: 'Gern' }, change),
      ).toMatchObject([{ question: 'What exactly would you like?', choice: 'papers', words: 'Gern' }]);
    });
  });

  test('that is gone keeps what was written, and takes it as it is', async () => {
    const page = await thanks('call');
    await rm(join(web.libraryDir, 'questions'), { recursive: true });
    const gone = await person.send(link('call'), page, {
      question: 'reach',
      after: 'call',
      words: 'Montags <früh>',
    });
    expect(gone.statusCode).toBe(422);
    expect(gone.body).not.toContain('Vielen Dank');
    expect(gone.body).toContain('Montags &lt;früh&gt;');
    expect(gone.body).toContain('<legend>Was möchten Sie uns sagen?</legend>');
    expect(await statementsOf(customerId)).toEqual([]);
    await person.send(link('call'), gone, { question: '_words', after: 'call', words: 'Montags <früh>' });
    expect(await statementsOf(customerId)).toMatchObject([
      { question: 'Was möchten Sie uns sagen?', choice: null, words: 'Montags <früh>' },
    ]);
  });

  test('never comes in a language that it has no words in', async () => {
    const asked = async (language: string) => {
      const ticket = ticketIn((await person.open(link('call'))).body);
      web.clock.advance(5000);
      const page = await web.app.inject({
        method: 'POST',
        url: `${pathOf(link('call'))}?lang=${language}`,
        payload: new URLSearchParams({ answer: 'call', ticket }).toString(),
        headers: { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(page.body).toContain(language === 'de' ? 'Wir rufen Sie an.' : 'We will call you.');
      return page.body.includes('name="question"');
    };
    expect([await asked('de'), await asked('en')]).toEqual([true, false]);
  });

  test('is none when there is no catalogue', async () => {
    await rm(join(web.libraryDir, 'questions'), { recursive: true });
    const page = await thanks('yes');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Sie können dieses Fenster schließen.');
    expect(page.body).not.toContain('name="question"');
  });
});

describe.skipIf(!chromiumAvailable())('the further question in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function open(options: { javaScriptEnabled: boolean; language: 'de' | 'en' }) {
    const port = await freePort();
    const web = await webStand(db, { publicUrl: `http://localhost:${port}`, port });
    const running = await startWeb(web.options);
    const { sendId, customerId } = await seed(web);
    const { javaScriptEnabled, language } = options;
    const context = await browser.newContext({
      viewport: { width: 320, height: 700 },
      javaScriptEnabled,
      locale: language,
    });
    onTestFinished(async () => {
      await context.close();
      await running.close();
    });
    const page = await context.newPage();
    await page.goto(web.links.answer(sendId, 0, 'yes'));
    web.clock.advance(5000);
    await page.locator('main button').click();
    return { page, web, customerId };
  }

  test('is answered by keyboard alone, without scripts, after a slip', async () => {
    const { page, web, customerId } = await open({ javaScriptEnabled: false, language: 'de' });
    const send = async () => {
      web.clock.advance(5000);
      await page.getByRole('button', { name: 'Absenden' }).press('Enter');
    };
    await page.getByRole('group', { name: 'Was genau wollen Sie?' }).waitFor();
    await send();
    await page.getByRole('alert').waitFor();
    // the first choice has the focus; from it on by arrow and Tab
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Bitte bis Freitag');
    await send();
    await page.getByRole('status').getByText('Wir lesen das.').waitFor();
    expect(await statementsOf(customerId)).toMatchObject([
      { choice: 'other:laser', words: 'Bitte bis Freitag' },
    ]);
    await page.getByRole('link', { name: 'Ihre Einstellungen' }).click();
    await page.getByRole('heading', { name: 'Ihre Einstellungen' }).waitFor();
  });

  test.each(['de', 'en'] as const)('shuts nobody out in language %s', async (language) => {
    const { page, web } = await open({ javaScriptEnabled: true, language });
    const send = async () => {
      web.clock.advance(5000);
      await page.locator('.question button').click();
    };
    expect(await accessibilityProblems(page)).toEqual([]);
    await send();
    await page.getByRole('alert').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('radio').first().check();
    await send();
    await page.getByRole('status').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
