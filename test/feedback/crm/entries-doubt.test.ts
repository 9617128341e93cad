import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { entriesStanding } from '../../../src/feedback/crm/entries/standing.ts';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { crmProxy, type Meddling } from '../../stands/crm-proxy.ts';
import { testDatabase } from '../../stands/database.ts';
import { entriesStand, MINUTE } from './entries-stand.ts';

const { db } = await testDatabase();
const stand = await entriesStand(db, 20);
const { server, clock } = stand;
const proxy = await crmProxy(server.url);
const crm = hubspotCrm({
  accessToken: 'test',
  baseUrl: proxy.url,
  patience: 0.001,
  timeoutMs: 600,
  settings: async () => HUBSPOT_DEFAULTS,
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});
beforeEach(async () => {
  await stand.clear();
  stand.crm = crm;
  proxy.meddler.meddle = async () => undefined;
  proxy.paths.length = 0;
});

const creates = (path: string) => /(notes|tasks)\/batch\/create/.test(path);
const meddle = (meddling: Meddling) => {
  proxy.meddler.meddle = meddling;
};
/** The work is done, and nobody hears of it, once. */
const answerLost = (change: (body: never) => unknown = (body) => body): Meddling => {
  let lost = false;
  return async ({ path, body, forward }) => {
    if (!creates(path) || lost) return undefined;
    lost = true;
    await forward(change(body as never));
    return 'cut';
  };
};
const marks = () => [...stand.notes(), ...stand.tasks()].map(({ mark }) => mark);
const passing = async (days: number) => {
  for (let n = 0; n < days * 24 && (await stand.open()); n++) {
    clock.advance(60 * MINUTE);
    await stand.go().catch(() => {});
  }
};

describe('a note that the CRM is asked to make', () => {
  it('has its time anew with each call, however long that waited', async () => {
    await stand.answer(0, 'yes');
    let left: Date | undefined;
    let dueAt: Date | undefined;
    meddle(async ({ path }) => {
      if (!creates(path)) return undefined;
      if (left === undefined) {
        clock.advance(70_000);
        left = clock.now();
        return { status: 429, body: { status: 'error', policyName: 'TEN_SECONDLY_ROLLING' } };
      }
      const { rows } = await sql<{
        due_at: Date;
      }>`select due_at from crm_entries where kind = 'note'`.execute(db);
      dueAt = rows[0]?.due_at;
      return undefined;
    });
    await stand.later();
    expect((dueAt?.getTime() ?? 0) - (left?.getTime() ?? 0)).toBeGreaterThanOrEqual(MINUTE);
  });

  it('is left to whoever has begun it since', async () => {
    for (let n = 0; n < 3; n++) await stand.answer(n, 'yes');
    let asked = 0;
    meddle(async ({ path }) => {
      if (!creates(path)) return undefined;
      asked++;
      if (asked > 1) return undefined;
      // meanwhile another process, which holds the lock by now, has begun two of them
      await sql`update crm_entries set tries = tries + 1 where kind = 'note' and customer_id = any(${[
        stand.customer(0),
        stand.customer(1),
      ]})`.execute(db);
      return { status: 429, body: { status: 'error', policyName: 'TEN_SECONDLY_ROLLING' } };
    });
    await stand.later();
    expect(asked).toBe(2);
    expect(stand.notes().map(({ contacts }) => contacts)).toEqual([[stand.customer(2)]]);
    await stand.settle();
    expect(stand.notes()).toHaveLength(3);
  });

  it('is not asked for at all when others have them all', async () => {
    await stand.answer(0, 'yes');
    let asked = 0;
    meddle(async ({ path }) => {
      if (!creates(path)) return undefined;
      asked++;
      await sql`update crm_entries set tries = tries + 1 where kind = 'note'`.execute(db);
      return { status: 429, body: { status: 'error', policyName: 'TEN_SECONDLY_ROLLING' } };
    });
    await stand.later();
    expect(asked).toBe(1);
  });

  it('is found when the CRM writes its mark in another way', async () => {
    await stand.answer(0, 'yes');
    meddle(
      answerLost(({ inputs }: { inputs: { properties: { hs_note_body: string } }[] }) => ({
        inputs: inputs.map((input) => ({
          ...input,
          properties: {
            ...input.properties,
            hs_note_body: input.properties.hs_note_body.replace(
              /<small>Spielbein (\d+-)(.*?)<\/small>/,
              '<span style="font-size:80%">Spielbein&nbsp;<b>$1</b>$2</span>',
            ),
          },
        })),
      })),
    );
    await stand.settle();
    expect(stand.notes(0)).toHaveLength(1);
    expect(await stand.outcomes()).toMatchObject({ 'note written': 1 });
  });

  it('is looked for again after minutes before it is made anew: it may come to light late', async () => {
    await stand.answer(0, 'yes');
    const lost = answerLost();
    let looks = 0;
    meddle(async (call) => {
      if (!/associations\/contacts\/notes\/batch\/read/.test(call.path)) return await lost(call);
      if (++looks > 1) return undefined;
      const errors = call.body.inputs.map(({ id }: { id: string }) => ({
        status: 'error',
        category: 'OBJECT_NOT_FOUND',
        subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
        message: 'none',
        context: { fromObjectId: [id] },
      }));
      return { status: 207, body: { status: 'COMPLETE', results: [], numErrors: 1, errors } };
    });
    await stand.settle();
    expect(looks).toBe(2);
    expect(stand.notes(0)).toHaveLength(1);
  });

  it('is read for among the newest first, and no further than needed', async () => {
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 202 }];
    const old = Array.from({ length: 100 }, () => ({
      properties: { hs_timestamp: '2026-01-01T00:00:00Z', hs_note_body: 'old' },
      associations: [{ to: { id: stand.customer(9) }, types }],
    }));
    for (let n = 0; n < 3; n++) {
      await fetch(`${server.url}/crm/v3/objects/notes/batch/create`, {
        method: 'POST',
        headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: old }),
      });
    }
    await stand.answer(9, 'yes');
    meddle(answerLost());
    await stand.settle();
    expect(proxy.paths.filter((path) => /objects\/notes\/batch\/read/.test(path))).toHaveLength(1);
    expect(new Set(marks()).size).toBe(2);
  });
});

describe('a note that HubSpot can’t read', () => {
  const unreadable = (first: () => string | undefined): Meddling => {
    const lost = answerLost();
    return async (call) => {
      if (!/objects\/notes\/batch\/read/.test(call.path)) return await lost(call);
      const answer = await call.forward();
      const hidden = first();
      const results = answer.body.results.filter(({ id }: { id: string }) => id !== hidden);
      if (results.length === answer.body.results.length) return answer;
      const errors = [
        { status: 'error', category: 'INTERNAL_ERROR', message: 'x', context: { ids: [hidden] } },
      ];
      return { status: 207, body: { ...answer.body, results, numErrors: 1, errors } };
    };
  };

  it('keeps no other from being found', async () => {
    for (let n = 0; n < 4; n++) await stand.answer(n, 'yes');
    meddle(unreadable(() => String(stand.notes(3)[0]?.id)));
    for (let n = 0; n < 8; n++) await stand.later();
    expect(await stand.outcomes()).toMatchObject({ 'note written': 3, 'note open': 1 });
    expect(stand.notes()).toHaveLength(4);
  });

  it('is in doubt for a week, then given up, and somebody is told', { timeout: 60_000 }, async () => {
    await stand.answer(3, 'yes');
    meddle(unreadable(() => String(stand.notes(3)[0]?.id)));
    await passing(6);
    expect(await stand.outcomes()).toMatchObject({ 'note open': 1 });
    expect(stand.alerts).toEqual([]);
    await passing(2);
    expect(await stand.outcomes()).toMatchObject({ 'note refused': 1 });
    expect(stand.notes(3)).toHaveLength(1);
    expect(stand.alerts).toMatchObject([{ code: 'crm_entry_given_up' }]);
    expect(await entriesStanding(db, clock.now())).toMatchObject({ inDoubt: 0, givenUp: 1 });
  });
});
