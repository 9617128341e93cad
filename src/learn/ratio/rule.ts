import { ratioUnits, UNIT } from '../../compose/ratio.ts';
import type { SuggestedRatio } from '../../domain/suggested-ratio.ts';
import { chanceAbove, type Leaning } from './leaning.ts';

/** By how much a suggestion moves a ratio, in ten-thousandths: what follows from it is seen before the next one. */
const STEP = 1000;
/** Suggestions stay between these, in ten-thousandths: something is always tried, and half of a mail is always proven. */
const LEAST = 500;
const MOST = 5000;
/** Suggestions are whole hundredths. */
const GRAIN = 100;

/** So probable it must be. What was suggested before goes on being suggested a little longer: it does not flicker. */
const CLEAR = 0.9;
const STILL = 0.8;

/**
 * What is tried teaches something, and what proves itself becomes proven: so less of it is suggested only when it is
 * answered less than so many times as often.
 */
export const WORTH_TRYING = 0.75;

/**
 * Suggests another innovation ratio, or none: when it is not clear enough, when the bounds are reached, and when the
 * ratio is 0. That was decided by a person, and without new blocks there is nothing to learn from.
 *
 * @param ratio that holds now, 0 to 1
 * @param before what has been suggested so far for this ratio
 */
export function suggestRatio(
  leaning: Pick<Leaning, 'log' | 'error'>,
  ratio: number,
  before: Pick<SuggestedRatio, 'ratio' | 'suggested'> | null = null,
): SuggestedRatio | null {
  const now = ratioUnits(ratio);
  if (now === 0) return null;
  const standing =
    before !== null && ratioUnits(before.ratio) === now ? Math.sign(before.suggested - ratio) : 0;
  const more = chanceAbove(leaning, 1);
  const less = 1 - chanceAbove(leaning, WORTH_TRYING);
  const clear = (direction: number) => (direction === standing ? STILL : CLEAR);
  const times = Math.exp(leaning.log);
  if (more >= clear(1)) {
    const units = Math.floor(Math.min(MOST, now + STEP) / GRAIN) * GRAIN;
    return units > now ? { ratio, suggested: units / UNIT, probability: more, times } : null;
  }
  if (less >= clear(-1)) {
    const units = Math.ceil(Math.max(LEAST, now - STEP) / GRAIN) * GRAIN;
    return units < now ? { ratio, suggested: units / UNIT, probability: less, times } : null;
  }
  return null;
}
