import type { Language } from '../../domain/customer.ts';
import type { Library } from '../../library/library.ts';
import { isKnown, LEAST_SHOWN, type LearnReport, type NextStep } from './data.ts';
import { surenessOf } from './phrases.ts';
import { tellDecisions } from './tell-decisions.ts';
import { tellTried } from './tell-tried.ts';
import { tellWorks } from './tell-works.ts';
import type { Part, Section, Told } from './told.ts';
import { ofHundred, said, type Voice, voiceIn } from './voice.ts';

/** The whole report in one language. @param crm names of products that only the CRM knows, by id */
export function tell(
  report: LearnReport,
  given: { language: Language; library: Library; crm: ReadonlyMap<string, string> },
): Told {
  const { language, library, crm } = given;
  const voice = voiceIn(language, { library, crm, timeZone: report.timeZone });
  const { phrases, numbers } = voice;
  const section = (id: Exclude<Section['id'], 'sum'>, parts: Part[]): Section[] =>
    parts.length === 0 ? [] : [{ id, title: phrases.sections[id], parts }];
  const shown = report.shown > 0;
  return {
    language,
    title: phrases.title,
    asOf: phrases.asOf(numbers.day(report.now)),
    sections: [
      { id: 'sum', title: '', parts: tellSum(report, voice) },
      ...section('decide', shown || report.decisions.length > 0 ? tellDecisions(report, voice) : []),
      ...section('next', shown ? tellNext(report, voice) : []),
      ...section('tried', tellTried(report, voice)),
      ...section('works', shown ? tellWorks(report, voice) : []),
      ...section('cost', shown ? tellCost(report, voice) : []),
      ...section(
        'how',
        phrases.how({ days: report.windowDays }).map((text) => ({ kind: 'text', text })),
      ),
    ],
  };
}

/** Everything in a few sentences. */
function tellSum(report: LearnReport, { phrases, numbers, names }: Voice): Part[] {
  const parts: Part[] = report.on ? [] : [{ kind: 'text', text: phrases.off }];
  const { shown, open, decisions } = report;
  if (shown === 0) return [{ kind: 'text', text: phrases.nothing, lead: true }, ...parts];
  const todo = decisions.length > 0 ? ` ${phrases.toDecide(decisions.length)}` : '';
  const [best, ...others] = report.offers
    .filter((offer) => offer.best !== null && isKnown(offer))
    .sort((a, b) => (b.rate?.mean ?? 0) - (a.rate?.mean ?? 0));
  if (report.learnedAt === null) {
    const text = phrases.notYetLearned(numbers.count(shown), numbers.count(open));
    return [{ kind: 'text', text: text + todo, lead: true }, ...parts];
  }
  if (!best?.rate) {
    return [{ kind: 'text', text: phrases.tooLittle(numbers.count(shown)) + todo, lead: true }, ...parts];
  }
  const [name, rate] = [names.offer(best.offerId), ofHundred(best.rate, numbers)];
  const sure = surenessOf(best.best ?? 0);
  const text =
    others.length === 0
      ? phrases.onlyOne(name, rate)
      : `${phrases.best(name, rate)} ${
          sure === 'open'
            ? phrases.bestOpen
            : phrases.bestSure(phrases.sure[sure], numbers.chance(best.best ?? 0))
        }`;
  const never = report.offers.filter((offer) => offer.shown === 0).length;
  const seldom = report.offers.filter((offer) => offer.shown > 0 && !isKnown(offer)).length;
  const note = [
    others.length === 0 ? '' : phrases.bestOwners,
    never + seldom === 0 ? '' : phrases.notCompared(never, seldom),
  ]
    .filter(Boolean)
    .join(' ');
  return [
    { kind: 'text', text: text + todo, lead: true },
    ...(note === '' ? [] : [{ kind: 'text' as const, text: note, muted: true }]),
    ...parts,
  ];
}

function tellCost({ exploring, shown, open }: LearnReport, { phrases, numbers }: Voice): Part[] {
  if (exploring === null || shown - open < LEAST_SHOWN)
    return [{ kind: 'text', text: shown < LEAST_SHOWN ? phrases.costFew : phrases.costUnknown }];
  const { givenUp, brought, choices, looked } = exploring;
  const side = brought.low > 0 ? 'above' : brought.high < 0 ? 'below' : 'neither';
  const turned = side === 'below' ? { mean: -brought.mean, low: -brought.high, high: -brought.low } : brought;
  return [
    {
      kind: 'text',
      text:
        givenUp.high < 0.5
          ? phrases.costNothing(numbers.count(choices))
          : phrases.cost(
              said({ ...givenUp, low: Math.max(0, givenUp.low) }, numbers),
              numbers.count(choices),
            ),
    },
    { kind: 'text', text: phrases.brought[side](said(turned, numbers)) },
    {
      kind: 'text',
      text: phrases.costHow(looked < choices ? numbers.count(looked) : null),
      muted: true,
    },
  ];
}

function tellNext({ next }: LearnReport, { phrases, names }: Voice): Part[] {
  if (next.length === 0) return [{ kind: 'text', text: phrases.nothingNext }];
  const items = (why: NextStep['why']): string[] =>
    next.flatMap((step) => {
      if (step.why !== why) return [];
      const { offerId, gene } = step;
      const [name, where] = [names.offer(offerId), phrases.where(gene, names.fileOf(offerId))];
      return why === 'only_one'
        ? phrases.writeSecond(name, phrases.second[gene], where)
        : phrases.writeOther(name, phrases.another[gene], where);
    });
  const list = (intro: string, found: string[]): Part[] =>
    found.length === 0
      ? []
      : [
          { kind: 'text', text: intro },
          { kind: 'list', items: found },
        ];
  return [...list(phrases.oneWording, items('only_one')), ...list(phrases.allAlike, items('all_alike'))];
}
