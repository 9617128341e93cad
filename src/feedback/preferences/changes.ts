import { type Frequency, type Preferences, TOPICS, type Topic } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';
import type { NamedProduct } from '../../library/grammar.ts';

/** One thing that is different since somebody saved their preferences. */
export type Change =
  | { what: 'products'; inUse: boolean; products: NamedProduct[] }
  | { what: 'topics'; wanted: boolean; topics: Topic[] }
  /** Nothing is left to write about. */
  | { what: 'nothing_left' }
  | { what: 'frequency'; to: Frequency | null }
  | { what: 'language'; to: Language }
  | { what: 'wish'; to: number | null }
  | { what: 'paused'; until: string }
  | { what: 'resumed' };

/** What is different between two sets of wishes, in the order of the page. Pure. */
export function changesBetween(before: Preferences, after: Preferences, crmLanguage: Language): Change[] {
  const changes: Change[] = [];
  const off = after.topicsOff.filter((topic) => !before.topicsOff.includes(topic));
  const on = before.topicsOff.filter((topic) => !after.topicsOff.includes(topic));
  if (after.topicsOff.length === TOPICS.length && off.length > 0) changes.push({ what: 'nothing_left' });
  else if (off.length > 0) changes.push({ what: 'topics', wanted: false, topics: off });
  if (on.length > 0) changes.push({ what: 'topics', wanted: true, topics: on });
  if (before.frequency !== after.frequency) changes.push({ what: 'frequency', to: after.frequency });
  const language = after.language ?? crmLanguage;
  if (language !== (before.language ?? crmLanguage)) changes.push({ what: 'language', to: language });
  if (before.ratioWish !== after.ratioWish) changes.push({ what: 'wish', to: after.ratioWish });
  if (before.pausedUntil !== after.pausedUntil) {
    changes.push(
      after.pausedUntil === null ? { what: 'resumed' } : { what: 'paused', until: after.pausedUntil },
    );
  }
  return changes;
}
