import { whoIs } from '../../../brief/brief.ts';
import { composeContext } from '../../../campaign/plan.ts';
import { compose, ownedKeys } from '../../../compose/compose.ts';
import { dayOf } from '../../../compose/day.ts';
import { loadFacts } from '../../../compose/load-facts.ts';
import { answerWords } from '../../../domain/answer-words.ts';
import type { Language } from '../../../domain/customer.ts';
import { BASE } from '../../../domain/genes.ts';
import { loadSuggestedRatios } from '../../../feedback/suggested-ratios.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { pieceTitle } from '../../../library/piece-title.ts';
import type { Knowledge } from '../../../render/load-content.ts';
import type { WebContext } from '../../context.ts';
import { crmNames } from '../../crm-names.ts';
import { words } from '../../words/words.ts';
import { leftGroups, whyView } from '../why.ts';
import { accountPlot } from './account-plot.ts';
import { type Happened, loadAccount, loadTimeline } from './timeline.ts';

/** Events on one page of the timeline. */
const EVENTS = 25;

/** Everything about one customer, for their page; null when the CRM has no such customer. */
export async function customerView(
  context: WebContext,
  id: string,
  given: { known: Knowledge; language: Language; page: number },
) {
  const { db, randomKey, learned, now } = context;
  const { known, language, page } = given;
  const { library, matchProduct } = known;
  const { rules, nightly } = library.settings;
  const [facts, names, suggested, account, happened, decide, visit] = await Promise.all([
    loadFacts(db, [id], { now: now(), rules }).then((found) => found.get(id)),
    crmNames(context),
    loadSuggestedRatios(db, [id]),
    loadAccount(db, id),
    loadTimeline(db, id, { offset: (page - 1) * EVENTS, limit: EVENTS }),
    composeContext({ db, content: known, randomKey, learned, now }, { id: 'preview', audience: {} }),
    lastVisit(context, id),
  ]);
  if (!facts) return null;
  const owned = ownedKeys(facts, matchProduct);
  const today = dayOf(now(), nightly.timeZone);
  const who = whoIs(
    { known: facts, owned, suggestedRatio: suggested.get(id), today, lastVisit: visit },
    library,
    language,
  );
  const decision = compose(facts, { ...decide, test: true });
  const really = compose(facts, decide);
  const name = (key: string) => productName(library.products.get(key) ?? names.get(key) ?? key, language);
  return {
    id,
    who,
    archived: facts.archived,
    email: facts.customer.email,
    owned: owned.map((each) => ({ ...each, name: name(each.key) })),
    allows: `customers.allows.${facts.customer.consent}`,
    account: {
      wanted: facts.account.wanted / 10_000,
      given: facts.account.given,
      forgiven: facts.account.forgiven / 10_000,
    },
    plot: accountPlot(account, words(language)['customers.account_plot']),
    next: decision.send
      ? {
          why: whyView(decision.composition, library, language, names),
          today: really.send ? null : really.reason,
        }
      : { skip: decision.reason, left: leftGroups(decision.left, library, language) },
    events: happened.slice(0, EVENTS).map((each) => eventView(each, library, language, names)),
    older: happened.length > EVENTS ? page + 1 : null,
    newer: page > 1 ? page - 1 : null,
  };
}

async function lastVisit({ db }: WebContext, id: string): Promise<Date | null> {
  const row = await db
    .selectFrom('sends')
    .innerJoin('visits', 'visits.send_id', 'sends.id')
    .select((eb) => eb.fn.max('visits.visited_at').as('at'))
    .where('sends.customer_id', '=', id)
    .where('visits.machine', 'is', null)
    .executeTakeFirst();
  return row?.at ?? null;
}

function eventView(each: Happened, library: Library, language: Language, names: ReadonlyMap<string, string>) {
  const piece = (
    kind: 'proven' | 'experimental',
    contentId: string,
    variantId: string | null,
    key: string | null,
  ) =>
    pieceTitle(
      library,
      { kind, contentId, variantId: variantId ?? BASE, ...(key === null ? {} : { productKey: key }) },
      language,
      names,
    );
  return {
    ...each,
    day: each.dayOnly ? each.at.toISOString().slice(0, 10) : null,
    title:
      each.contentId === null
        ? null
        : piece(each.blockKind ?? 'proven', each.contentId, each.variantId, each.productKey),
    said: each.answer === null ? null : answerWords(each.blockKind ?? 'proven', each.answer, language),
    told: (each.blocks ?? []).map((block) => ({
      kind: block.kind,
      title: piece(block.kind, block.contentId, block.variantId, block.productKey),
    })),
  };
}
