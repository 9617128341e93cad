import { normals, seededRandom } from '../../src/learn/model/random.ts';
import { eValue, type Outcome } from '../../src/learn/proof/evidence.ts';
import { type Complaint, harmEValue } from '../../src/learn/proof/harm.ts';
import { needed } from '../../src/learn/proof/needed.ts';
import type { ProofLearner } from './proof-learners.ts';

/** A company's mails in which variants of offers stand beside proven blocks, night after night. */
export interface ProofWorld {
  nights: number;
  /** Mails with an offer in a night. */
  mails: number;
  /** People, `colleagues` of them in each company. */
  people: number;
  colleagues: number;
  /** What a block earns, of either kind: chance of a yes. */
  rate: number;
  /** Chance of an unsubscribe or a complaint after a mail. */
  complaints: number;
  /** Variants alive at a time, and how many of them the weakest are replaced by newborns each month. */
  alive: number;
  births: number;
  /** How far rates, the same for all, swing over a year and wander (standard deviation of the logarithm a night). */
  swing: number;
  wander: number;
  /** How far people differ in how often they answer anything, and companies in whether they like one variant. */
  activity: number;
  taste: number;
  /**
   * null: everybody may get every variant. Otherwise half of the people own another product than the rest and may only
   * get every other variant, and complain so many times as often.
   */
  apart: number | null;
  /** A variant that is truly different, born in the third month and never retired. */
  special: { lift: number; harm: number } | null;
}

export interface ProofRun {
  /** Variants that were graduated or stopped though they are like all others. */
  wrongGraduates: number;
  wrongStops: number;
  /** Variants that somebody would have graduated wrongly who looks every night whether z is above 1.96. */
  wrongPeeks: number;
  /** Variants born, and tests begun. */
  born: number;
  tests: number;
  /** Nights from the birth of the special variant until it was graduated and until it was stopped; null: never. */
  graduated: { nights: number; mails: number } | null;
  stopped: { nights: number; mails: number } | null;
}

/** Nights until an answer is known to the policy, and until a mail with a window of 14 days is settled for the test. */
const DELAY = 3;
const SETTLED = 30;
const SPECIAL_BORN = 60;

interface Form {
  /** The how many-th variant it is, from 1. */
  number: number;
  lift: number;
  harm: number;
  taste: Float64Array | null;
  /** Mails that showed it. */
  shown: number;
  test: {
    number: number;
    seen: Set<number>;
    outcomes: Map<number, number>;
    graduated: boolean;
    peeked: boolean;
  } | null;
  complaints: Complaint[];
}

/** One finished comparison that waits until it is settled. */
interface Waiting {
  form: Form;
  difference: number;
}

/** One company's history with one seed; the product's own tests look every night. */
export function runProof(world: ProofWorld, learner: ProofLearner, seed: string): ProofRun {
  const random = seededRandom(seed);
  const normal = normals(random);
  const companies = Math.ceil(world.people / world.colleagues);
  const activity = logNormals(world.people, world.activity, normal);
  const run: ProofRun = {
    wrongGraduates: 0,
    wrongStops: 0,
    wrongPeeks: 0,
    born: 0,
    tests: 0,
    graduated: null,
    stopped: null,
  };
  const born = (lift = 1, harm = 1): Form => {
    run.born += 1;
    const taste = world.taste === 0 ? null : logNormals(companies, world.taste, normal);
    return { number: run.born, lift, harm, taste, shown: 0, test: null, complaints: [] };
  };
  let forms = Array.from({ length: world.alive }, () => born());
  let special: Form | null = null;
  for (const { number } of forms) learner.born(number);
  const answers: { number: number; earned: number; proven: number }[][] = [];
  const waiting: Waiting[][] = [];
  const complained: { mine: Form; share: ReadonlyMap<Form, number> }[][] = [];
  let drift = 0;

  for (let night = 0; night < world.nights; night += 1) {
    drift += world.wander * normal();
    const weather = Math.exp(drift + world.swing * Math.sin((2 * Math.PI * night) / 365));
    if (night % 30 === 29) forms = replaced(forms);
    if (world.special && night === SPECIAL_BORN) {
      special = born(world.special.lift, world.special.harm);
      learner.born(special.number);
      forms = [...forms.slice(1), special];
    }
    sendNight(night, weather);
    for (const answer of answers[night - DELAY] ?? []) learner.learn(answer);
    for (const { form, difference } of waiting[night - SETTLED] ?? []) {
      const outcomes = form.test?.outcomes;
      outcomes?.set(difference, (outcomes.get(difference) ?? 0) + 1);
    }
    look(night);
  }
  return run;

  /** The weakest go, newborns come. */
  function replaced(old: Form[]): Form[] {
    const ranked = old
      .filter((form) => form !== special)
      .sort((a, b) => learner.worth(a.number) - learner.worth(b.number));
    const gone = new Set(ranked.slice(0, world.births));
    const kept = old.filter((form) => !gone.has(form));
    const fresh = Array.from({ length: world.alive - kept.length }, () => born());
    for (const { number } of fresh) learner.born(number);
    return [...kept, ...fresh];
  }

  function sendNight(night: number, weather: number): void {
    if (forms.length === 0) return;
    // first those of the owners who complain more, or of everybody
    const owners =
      world.apart === null ? [forms] : [1, 0].map((odd) => forms.filter((f) => f.number % 2 === odd));
    const choices = owners.map((mine) => {
      const odds = mine.length === 0 ? [] : learner.odds(mine.map(({ number }) => number));
      return { forms: mine, odds, share: new Map(mine.map((form, k) => [form, odds[k] as number])) };
    });
    const tonight: { number: number; earned: number; proven: number }[] = [];
    const units = new Map<number, { form: Form; sum: number; mails: number }>();
    for (let mail = 0; mail < world.mails; mail += 1) {
      const person = Math.floor(random() * world.people);
      const company = Math.floor(person / world.colleagues);
      const owner = person % choices.length;
      const choice = choices[owner] as (typeof choices)[number];
      if (choice.forms.length === 0) continue;
      const form = choice.forms[pick(choice.odds, random())] as Form;
      const rate = world.rate * weather * (activity[person] as number);
      const earned = hit(rate * form.lift * (form.taste?.[company] ?? 1));
      const blocks = 1 + Math.floor(random() * 3);
      let proven = 0;
      for (let k = 0; k < blocks; k += 1) proven += hit(rate);
      proven /= blocks;
      form.shown += 1;
      tonight.push({ number: form.number, earned, proven });
      if (hit(world.complaints * weather * form.harm * (owner === 0 ? (world.apart ?? 1) : 1))) {
        const known = night + Math.min(10, Math.floor(-Math.log(1 - random()) * 2));
        const list = complained[known] ?? [];
        complained[known] = list;
        list.push({ mine: form, share: choice.share });
      }
      if (form.test && !form.test.seen.has(person)) {
        form.test.seen.add(person);
        const key = form.number * companies + company;
        const unit = units.get(key) ?? { form, sum: 0, mails: 0 };
        units.set(key, { form, sum: unit.sum + earned - proven, mails: unit.mails + 1 });
      }
    }
    answers[night] = tonight;
    waiting[night] = [...units.values()].map(({ form, sum, mails }) => ({ form, difference: sum / mails }));
  }

  function look(night: number): void {
    const harmed = new Set<Form>();
    for (const { mine, share } of complained[night] ?? [])
      for (const [form, part] of share) {
        form.complaints.push({ mine: mine === form, share: part });
        harmed.add(form);
      }
    const news = new Set((waiting[night - SETTLED] ?? []).map(({ form }) => form));
    for (const form of [...forms]) {
      if (harmed.has(form) && harmEValue(form.complaints) >= needed(form.number)) {
        forms = forms.filter((other) => other !== form);
        if (form === special && form.harm > 1)
          run.stopped = { nights: night - SPECIAL_BORN, mails: form.shown };
        else run.wrongStops += 1;
      } else if (form.test) {
        // without news there is nothing to see
        if (form.test.graduated || !news.has(form)) continue;
        const outcomes: Outcome[] = [...form.test.outcomes].map(([difference, times]) => ({
          difference,
          times,
        }));
        if (form !== special && !form.test.peeked && z(outcomes) > 1.96) {
          form.test.peeked = true;
          run.wrongPeeks += 1;
        }
        if (eValue(outcomes) < needed(form.test.number)) continue;
        form.test.graduated = true;
        if (form === special && form.lift > 1)
          run.graduated = { nights: night - SPECIAL_BORN, mails: form.shown };
        else run.wrongGraduates += 1;
      } else if (learner.promises(form.number)) {
        run.tests += 1;
        form.test = {
          number: run.tests,
          seen: new Set(),
          outcomes: new Map(),
          graduated: false,
          peeked: false,
        };
      }
    }
  }

  function hit(chance: number): 0 | 1 {
    return random() < Math.min(0.9, chance) ? 1 : 0;
  }
}

/** Mean of the differences in standard errors; 0 while there are few. */
function z(outcomes: readonly Outcome[]): number {
  let [sum, squares, moved] = [0, 0, 0];
  for (const { difference, times } of outcomes) {
    sum += times * difference;
    squares += times * difference ** 2;
    if (difference !== 0) moved += times;
  }
  return moved < 10 ? 0 : sum / Math.sqrt(squares);
}

/** With mean 1. */
function logNormals(size: number, deviation: number, normal: () => number): Float64Array {
  const values = new Float64Array(size).fill(1);
  if (deviation === 0) return values;
  return values.map(() => Math.exp(deviation * normal() - deviation ** 2 / 2));
}

function pick(odds: readonly number[], uniform: number): number {
  let end = 0;
  for (let k = 0; k < odds.length; k += 1) {
    end += odds[k] as number;
    if (uniform < end) return k;
  }
  return odds.length - 1;
}
