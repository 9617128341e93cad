import type { Language } from '../../../domain/customer.ts';
import type { EffectReport } from '../../../effect/effects.ts';
import { effectSentence } from '../../../effect/words.ts';

/** What mails do to purchases, in a sentence; null while there is no result to tell. */
export function boughtSentence(report: EffectReport, language: Language): string | null {
  const [total] = report.effects;
  return total?.result ? effectSentence(total, report, language) : null;
}
