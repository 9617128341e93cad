import { z } from 'zod';
import type { Draft, DraftSettings } from '../../../campaign/draft.ts';
import { MomentError, parseMoment } from '../../../campaign/timing/moment.ts';
import { IN_DOUBT_POLICIES } from '../../../domain/send.ts';
import { firstOf } from '../../bodies.ts';
import { campaignName } from './new.ts';
import type { SetupStep } from './setup-steps.ts';
import { inZone } from './setup-views.ts';

const several = z.preprocess(
  (given) => (given === undefined ? [] : [given].flat()),
  z.array(z.string().min(1).max(200)).max(500),
);
/** Which state of the draft a form was made from; no larger than its column. */
export const revision = firstOf(
  z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
);

const products = z.object({ revision, name: firstOf(campaignName), products: several, families: several });
const content = z.object({ revision, developments: several });
const timing = z.object({
  revision,
  when: firstOf(z.enum(['now', 'at'])),
  at: firstOf(z.string().max(40)).default(''),
  spread: firstOf(z.coerce.number().int().min(0).max(168)).default(0),
  inDoubt: firstOf(z.enum(IN_DOUBT_POLICIES)),
});

/**
 * What a form of the guided way says; `wrong` names the text that says what to mend, `typed` is what the form then
 * still shows in place of what is saved.
 */
export type SetupForm =
  | { ok: true; revision: number; changes: Partial<DraftSettings> }
  | { ok: false; wrong: string; typed?: object };

/** Reads the form of one step. Pure but for what `now` is. */
export function readSetupForm(
  step: SetupStep,
  body: unknown,
  given: { draft: Draft; timeZone: string; now: Date },
): SetupForm | null {
  if (step === 'products') {
    const posted = products.safeParse(body ?? {});
    if (!posted.success) return { ok: false, wrong: 'campaigns.name_wrong' };
    const { name, products: keys, families } = posted.data;
    const audience = {
      ...keptOf(given.draft, keys, families),
      ...some('products', keys),
      ...some('families', families),
    };
    return { ok: true, revision: posted.data.revision, changes: { name, audience } };
  }
  if (step === 'content') {
    const posted = content.safeParse(body ?? {});
    if (!posted.success) return { ok: false, wrong: 'campaigns.setup.wrong' };
    const { products: keys = [], families = [] } = given.draft.audience;
    const { developments } = posted.data;
    const audience = {
      ...some('products', keys),
      ...some('families', families),
      ...some('developments', developments),
    };
    return { ok: true, revision: posted.data.revision, changes: { audience } };
  }
  if (step === 'timing') {
    const posted = timing.safeParse(body ?? {});
    if (!posted.success) return { ok: false, wrong: 'campaigns.setup.wrong' };
    const { when, at, spread: spreadHours, inDoubt: inDoubtPolicy } = posted.data;
    const typed = { at, later: when === 'at', spread: spreadHours, resend: inDoubtPolicy === 'resend' };
    const saved = given.draft.startsAt;
    let startsAt: Date | null = null;
    // a time that somebody typed is never dropped in silence; the saved one stands in the field and may be given up
    if (when === 'now' && at !== '' && at !== (saved && inZone(saved, given.timeZone)))
      return { ok: false, wrong: 'campaigns.timing.now_or_then', typed };
    if (when === 'at') {
      try {
        startsAt = parseMoment(at, given.timeZone);
      } catch (error) {
        if (error instanceof MomentError) return { ok: false, wrong: 'campaigns.timing.no_moment', typed };
        throw error;
      }
      if (startsAt <= given.now) return { ok: false, wrong: 'campaigns.timing.past', typed };
    }
    return { ok: true, revision: posted.data.revision, changes: { startsAt, spreadHours, inDoubtPolicy } };
  }
  return null;
}

const some = <K extends string>(name: K, values: string[]) =>
  values.length === 0 ? {} : ({ [name]: [...new Set(values)].sort() } as Record<K, string[]>);

/** Developments that were chosen stay chosen as long as the products stay the same. */
function keptOf({ audience }: Draft, products: string[], families: string[]) {
  const same = (a: string[] = [], b: string[]) => [...a].sort().join('\n') === [...b].sort().join('\n');
  const kept = same(audience.products, products) && same(audience.families, families);
  return kept && audience.developments ? { developments: audience.developments } : {};
}
