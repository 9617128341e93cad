import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAnythingUntold } from '../../../src/feedback/crm/outbox.ts';
import { tellCrm } from '../../../src/feedback/crm/tell.ts';
import { suppress } from '../../../src/feedback/suppressions.ts';
import { resubscribe, unsubscribe } from '../../../src/feedback/unsubscribe.ts';
import { createCampaign } from '../../../src/ledger/campaigns.ts';
import type { ConsentDesk } from '../../../src/sync/port.ts';
import { seedCustomers } from '../../stands/company.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
await seedCustomers(db, 1);
await createCampaign(db, { id: 'herbst', name: 'Herbst', kind: 'adhoc', now: new Date() });
const address = 'person1@customers.test';
const { id: send } = await db
  .insertInto('sends')
  .values({ campaign_id: 'herbst', customer_id: 'c000001', chunk: 0, state: 'sent', email_key: address })
  .returning('id')
  .executeTakeFirstOrThrow();

/** What people and machines may do, in any order. The last ones happen in the middle of telling. */
const STEPS = [
  'unsubscribe',
  'undo',
  'complain',
  'bounce',
  'opt out in the CRM',
  'tell',
  'tell, undone before the call',
  'tell, undone after the call',
  'tell, killed before the call',
  'tell, killed after the call',
] as const;
type Step = (typeof STEPS)[number];

class Killed extends Error {}

it('whatever happens, in the end the CRM knows what the person said last', { timeout: 60_000 }, async () => {
  // mostly what is about one objection: a complaint ends what can be taken back
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('unsubscribe', 'undo', 'tell') },
    { weight: 4, arbitrary: fc.constantFrom(...STEPS.slice(5)) },
    { weight: 1, arbitrary: fc.constantFrom('complain', 'bounce', 'opt out in the CRM') },
  ) as fc.Arbitrary<Step>;
  const history = fc
    .array(step, { minLength: 2, maxLength: 8 })
    .map((steps) => ['unsubscribe' as Step, ...steps]);
  await fc.assert(fc.asyncProperty(history, live), {
    numRuns: 60,
    // rare ones, tried every time
    examples: [
      [['unsubscribe', 'tell, killed after the call', 'tell', 'undo']],
      [['unsubscribe', 'tell, killed after the call', 'undo']],
      [['unsubscribe', 'tell', 'undo', 'unsubscribe', 'undo']],
      [['unsubscribe', 'tell', 'undo', 'unsubscribe', 'tell', 'undo']],
      [['unsubscribe', 'tell', 'undo', 'bounce']],
      [['opt out in the CRM', 'unsubscribe', 'tell', 'undo']],
      [['opt out in the CRM', 'unsubscribe', 'tell, undone after the call']],
    ],
  });
});

async function live(steps: Step[]): Promise<void> {
  for (const table of ['mail_events', 'suppressions', 'crm_take_backs'] as const) {
    await db.deleteFrom(table).execute();
  }
  let subscribed = true;
  /** Whether the person has opted out in the CRM itself. While there is an objection here, both ends are right. */
  const there: { optedOut: 'no' | 'yes' | 'perhaps' } = { optedOut: 'no' };
  let around = async (_when: 'before' | 'after') => {};
  const desk: ConsentDesk = {
    before: async () => (subscribed ? [{ id: '7', subscribed: true, basis: null }] : null),
    optOut: async () => {
      await around('before');
      const outcome = subscribed ? 'told' : 'known';
      subscribed = false;
      await around('after');
      return { outcome };
    },
    takeBack: async () => {
      subscribed = true;
      return { outcome: 'told' };
    },
    close() {},
  };
  const now = () => new Date();
  const undo = async () => void (await resubscribe(db, send, now()));
  const tell = async (when?: 'before' | 'after', what?: () => Promise<void>) => {
    around = async (moment) => {
      if (moment === when) await what?.();
    };
    const told = tellCrm({ db, desk, source: 'test', now, signal: new AbortController().signal });
    await told.catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  };
  const die = async () => {
    throw new Killed();
  };
  const objects = async () =>
    (await db.selectFrom('suppressions').select('reason').where('reason', '<>', 'bounced').execute()).length >
    0;

  const act: Record<Step, () => Promise<unknown>> = {
    unsubscribe: () => unsubscribe(db, send, now()),
    undo,
    complain: () => suppress(db, { address, reason: 'complained', detail: 'spam', now: now() }),
    bounce: () => suppress(db, { address, reason: 'bounced', detail: '5.1.1', now: now() }),
    'opt out in the CRM': async () => {
      if (!subscribed) return;
      there.optedOut = (await objects()) || (await isAnythingUntold(db, now())) ? 'perhaps' : 'yes';
      subscribed = false;
    },
    tell: () => tell(),
    'tell, undone before the call': () => tell('before', undo),
    'tell, undone after the call': () => tell('after', undo),
    'tell, killed before the call': () => tell('before', die),
    'tell, killed after the call': () => tell('after', die),
  };
  for (const step of steps) await act[step]();
  while (await isAnythingUntold(db, now())) await tell();

  if (await objects()) expect(subscribed).toBe(false);
  else if (there.optedOut !== 'perhaps') expect(subscribed).toBe(there.optedOut === 'no');
}
