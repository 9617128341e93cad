import type { Database } from '../../db/connect.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import { fitPosterior } from '../model/posterior.ts';
import { type Model, newestModel } from '../models.ts';
import { loadPopulation } from '../population.ts';
import { developmentIdOf } from '../proof/development.ts';
import { suggestRatios } from '../ratio/suggest.ts';
import type { LearnReport } from './data.ts';
import { loadAgreed, loadDecisions } from './decisions.ts';
import { type Outlook, outlookOn } from './earns.ts';
import { exploring } from './exploring.ts';
import { loadForms } from './forms.ts';
import { loadAnswers, loadChoices, loadReach, loadShown } from './load.ts';
import { nextSteps } from './next.ts';
import { reportOffers } from './offers.ts';

/** Longer than so many days, and periods are months. */
const WEEKS_UP_TO = 120;
const DAY = 86_400_000;

/** What a report is made from. */
export interface ReportOptions {
  library: Library;
  matchProduct?: ProductMatcher;
  now: Date;
}

/** What has been found out; what waits for a person is asked anew each time. */
export type Findings = Omit<LearnReport, 'decisions' | 'agreed'>;

/** Everything that was tried, learned and put forward up to now. */
export async function makeReport(db: Database, given: ReportOptions): Promise<LearnReport> {
  return { ...(await loadFindings(db, given)), ...(await loadWaiting(db, given.library)) };
}

/** What was tried and learned. Reads all that was shown: with a million blocks, that takes seconds. */
export async function loadFindings(db: Database, given: ReportOptions): Promise<Findings> {
  const { library, now } = given;
  const { learning, nightly } = library.settings;
  const { windowDays } = learning;
  const { timeZone } = nightly;
  const reach = await loadReach(db);
  const period = reach.since && now.getTime() - reach.since.getTime() < WEEKS_UP_TO * DAY ? 'week' : 'month';
  const span = { period, timeZone, windowDays, now } as const;
  const model = await newestModel(db);
  const cells = reach.since ? await loadShown(db, span) : [];
  const outlook = model && (await outlookOf(db, model, library));
  const offers = reportOffers({ library, forms: await loadForms(db), cells, outlook });
  return {
    now,
    timeZone,
    on: learning.on,
    learnedAt: model?.madeAt ?? null,
    windowDays,
    shown: reach.shown,
    open: cells.reduce((all, { open }) => all + open, 0),
    people: reach.people,
    yes: cells.reduce((all, { yes }) => all + yes, 0),
    since: reach.since,
    period,
    offers,
    answers: reach.since ? await loadAnswers(db, { ...span, since: reach.since }) : [],
    exploring: outlook && exploring(outlook, await loadChoices(db, reach.shown), reach.shown),
    ratios: reach.since ? (await suggestRatios(db, given)).segments : [],
    next: nextSteps(offers, library.offers),
  };
}

/** What waits for a person, or for its file to be put into the library. */
export async function loadWaiting(
  db: Database,
  library: Library,
): Promise<Pick<LearnReport, 'decisions' | 'agreed'>> {
  return {
    decisions: await loadDecisions(db),
    agreed: (await loadAgreed(db)).filter(({ offerId }) => isWaiting(offerId, library)),
  };
}

async function outlookOf(db: Database, model: Model, library: Library): Promise<Outlook> {
  const variants = [...(await loadPopulation(db))].flatMap(([offerId, ids]) =>
    ids.map((variantId) => ({ offerId, variantId })),
  );
  const { cells, baseRate } = model.summary;
  return outlookOn({
    posterior: fitPosterior(cells, baseRate, variants),
    familyOf: (key) => library.products.get(key)?.family ?? null,
    seed: `report ${model.id}`,
  });
}

/** Still an offer, and not yet a development. */
const isWaiting = (offerId: string, library: Library): boolean =>
  library.offers.has(offerId) && !library.developments.has(developmentIdOf(offerId));
