import { z } from 'zod';
import { CONSENT_BASES } from '../../../domain/customer.ts';
import { SCHEMES } from '../../../studio/dark.ts';
import type { PreviewRequest } from '../../../studio/preview.ts';
import type { WhatIf } from '../../../studio/what-if.ts';
import { firstOf } from '../../bodies.ts';

const MOST_TRIED = 20;

const words = firstOf(z.string().trim().max(200)).catch('').default('');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  firstOf(z.enum(values))
    .catch(values[0] as T[number])
    .default(values[0] as T[number]);
const several = z
  .preprocess((given) => [given ?? []].flat(), z.array(z.string().max(200)).max(500))
  .catch([])
  .transform((values) => [...new Set(values.filter((value) => value !== ''))].slice(0, MOST_TRIED));

/** All that is chosen in the studio stands in its address, so that a view can be shared. */
export const askedOf = z.object({
  search: words,
  customer: words,
  campaign: words,
  /** Library id of the one development or offer to look at. */
  content: words,
  /** In percent; null: as it is set. */
  ratio: firstOf(z.string().regex(/^\d{1,3}$/))
    .transform(Number)
    .pipe(z.number().max(100))
    .nullable()
    .catch(null)
    .default(null),
  consent: oneOf(['', ...CONSENT_BASES]),
  own: several,
  disown: several,
  width: oneOf(['desktop', 'phone']),
  scheme: oneOf(SCHEMES),
  images: oneOf(['on', 'off']),
  tab: oneOf(['html', 'text', 'source', 'headers']),
});
export type Asked = z.infer<typeof askedOf>;

const DEFAULTS: Asked = askedOf.parse({});

/** The same view with something else chosen, as a relative address; what is as usual is left out. */
export function linkTo(asked: Asked, other: Partial<Asked> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...asked, ...other })) {
    for (const one of [value].flat())
      if (one !== null && one !== '' && one !== DEFAULTS[name as keyof Asked])
        search.append(name, String(one));
  }
  return `?${search}`;
}

export const whatIfOf = ({ ratio, consent, own, disown }: Asked): WhatIf => ({
  ratio: ratio === null ? null : ratio / 100,
  consent: consent === '' ? null : consent,
  own,
  disown,
});

export const requestOf = (asked: Asked): PreviewRequest => ({
  customerId: asked.customer,
  campaignId: asked.campaign || null,
  contentId: asked.content || null,
  what: whatIfOf(asked),
});

/** In CSS pixels: a common phone, and the width in which mail programs on a desk show mails. */
export const WIDTHS = { desktop: 700, phone: 375 } as const;
