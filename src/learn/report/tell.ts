import type { Language } from '../../domain/customer.ts';
import type { Library } from '../../library/library.ts';
import type { LearnReport } from './data.ts';
import { LEAST_SHOWN } from './data.ts';
import { namesIn } from './names.ts';
import { numbersIn } from './numbers.ts';
import { surenessOf } from './phrases.ts';
import { tellDecisions } from './tell-decisions.ts';
import { tellTried } from './tell-tried.ts';
import { tellWorks } from './tell-works.ts';
import type { Part, Section, Told } from './told.ts';
import { ofHundred, phrasesIn, said, type Voice } from './voice.ts';

/** The whole report in one language. @param crm names of products that only the CRM knows, by id */
export function tell(
  report: LearnReport,
  given: { language: Language; library: Library; crm: ReadonlyMap<string, string> },
): Told {
  const { language, library, crm } = given;
  const phrases = phrasesIn(language);
  const numbers = numbersIn(language, report.timeZone);
  const voice: Voice = {
    language,
    phrases,
    numbers,
    names: namesIn(language, { library, crm, words: phrases }),
  };
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
      ...section('tried', tellTried(report, voice)),
      ...section('works', shown ? tellWorks(report, voice) : []),
      ...section('cost', shown ? tellCost(report, voice) : []),
      ...section('next', shown ? tellNext(report, voice) : []),
      ...section(
        'how',
        phrases.how({ days: report.windowDays }).map((text) => ({ kind: 'text', text })),
      ),
    ],
  };
}

/** Everything in one sentence, or two. */
function tellSum(report: LearnReport, { phrases, numbers, names }: Voice): Part[] {
  const parts: Part[] = report.on ? [] : [{ kind: 'text', text: phrases.off }];
  const { shown, open, decisions } = report;
  if (shown === 0) return [{ kind: 'text', text: phrases.nothing, lead: true }, ...parts];
  const todo = decisions.length > 0 ? ` ${phrases.toDecide(decisions.length)}` : '';
  const [best] = report.offers
    .filter((offer) => offer.best !== null && offer.shown - offer.open >= LEAST_SHOWN)
    .sort((a, b) => (b.rate?.mean ?? 0) - (a.rate?.mean ?? 0));
  if (report.learnedAt === null) {
    const text = phrases.notYetLearned(numbers.count(shown), numbers.count(open));
    return [{ kind: 'text', text: text + todo, lead: true }, ...parts];
  }
  if (!best?.rate) {
    return [{ kind: 'text', text: phrases.tooLittle(numbers.count(shown)) + todo, lead: true }, ...parts];
  }
  const sure = surenessOf(best.best ?? 0);
  const isSure = sure === 'almost_sure' || sure === 'very_likely' || sure === 'likely';
  const text = [
    phrases.best(names.offer(best.offerId), ofHundred(best.rate, numbers)),
    isSure ? phrases.bestSure(phrases.sure[sure], numbers.chance(best.best ?? 0)) : phrases.bestOpen,
  ].join(' ');
  return [{ kind: 'text', text: text + todo, lead: true }, ...parts];
}

function tellCost({ exploring, shown, open }: LearnReport, { phrases, numbers }: Voice): Part[] {
  if (exploring === null || shown - open < LEAST_SHOWN) return [{ kind: 'text', text: phrases.costUnknown }];
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
  const items = next.map(({ offerId, gene, why }) =>
    why === 'only_one'
      ? phrases.onlyOne(names.offer(offerId), phrases.second[gene])
      : phrases.allTheSame(names.offer(offerId), phrases.several[gene]),
  );
  return [{ kind: 'list', items }];
}
