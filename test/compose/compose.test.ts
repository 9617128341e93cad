import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComposeContext, compose } from '../../src/compose/compose.ts';
import type { CustomerFacts } from '../../src/compose/facts.ts';
import type { Composition } from '../../src/domain/composition.ts';
import { NO_PREFERENCES, type Preferences } from '../../src/domain/conversation.ts';
import { context, customer, development, facts, library, now, offer, owns } from './fixtures.ts';

const day = 86_400_000;
const ago = (days: number) => new Date(now.getTime() - days * day);

function skipped(given: CustomerFacts, how: ComposeContext = context()) {
  const decision = compose(given, how);
  return decision.send ? 'sent' : decision.reason;
}

function composed(given: CustomerFacts, how: ComposeContext = context()): Composition {
  const decision = compose(given, how);
  if (!decision.send) throw new Error(`Skipped: ${decision.reason}`);
  return decision.composition;
}

const ids = (composition: Composition, kind: 'proven' | 'experimental') =>
  composition.blocks.filter((b) => b.kind === kind).map((b) => b.contentId);

describe('who gets no mail', () => {
  it.each([
    ['no_address', facts({ customer: customer({ email: null }) })],
    ['no_legal_basis', facts({ customer: customer({ consent: 'none' }) })],
    ['opted_out', facts({ customer: customer({ optedOut: true }) })],
    ['bounced', facts({ customer: customer({ bounced: true }) })],
    ['suppressed', facts({ suppressed: true })],
    ['archived', facts({ archived: true })],
    ['duplicate_address', facts({ duplicate: true })],
    ['owns_nothing', facts({ owned: [] })],
    [
      'nothing_new',
      facts({
        shown: new Map([
          ['d1', 1],
          ['d2', 1],
          ['d3', 1],
        ]),
      }),
    ],
    ['nothing_new', facts({ owned: [owns('scale', 'Wägen')] })],
    ['in_flight', facts({ inFlight: true })],
    ['capped_recently', facts({ recentMails: [ago(6)] })],
    // a week ago to the day, some hours later
    ['sent', facts({ recentMails: [ago(6.9)] })],
    ['sent', facts({ recentMails: [ago(7)] })],
    ['capped_period', facts({ recentMails: [80, 70, 60, 50, 40, 30].map(ago) })],
    ['sent', facts({ recentMails: [91, 70, 60, 50, 40, 30].map(ago) })],
  ])('%s', (reason, given) => {
    expect(skipped(given)).toBe(reason);
  });

  it('those written to within the days of the cap, also when these are more than the period', () => {
    const rules = library({ rules: { minDaysBetween: 30, periodDays: 14 } });
    expect(skipped(facts({ recentMails: [ago(20)] }), context({ library: rules }))).toBe('capped_recently');
  });

  it('those outside the campaign', () => {
    const audience = { products: ['scale'] };
    expect(skipped(facts(), context({ campaign: { id: 'c', audience } }))).toBe('not_in_segment');
    expect(
      skipped(facts(), context({ campaign: { id: 'c', audience: { families: ['Kennzeichnen'] } } })),
    ).toBe('sent');
  });

  it('the holdout: the same customers in every campaign, about as many as asked for', () => {
    const rules = library({ rules: { holdout: 0.2 } });
    const out = (campaign: string) =>
      Array.from({ length: 1000 }, (_, i) => String(i)).filter(
        (id) =>
          skipped(
            facts({ customer: customer({ id }) }),
            context({ library: rules, campaign: { id: campaign, audience: {} } }),
          ) === 'holdout',
      );
    expect(out('a')).toEqual(out('b'));
    expect(out('a').length).toBeGreaterThan(150);
    expect(out('a').length).toBeLessThan(250);
  });
});

describe('the holdout', () => {
  const held = { rules: { holdout: 0.5, defaultRatio: 0.4, minDaysBetween: 7, maxProven: 2, maxBlocks: 2 } };
  const written = { rules: { ...held.rules, holdout: 0 } };
  const developments = ['a', 'b', 'c'].map((id) => development(id));

  it('is decided about like everybody else, campaign after campaign, and then left out', () => {
    for (let i = 0; i < 40; i++) {
      const is = customer({ id: String(i) });
      let out = facts({ customer: is });
      let mailed = facts({ customer: is });
      for (let day = 0; day < 30; day += 5) {
        const now = new Date(Date.UTC(2026, 5, 15 + day, 8));
        const campaign = { id: `day ${day}`, audience: {} };
        const would = compose(
          mailed,
          context({ library: library({ ...written, developments }), now, campaign }),
        );
        const decision = compose(
          out,
          context({ library: library({ ...held, developments }), now, campaign }),
        );
        const shown = would.send ? would.composition : null;
        if (shown) {
          mailed = {
            ...mailed,
            shown: plus(mailed.shown, shown),
            recentMails: [...mailed.recentMails, now],
            account: shown.account.after,
          };
        }
        if (decision.send) {
          out = {
            ...out,
            shown: plus(out.shown, decision.composition),
            recentMails: [...out.recentMails, now],
            account: decision.composition.account.after,
          };
        } else if (decision.heldOut) {
          expect(decision.reason).toBe('holdout');
          const { heldOut } = out;
          out = {
            ...out,
            heldOut: {
              shown: plus(heldOut.shown, decision.heldOut),
              mails: [...heldOut.mails, now],
              account: decision.heldOut.account.after,
            },
          };
        }
        expect(decision.send ? decision.composition.blocks : (decision.heldOut?.blocks ?? [])).toEqual(
          shown?.blocks ?? [],
        );
        if (!would.send) expect(decision).toMatchObject({ send: false, reason: would.reason });
      }
    }
  });

  it('is forgotten as soon as somebody is written to after all', () => {
    const heldOut = { shown: new Map([['a', 1]]), mails: [now], account: null };
    const composition = composed(
      facts({ heldOut }),
      context({ library: library({ ...written, developments }) }),
    );
    expect(ids(composition, 'proven')).toEqual(['a']);
  });

  const plus = (shown: ReadonlyMap<string, number>, { blocks }: Pick<Composition, 'blocks'>) => {
    const counts = new Map(shown);
    for (const { contentId } of blocks) counts.set(contentId, 1 + (counts.get(contentId) ?? 0));
    return counts;
  };
});

describe('what customers wish for', () => {
  const wishing = (wishes: Partial<Preferences>, changes: Partial<CustomerFacts> = {}) =>
    facts({ preferences: { ...NO_PREFERENCES, ...wishes }, ...changes });
  it('a break lasts until the day it ends', () => {
    expect(skipped(wishing({ pausedUntil: '2026-06-16' }), context())).toBe('paused');
    expect(skipped(wishing({ pausedUntil: '2026-06-15' }), context())).toBe('sent');
  });

  it('once a month or once a quarter, in whole weeks', () => {
    const monthly = { frequency: 'monthly' } as const;
    expect(skipped(wishing(monthly, { recentMails: [ago(27)] }), context())).toBe('wished_seldom');
    expect(skipped(wishing(monthly, { recentMails: [ago(28)] }), context())).toBe('sent');
    const quarterly = { frequency: 'quarterly' } as const;
    expect(skipped(wishing(quarterly, { recentMails: [ago(83)] }), context())).toBe('wished_seldom');
    expect(skipped(wishing(quarterly, { recentMails: [ago(84)] }), context())).toBe('sent');
  });

  it('only important things: developments that are, and no experiments', () => {
    const given = library({
      developments: [development('nice'), development('vital', { important: true })],
      rules: { defaultRatio: 0.5 },
    });
    const composition = composed(wishing({ frequency: 'important' }), context({ library: given }));
    expect(composition.blocks.map((block) => block.contentId)).toEqual(['vital']);
    expect(composition.left).toContainEqual({ contentId: 'nice', kind: 'proven', reason: 'only_important' });
    expect(composition.left).toContainEqual({
      contentId: 'o1',
      kind: 'experimental',
      reason: 'only_important',
    });
  });

  it('whoever wants no offers is owed none', () => {
    const decided = composed(wishing({ topicsOff: ['offers'] }), context());
    expect(decided.ratio).toEqual({ value: 0, source: 'wish' });
    expect(decided.account.after).toEqual(decided.account.before);
  });

  it('topics that they left are left out: a kind of developments, or all offers', () => {
    const given = library({
      developments: [development('course', { kind: 'training' }), development('new')],
      rules: { defaultRatio: 0.5 },
    });
    const composition = composed(wishing({ topicsOff: ['training', 'offers'] }), context({ library: given }));
    expect(composition.blocks.map((block) => block.contentId)).toEqual(['new']);
    expect(composition.left).toContainEqual({ contentId: 'course', kind: 'proven', reason: 'topic_off' });
    expect(composition.left).toContainEqual({ contentId: 'o2', kind: 'experimental', reason: 'topic_off' });
  });

  it('an offer that they put off rests until the day', () => {
    const given = context({ library: library({ rules: { defaultRatio: 1, maxBlocks: 4 } }) });
    const resting = (day: string) => composed(facts({ notBefore: new Map([['o1', day]]) }), given);
    expect(resting('2026-06-16').left).toContainEqual({
      contentId: 'o1',
      kind: 'experimental',
      reason: 'asked_for_later',
    });
    expect(ids(resting('2026-06-15'), 'experimental')).toContain('o1');
  });

  it('a product they only say they use brings its developments, but no offer without consent', () => {
    const given = context({ library: library({ rules: { defaultRatio: 1, maxBlocks: 4 } }) });
    const declared = [{ ...owns('laser'), declared: true }];
    const buyer = customer({ consent: 'existing_customer' });
    // Their word is no sale: without one, there is no ground to write at all (UWG §7(3)).
    expect(skipped(facts({ owned: declared, customer: buyer }), given)).toBe('no_legal_basis');
    const existing = composed(
      facts({ owned: [...declared, owns('scale', 'Wägen')], customer: buyer }),
      given,
    );
    expect(ids(existing, 'proven').length).toBeGreaterThan(0);
    expect(existing.left).toContainEqual({ contentId: 'o1', kind: 'experimental', reason: 'consent_needed' });
    const consented = composed(facts({ owned: declared, customer: customer({ consent: 'consent' }) }), given);
    expect(ids(consented, 'experimental')).toContain('o1');
  });
});

describe('Standbein', () => {
  it('tells the most important first, then the newest, at most maxProven', () => {
    const given = library({
      developments: [
        development('old', { published: '2026-01-01' }),
        development('new', { published: '2026-06-01' }),
        development('urgent', { published: '2025-01-01', priority: 5 }),
        development('future', { published: '2026-06-16' }),
        development('over', { until: '2026-06-14' }),
        development('other', { products: ['scale'] }),
      ],
      rules: { maxProven: 2, defaultRatio: 0 },
    });
    const composition = composed(facts(), context({ library: given }));
    expect(ids(composition, 'proven')).toEqual(['urgent', 'new']);
    expect(composition.left).toEqual(
      expect.arrayContaining([
        { contentId: 'old', kind: 'proven', reason: 'lower_rank' },
        { contentId: 'future', kind: 'proven', reason: 'not_yet_published' },
        { contentId: 'over', kind: 'proven', reason: 'expired' },
      ]),
    );
  });

  it('goes by the calendar day of the configured time zone', () => {
    const given = library({ developments: [development('d', { published: '2026-06-16' })] });
    expect(skipped(facts(), context({ library: given, now: new Date('2026-06-15T21:59:00Z') }))).toBe(
      'nothing_new',
    );
    expect(skipped(facts(), context({ library: given, now: new Date('2026-06-15T22:01:00Z') }))).toBe('sent');
  });
});

describe('Spielbein', () => {
  const always = { rules: { defaultRatio: 1, maxBlocks: 4 } };

  it('takes only offers that fit, and says why each other is left out', () => {
    const given = library({
      ...always,
      offers: [
        offer('fits'),
        offer('owned', { product: 'laser' }),
        offer('declined'),
        offer('answered'),
        offer('worn'),
        offer('unbridged', { bridges: [{ product: 'scale', similar: true }] }),
        offer('unlike', { bridges: [{ family: 'Kennzeichnen', similar: false }] }),
      ],
    });
    const composition = composed(
      facts({
        customer: customer({ consent: 'existing_customer' }),
        answers: new Map([
          ['declined', 'no'],
          ['answered', 'yes'],
        ]),
        shown: new Map([['worn', 3]]),
      }),
      context({ library: given }),
    );
    expect(ids(composition, 'experimental')).toEqual(['fits']);
    const reasons = Object.fromEntries(
      composition.left.filter((l) => l.kind === 'experimental').map((l) => [l.contentId, l.reason]),
    );
    expect(reasons).toEqual({
      owned: 'already_owned',
      declined: 'declined',
      answered: 'already_answered',
      worn: 'worn_out',
      unbridged: 'no_bridge',
      unlike: 'consent_needed',
    });
  });

  it('lets an offer that is not similar only to customers who consented', () => {
    const given = library({
      ...always,
      offers: [offer('unlike', { bridges: [{ product: 'laser', similar: false }] })],
    });
    const bases = (['consent', 'existing_customer'] as const).map((consent) =>
      ids(composed(facts({ customer: customer({ consent }) }), context({ library: given })), 'experimental'),
    );
    expect(bases).toEqual([['unlike'], []]);
  });

  it('uses a bridge that is allowed when another one is not', () => {
    const given = library({
      ...always,
      offers: [
        offer('o', {
          bridges: [
            { product: 'laser', similar: false },
            { product: 'scale', similar: true },
          ],
        }),
      ],
    });
    const composition = composed(
      facts({
        customer: customer({ consent: 'existing_customer' }),
        owned: [owns('laser'), owns('scale', 'Wägen')],
      }),
      context({ library: given }),
    );
    expect(composition.blocks.find((b) => b.kind === 'experimental')?.productKey).toBe('scale');
  });

  it('stores the probability of each choice', () => {
    const offers = ['a', 'b', 'c', 'd'].map((id) => offer(id));
    const composition = composed(facts(), context({ library: library({ ...always, offers }) }));
    expect(composition.blocks.filter((b) => b.kind === 'experimental').map((b) => b.probability)).toEqual([
      1 / 4,
      1 / 3,
      1 / 2,
      1,
    ]);
  });

  it('keeps the debt, visibly, when no offer fits', () => {
    const given = library({ offers: [], rules: { defaultRatio: 0.5 } });
    const { account, experimentsDue, blocks } = composed(facts(), context({ library: given }));
    expect(blocks).toHaveLength(3);
    expect(experimentsDue).toBeGreaterThan(0);
    expect(account.after).toEqual({ wanted: 15_000, given: 0, forgiven: 0 });
  });

  it('chooses each fitting offer about equally often', () => {
    const given = library({
      ...always,
      offers: ['a', 'b', 'c'].map((id) => offer(id)),
      rules: { defaultRatio: 0.3 },
    });
    const seen: Record<string, number> = {};
    for (let i = 0; i < 3000; i++) {
      const composition = composed(
        facts({ customer: customer({ id: `${i}` }) }),
        context({ library: given }),
      );
      for (const id of ids(composition, 'experimental')) seen[id] = (seen[id] ?? 0) + 1;
    }
    const total = Object.values(seen).reduce((a, b) => a + b, 0);
    for (const times of Object.values(seen)) expect(times / total).toBeCloseTo(1 / 3, 1);
  });
});

describe('a decision', () => {
  it('is the same whenever it is made again from the same facts', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (id, contactRatio) => {
        const given = facts({ customer: customer({ id, contactRatio }) });
        expect(compose(given, context())).toEqual(compose(given, context()));
      }),
    );
  });

  it('accounts for every development and offer: shown or left out with a reason', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 6 }),
        fc.string(),
        (contactRatio, developments, offers, id) => {
          const given = library({
            developments: Array.from({ length: developments }, (_, i) => development(`d${i}`)),
            offers: Array.from({ length: offers }, (_, i) => offer(`o${i}`)),
          });
          const composition = composed(
            facts({ customer: customer({ id, contactRatio }) }),
            context({ library: given }),
          );
          const named = [...composition.blocks, ...composition.left].map((b) => b.contentId).sort();
          expect(named).toEqual([...given.developments.keys(), ...given.offers.keys()].sort());
          expect(composition.blocks.length).toBeGreaterThan(0);
          expect(composition.blocks.length).toBeLessThanOrEqual(given.settings.rules.maxBlocks);
        },
      ),
    );
  });
});

describe('2,000 customers at mixed ratios, 12 campaigns with fresh content', () => {
  it('each gets the dose set for them, and every campaign gets the mean', () => {
    const ratios = [0, 0.05, 0.1, 0.2, 0.25, 0.5, 0.8, 1];
    // Enough offers that none ever runs out: what is left is the arithmetic.
    const offers = Array.from({ length: 6 }, (_, i) => offer(`o${i}`, { maxShown: 20 }));
    const people = Array.from({ length: 2000 }, (_, i) => ({
      facts: facts({ customer: customer({ id: `p${i}`, contactRatio: ratios[i % ratios.length] ?? 0 }) }),
      blocks: 0,
      experiments: 0,
    }));
    for (let campaign = 0; campaign < 12; campaign++) {
      const fresh = Array.from({ length: 1 + (campaign % 4) }, (_, i) => development(`c${campaign}-${i}`));
      const how = context({
        library: library({ developments: fresh, offers }),
        campaign: { id: `campaign-${campaign}`, audience: {} },
      });
      let [shown, experimental, wanted, variance] = [0, 0, 0, 0];
      for (const person of people) {
        const composition = composed(person.facts, how);
        const experiments = ids(composition, 'experimental').length;
        const wish = composition.ratio.value * composition.blocks.length;
        const part = wish - Math.floor(wish);
        variance += part * (1 - part);
        wanted += wish;
        shown += composition.blocks.length;
        experimental += experiments;
        person.blocks += composition.blocks.length;
        person.experiments += experiments;
        const debt = composition.ratio.value * person.blocks - person.experiments;
        expect(Math.abs(debt)).toBeLessThan(1 + 1e-9);
        person.facts = { ...person.facts, account: composition.account.after };
      }
      expect(shown).toBeGreaterThan(2000);
      expect(Math.abs(experimental - wanted)).toBeLessThan(4 * Math.sqrt(variance));
    }
  });
});
