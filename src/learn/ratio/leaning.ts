/**
 * What one customer was shown of both kinds, and what that earned (0 to 1 a block); older blocks weigh less. Of what is
 * proven, what is compared: the last development of each mail.
 */
export interface Reader {
  newShown: number;
  newEarned: number;
  provenShown: number;
  provenEarned: number;
}

/**
 * How many times as often new blocks are answered as proven ones, as a natural logarithm, with its standard error: 0 is
 * as often, above it new ones are answered more.
 */
export interface Leaning {
  log: number;
  error: number;
  /** What it rests on, and how much that is (Fisher information at the mode). */
  guess: Guess;
  readers: readonly Reader[];
  information: number;
}

/**
 * What is taken to hold before there are answers: a leaning, as surely as if so many answers to equally many blocks of
 * both kinds had shown it. In formulas: a Beta prior on the share of the new among the answers.
 */
export interface Guess {
  log: number;
  answers: number;
}

/**
 * How these readers lean together. Each reader's answers count only among themselves: given how many there are, their
 * part that went to new blocks says how the reader leans, whether they answer often or hardly ever, and however much they
 * were shown of each kind (a logistic regression conditional on each reader; Breslow and Day, Statistical Methods in
 * Cancer Research I, 1980, chapter 7). So a ratio that people set high for the keen ones does not make what is new look
 * good.
 *
 * The mode of the posterior by Newton's method, with the normal approximation around it. Readers differ among
 * themselves, so of several the error is at least what their differences come to (the sandwich estimator).
 */
export function leaning(guess: Guess, readers: readonly Reader[]): Leaning {
  const all = [asReader(guess), ...readers];
  let log = guess.log;
  let { slope, information } = slopeAt(all, log);
  for (let round = 0; round < ROUNDS && Math.abs(slope) > 1e-9 * information; round += 1) {
    // concave, but flat far from the mode: no step is longer than a factor of e
    log += Math.max(-1, Math.min(1, slope / information));
    ({ slope, information } = slopeAt(all, log));
  }
  const spread = readers.reduce((sum, reader) => sum + slopeAt([reader], log).slope ** 2, 0);
  const variance = 1 / information;
  return {
    log,
    error: Math.sqrt(readers.length > 1 ? Math.max(variance, spread * variance ** 2) : variance),
    guess,
    readers,
    information,
  };
}

/**
 * How the others of a group lean: its leaning without these of its readers. One step of Newton's method is enough as long
 * as it is a short one.
 */
export function logWithout(group: Leaning, readers: readonly Reader[]): number {
  const theirs = slopeAt(readers, group.log);
  const step = -theirs.slope / (group.information - theirs.information);
  if (Math.abs(step) < SHORT) return group.log + step;
  const left = new Set(readers);
  return leaning(
    group.guess,
    group.readers.filter((reader) => !left.has(reader)),
  ).log;
}

/** The probability that new blocks are answered more than so many times as often as proven ones. */
export function chanceAbove({ log, error }: Pick<Leaning, 'log' | 'error'>, times: number): number {
  return normalBelow((log - Math.log(times)) / error);
}

/** Rounds of Newton's method, at most; five are usual. */
const ROUNDS = 60;
/** A step whose square is small beside what anybody would notice. */
const SHORT = 0.1;

const asReader = ({ log, answers }: Guess): Reader => ({
  newShown: 1,
  newEarned: answers / (1 + Math.exp(-log)),
  provenShown: 1,
  provenEarned: answers / (1 + Math.exp(log)),
});

/** First derivative of the log-likelihood, and the second one's negative. */
function slopeAt(readers: readonly Reader[], log: number): { slope: number; information: number } {
  let [slope, information] = [0, 0];
  for (const { newShown, newEarned, provenShown, provenEarned } of readers) {
    const answers = newEarned + provenEarned;
    const share = 1 / (1 + (provenShown / newShown) * Math.exp(-log));
    slope += newEarned - answers * share;
    information += answers * share * (1 - share);
  }
  return { slope, information };
}

/**
 * The standard normal distribution function, to seven digits (Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 26.2.17).
 */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - tail : tail;
}
