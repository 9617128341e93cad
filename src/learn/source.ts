import { type Learned, nothingLearned } from '../compose/learned.ts';
import type { Database } from '../db/connect.ts';
import { BASE } from '../domain/genes.ts';
import { type LearningRules, type Offer, settingsFile } from '../library/schema.ts';
import type { ContentSource } from '../render/content.ts';
import { learnedPolicy } from './model/policy.ts';
import { fitPosterior } from './model/posterior.ts';
import { type Model, newestModel } from './models.ts';
import { isWritten, loadPairings, loadPopulation, loadStoppedOriginals } from './population.ts';
import { appeals } from './rewards/appeal.ts';

/** How often a process looks whether more has been learned, in milliseconds: what is stopped stops within seconds. */
const LOOK_EVERY = 2000;

/**
 * What was learned, for decisions: ask before each piece of work. Every process of an installation comes to the same
 * from the same model, because all of it follows from the summary that is stored.
 */
export function learnedSource(given: {
  db: Database;
  content: Pick<ContentSource, 'library'>;
  randomKey: string;
}): () => Promise<Learned> {
  let looked: { at: number; learned: Promise<Learned> } | null = null;
  let made: { key: string; learned: Learned } | null = null;
  /** Mails go out while somebody is half-way through an edit: then the last good settings hold. */
  let learning: LearningRules = settingsFile.shape.learning.parse(undefined);

  async function look(): Promise<Learned> {
    learning = await given.content.library().then(
      ({ library }) => library.settings.learning,
      () => learning,
    );
    const [model, population, stopped, pairings] = [
      learning.on ? await newestModel(given.db) : null,
      learning.on ? await loadPopulation(given.db) : new Map<string, string[]>(),
      await loadStoppedOriginals(given.db),
      await loadPairings(given.db),
    ];
    const key = JSON.stringify([model?.id, [...population], [...stopped], [...pairings], learning]);
    if (made?.key !== key) {
      const { randomKey } = given;
      const learned = makeLearned({ model, population, stopped, pairings, learning, randomKey });
      made = { key, learned };
    }
    return made.learned;
  }

  return () => {
    if (looked && Date.now() - looked.at < LOOK_EVERY) return looked.learned;
    const now = { at: Date.now(), learned: look() };
    // what failed is tried again at once
    now.learned.catch(() => {
      if (looked === now) looked = null;
    });
    looked = now;
    return now.learned;
  };
}

/** Pure: decisions from a model and the forms that are tried. */
export function makeLearned(given: {
  model: Model | null;
  population: ReadonlyMap<string, readonly string[]>;
  /** Offers whose original form was stopped. */
  stopped: ReadonlySet<string>;
  pairings: Learned['pairings'];
  learning: Pick<LearningRules, 'exploration'>;
  randomKey: string;
}): Learned {
  const { model, population, stopped, pairings, learning, randomKey } = given;
  const written = { de: new WeakMap<Offer, string[]>(), en: new WeakMap<Offer, string[]>() };
  const variantsOf: Learned['variantsOf'] = (offer, language) => {
    // asked for each offer and mail
    let found = written[language].get(offer);
    if (!found) {
      found = (population.get(offer.id) ?? []).filter((id) => isWritten(offer, id, language));
      // not bred, or bred in another language only: as it was written
      if (found.length === 0 && !stopped.has(offer.id)) found = [BASE];
      written[language].set(offer, found);
    }
    return found;
  };
  if (model === null) return { ...nothingLearned, variantsOf, pairings };
  const variants = [...population].flatMap(([offerId, ids]) =>
    ids.map((variantId) => ({ offerId, variantId })),
  );
  const { cells, baseRate } = model.summary;
  const policy = learnedPolicy({
    modelId: model.id,
    posterior: fitPosterior(cells, baseRate, variants),
    exploration: learning.exploration,
    seed: `${randomKey}|${model.id}`,
  });
  return { policy, variantsOf, pairings, appeal: appeals(model.summary) };
}
