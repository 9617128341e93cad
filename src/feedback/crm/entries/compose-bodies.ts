import { type HolidayCalendar, publicHolidays } from '../../../campaign/timing/holidays.ts';
import { dayOf } from '../../../compose/day.ts';
import type { Database } from '../../../db/connect.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library, ProductMatcher } from '../../../library/library.ts';
import type { WriteKind } from '../../../sync/port.ts';
import { preferenceWords } from '../../preferences/words.ts';
import { aboutBlock } from './about.ts';
import type { Begun } from './begin.ts';
import { type EntryFacts, loadEntryFacts } from './facts.ts';
import { sayingHash } from './mark.ts';
import { loadProfileFacts } from './profile-facts.ts';
import { noteText, type Style, type Wish } from './text-note.ts';
import { profileText } from './text-profile.ts';
import { taskText } from './text-task.ts';
import { entryWords } from './words.ts';
import { nextWorkingMorning } from './working-morning.ts';

/** What texts are made with, besides the facts. */
export interface BodyTools {
  library: Library;
  matchProduct: ProductMatcher;
  publicUrl: string;
  /** Key of the installation. */
  key: string;
  now: Date;
}

/**
 * What an entry says, or why it says nothing: there is nothing (left) to tell, or nobody to tell it of; or why it can't be
 * put into words.
 */
export type Body = { id: number } & ({ body: object } | { none: 'nothing' | 'gone' } | { failed: string });

/** Puts entries that were just begun into words. */
export async function composeBodies(
  db: Database,
  kind: WriteKind,
  entries: readonly Begun[],
  tools: BodyTools,
): Promise<Body[]> {
  if (entries.length === 0) return [];
  const bodies =
    kind === 'profile' ? await profiles(db, entries, tools) : await texts(db, kind, entries, tools);
  return entries.map(({ id }) => bodies.get(id) ?? { id, none: 'gone' });
}

async function profiles(
  db: Database,
  entries: readonly Begun[],
  tools: BodyTools,
): Promise<Map<number, Body>> {
  const { library, now } = tools;
  const style = styleOf(tools);
  const ids = entries.map(({ customerId }) => customerId);
  const facts = await loadProfileFacts(db, ids, tools);
  const bodies = new Map<number, Body>();
  for (const { id, customerId } of entries) {
    const known = facts.get(customerId);
    if (!known) continue;
    const about: Parameters<typeof profileText>[2] = ({ block, language }) =>
      block && aboutBlock(library, block, language);
    bodies.set(
      id,
      byItself(id, () => ({ id, body: profileText(known, style, about, dayOf(now, style.timeZone)) })),
    );
  }
  return bodies;
}

async function texts(
  db: Database,
  kind: 'note' | 'task',
  entries: readonly Begun[],
  tools: BodyTools,
): Promise<Map<number, Body>> {
  const facts = await loadEntryFacts(
    db,
    entries.map(({ id }) => id),
  );
  const isHoliday = await publicHolidays();
  return new Map(
    facts.map((each) => [
      each.id,
      byItself(each.id, () => (kind === 'note' ? noteBody(each, tools) : taskBody(each, tools, isHoliday))),
    ]),
  );
}

/** One entry that can't be put into words keeps no other from being told. */
function byItself(id: number, make: () => Body): Body {
  try {
    return make();
  } catch (error) {
    return { id, failed: `It can't be put into words: ${(error as Error).message}` };
  }
}

function noteBody(facts: EntryFacts, tools: BodyTools): Body {
  const style = styleOf(tools);
  const wishes = facts.block === null ? wishesOf(facts, tools, style) : null;
  const note = noteText(
    { ...facts, about: aboutOf(facts, tools), wishes: wishes?.list ?? null },
    style,
    tools.now,
  );
  if (note === null) return { id: facts.id, none: 'nothing' };
  return { id: facts.id, body: { ...note, ...(wishes ? { told: wishes.told } : {}) } };
}

/** Somebody who has thought better of it need not be called. */
function taskBody(facts: EntryFacts, tools: BodyTools, isHoliday: HolidayCalendar): Body {
  const { id, heard } = facts;
  if (heard?.answer !== 'call') return { id, none: 'nothing' };
  const style = styleOf(tools);
  const dueAt = nextWorkingMorning(tools.now, style.timeZone, isHoliday);
  return { id, body: taskText({ ...facts, about: aboutOf(facts, tools) }, style, dueAt) };
}

/** What they wish for, with what is new in it; null when an earlier note has told the same. */
function wishesOf(
  { preferences, corrections, told }: EntryFacts,
  { key, matchProduct, now }: BodyTools,
  { language, timeZone }: Style,
): { list: Wish[]; told: string[] } | null {
  const { used, notUsed } = entryWords(language);
  const corrected = corrections.map(({ used: uses, ...product }) =>
    (uses ? used : notUsed)(productName(matchProduct(product) ?? product.name, language)),
  );
  const list = [...preferenceWords(preferences, language, dayOf(now, timeZone)), ...new Set(corrected)].map(
    (words) => ({ words, hash: sayingHash(words, key) }),
  );
  const known = new Set(told);
  const same = list.length === known.size && list.every(({ hash }) => known.has(hash));
  if (same) return null;
  return {
    list: list.map(({ words, hash }) => ({ words, fresh: !known.has(hash) })),
    told: list.map(({ hash }) => hash),
  };
}

const aboutOf = ({ block, mail }: EntryFacts, { library }: BodyTools) =>
  block && aboutBlock(library, block, mail.language);

const styleOf = ({ library: { settings }, publicUrl }: BodyTools): Style => ({
  language: settings.report.language,
  timeZone: settings.nightly.timeZone,
  publicUrl,
});
