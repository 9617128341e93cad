import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/demo/crm-server/faults.ts';
import { gatherEntry } from '../../../src/feedback/crm/gather.ts';
import type { CrmAdapter, WriteDesk } from '../../../src/sync/port.ts';
import { testDatabase } from '../../stands/database.ts';
import { entriesStand, MINUTE } from './entries-stand.ts';

const { db } = await testDatabase();
// calls that hang belong to its weather: they must not take long
const stand = await entriesStand(db, 12, { timeoutMs: 400 });
const { server, clock } = stand;
afterAll(() => server.close());

const PEOPLE = 5;
const FAILURES: Failure[] = [
  429,
  477,
  423,
  500,
  502,
  503,
  'html',
  'empty',
  'reset',
  'reset-after-work',
  'hang-after-work',
  '502-after-work',
  'truncated',
];

type Step =
  | { does: 'answer'; who: number; position: number; answer: 'yes' | 'call' | 'no' }
  | { does: 'say'; who: number }
  | { does: 'fail'; failure: Failure; times: number; path: 'create' | 'update' | 'any' }
  | { does: 'break' | 'leave unsaid'; inputs: number }
  | { does: 'die'; when: 'before the call' | 'after the call' }
  | { does: 'wait'; minutes: number };

const who = fc.integer({ min: 0, max: PEOPLE - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('answer' as const),
      who,
      position: fc.constantFrom(0, 1),
      answer: fc.constantFrom('yes' as const, 'call' as const, 'no' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('say' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('fail' as const),
      failure: fc.constantFrom(...FAILURES),
      times: fc.integer({ min: 1, max: 3 }),
      path: fc.constantFrom('create' as const, 'update' as const, 'any' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constantFrom('break' as const, 'leave unsaid' as const),
      inputs: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('die' as const),
      when: fc.constantFrom('before the call' as const, 'after the call' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 3 }) }),
  },
);

class Killed extends Error {}

/** A process that dies at the next call: what the CRM has done stays done, and nobody writes down its answer. */
function dying(crm: CrmAdapter, when: 'before the call' | 'after the call'): CrmAdapter {
  const writing = async (...given: Parameters<NonNullable<CrmAdapter['writing']>>) => {
    const desk = (await crm.writing?.(...given)) as WriteDesk;
    const write = async function* (...call: Parameters<WriteDesk['write']>) {
      if (when === 'before the call') throw new Killed();
      for await (const answers of desk.write(...call)) if (answers.length > 0) break;
      yield await Promise.reject(new Killed());
    };
    return { ...desk, write: write as WriteDesk['write'] };
  };
  return { ...crm, writing };
}

const PATHS = { create: /batch\/create/, update: /batch\/update/, any: /./ };

/** Plays a story, then lets the weather clear and all be written. @returns what was said to questions, each once */
async function play(steps: readonly Step[]): Promise<string[]> {
  await stand.clear();
  const alive = stand.crm;
  const said: string[] = [];
  let sentences = 0;
  for (const each of steps) {
    switch (each.does) {
      case 'answer':
        await stand.answer(each.who, each.answer, each.position);
        break;
      case 'say': {
        const words = `Satz ${++sentences} von Person ${each.who}.`;
        // to the same question it takes the place of what is not told yet
        const { rows } = await sql<{ words: string }>`
          select words from statements where customer_id = ${stand.customer(each.who)} and crm_entry_id is null`.execute(
          db,
        );
        for (const row of rows) said.splice(said.indexOf(row.words), 1);
        await stand.say(each.who, words);
        said.push(words);
        break;
      }
      case 'fail':
        server.faults.failNext(each.times, each.failure, PATHS[each.path]);
        break;
      case 'break':
        server.faults.brokenInputs = each.inputs;
        break;
      case 'leave unsaid':
        server.faults.unsaidInputs = each.inputs;
        break;
      case 'die':
        stand.crm = dying(alive, each.when);
        clock.advance(MINUTE + 1);
        await stand.go().catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        stand.crm = alive;
        break;
      case 'wait':
        clock.advance(each.minutes * MINUTE + 1);
        await stand.go();
    }
    clock.advance(1000);
  }
  server.faults.clear();
  await stand.settle();
  return said;
}

describe('whatever happens on the way', () => {
  it('all that was said is in the CRM, once', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 30 }), async (steps) => {
        const said = await play(steps);
        const outcomes = await stand.outcomes();
        const notes = stand.notes();
        const tasks = stand.tasks();
        const marks = [...notes, ...tasks].map(({ mark }) => mark);
        expect(new Set(marks).size).toBe(marks.length);
        expect(marks).not.toContain('');
        expect(notes).toHaveLength(outcomes['note written'] ?? 0);
        expect(tasks).toHaveLength(outcomes['task written'] ?? 0);
        // everything said stands in exactly one note
        const all = notes.map(({ body }) => body).join('\n');
        for (const words of said) expect(all.split(words)).toHaveLength(2);
        const { rows: facts } = await sql<{ untold: number }>`
          select count(*) as untold from (
            select a.crm_entry_id from answers a union all select t.crm_entry_id from statements t) fact
          left join crm_entries e on e.id = fact.crm_entry_id
          where e.outcome is distinct from 'written'`.execute(db);
        expect(facts[0]?.untold).toBe(0);
        await expectProfiles();
        expect(Object.keys(outcomes).filter((what) => /refused|gone|not_wanted/.test(what))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('people who speak while it is being written', () => {
  it('are heard, each once', { timeout: 60_000 }, async () => {
    await stand.clear();
    const said: string[] = [];
    const speak = async (n: number) => {
      const words = `Satz ${n} von Person ${n % PEOPLE}.`;
      said.push(words);
      const sendId = stand.send(n % PEOPLE);
      const about = { sendId, position: 0 };
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('statements')
          .values({
            customer_id: stand.customer(n % PEOPLE),
            send_id: sendId,
            position: 0,
            question_id: `q${n}`,
            question: 'Was noch?',
            words,
            said_by: 'customer',
          })
          .execute();
        const given = {
          customerId: stand.customer(n % PEOPLE),
          now: new Date(clock.now().getTime() - MINUTE),
        };
        await gatherEntry(trx, { kind: 'note', about, ...given });
        await gatherEntry(trx, { kind: 'profile', ...given });
      });
    };
    const speaking = (async () => {
      for (let n = 0; n < 120; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(speak));
    })();
    let ended = false;
    const end = speaking.finally(() => {
      ended = true;
    });
    while (!ended) await stand.go();
    await end;
    await stand.settle();
    const all = stand.notes().map(({ body }) => body);
    expect(all.length).toBeGreaterThan(PEOPLE);
    for (const words of said) expect(all.filter((body) => body.includes(words))).toHaveLength(1);
  });
});

/** Contacts say what their customers said last; who wants a call has a task for it. */
async function expectProfiles(): Promise<void> {
  const { rows } = await sql<{ customer_id: string; position: number; answer: string; answered_at: Date }>`
    select customer_id, position, answer, answered_at from heard_answers order by answered_at`.execute(db);
  for (let n = 0; n < PEOPLE; n++) {
    const own = rows.filter(({ customer_id: id }) => id === stand.customer(n));
    const last = own.at(-1);
    if (!last) continue;
    const profile = stand.profile(n);
    expect(profile.spielbein_last_answer_at).toBe(last.answered_at.toISOString());
    const calls = own.filter(({ answer }) => answer === 'call');
    expect(profile.spielbein_call_requested_at).toBe(calls.at(-1)?.answered_at.toISOString());
    expect(stand.tasks(n).length).toBeGreaterThanOrEqual(calls.length);
  }
}
