import { beforeEach, describe, expect, it } from 'vitest';
import { learnTonight } from '../../jobs/learn.ts';
import type { Learned } from '../../src/compose/learned.ts';
import { oneAtATime } from '../../src/db/one-at-a-time.ts';
import { saveModel } from '../../src/learn/models.ts';
import { learnedSource } from '../../src/learn/source.ts';
import type { Library } from '../../src/library/library.ts';
import { LibraryError } from '../../src/library/problem.ts';
import type { Offer } from '../../src/library/schema.ts';
import type { Alert } from '../../src/observe/alert.ts';
import { library, NO_GENES, offer } from '../compose/fixtures.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T03:00:00Z');
const seen = { answers: 0, visits: 0, mailEvents: 0 };
const summary = { baseRate: 0.02, delay: [0.5, 1], cells: [], developments: [] };

/** An offer with a headline that is written in German only. */
const germanOnly: Offer = offer('o1', {
  genes: { ...NO_GENES, headline: { question: { de: 'Warum nicht?' } } },
});

beforeEach(async () => {
  await db.deleteFrom('variants').execute();
  await db.deleteFrom('models').execute();
});

const knowledge = (given: Library) => ({ library: given, problems: [], matchProduct: () => undefined });

/** What decisions go by, looked at anew. */
const learned = (given = library({ offers: [germanOnly] })): Promise<Learned> =>
  learnedSource({ db, content: { library: async () => knowledge(given) }, randomKey: 'key' })();

async function form(variantId: string, state: 'alive' | 'retired' | 'stopped'): Promise<void> {
  const ended = state === 'alive' ? null : now;
  await db
    .insertInto('variants')
    .values({
      offer_id: 'o1',
      variant_id: variantId,
      state,
      origin: 'founder',
      born_at: now,
      ended_at: ended,
    })
    .execute();
}

describe('what decisions go by', () => {
  it('is the newest model that this version of the program can read', async () => {
    expect((await learned()).policy).toMatchObject({ name: 'uniform', modelId: null });
    const id = await saveModel(db, { summary, seen, now });
    await saveModel(db, { summary: { ...summary, later: 'version' } as never, seen, now });
    expect((await learned()).policy).toMatchObject({ name: 'thompson', modelId: id });
  });

  it('does without the library’s files while somebody is half-way through an edit', async () => {
    await saveModel(db, { summary, seen, now });
    const content = { library: () => Promise.reject(new LibraryError('nowhere', [])) };
    expect((await learnedSource({ db, content, randomKey: 'key' })()).policy.name).toBe('thompson');
  });

  it('shows an offer as it was written to readers of a language in which no living form is', async () => {
    await form('base', 'retired');
    await form('headline=question', 'alive');
    const { variantsOf } = await learned();
    expect(variantsOf(germanOnly, 'de')).toEqual(['headline=question']);
    expect(variantsOf(germanOnly, 'en')).toEqual(['base']);
  });

  it('never shows what was stopped, also where learning is switched off', async () => {
    await form('base', 'stopped');
    await form('headline=question', 'stopped');
    const off = library({ offers: [germanOnly] });
    const settings = { ...off.settings, learning: { ...off.settings.learning, on: false } };
    for (const each of [await learned(), await learned({ ...off, settings })]) {
      expect(each.variantsOf(germanOnly, 'de')).toEqual([]);
      expect(each.variantsOf(germanOnly, 'en')).toEqual([]);
    }
  });
});

describe('the night’s learning', () => {
  it('waits for another process that is at it, and in the end tells somebody', async () => {
    const alerts: Alert[] = [];
    const tools = {
      db,
      content: { library: async () => knowledge(library()) } as never,
      randomKey: 'key',
      now: () => now,
      log: () => {},
      alert: async (alert: Alert) => void alerts.push(alert),
    };
    await oneAtATime(db, 'learn', () => learnTonight(tools, 20));
    expect(alerts.map(({ code }) => code)).toEqual(['learn_failed']);
    await learnTonight(tools, 20);
    expect(alerts).toHaveLength(1);
    expect(await db.selectFrom('models').select('id').execute()).toHaveLength(1);
  });
});
