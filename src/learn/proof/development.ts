import { Document, Scalar } from 'yaml';
import type { DevelopmentKind } from '../../domain/conversation.ts';
import { LANGUAGES } from '../../domain/customer.ts';
import type { Bridge, Offer } from '../../library/schema.ts';
import { offerForm, unwrittenAlleles } from '../../library/variant.ts';
import { ProposalError } from './proposal-error.ts';

/**
 * Developments go to owners without their consent; so an offer can become one only where a person has marked it as
 * similar to what they own (UWG §7(3)).
 */
export const canBeDevelopment = (offer: Pick<Offer, 'bridges'>): boolean =>
  offer.bridges.some(({ similar }) => similar);

/** The file of `developments/` that an offer becomes, without `.yaml`. Its own id would make readers of it look informed. */
export const developmentIdOf = (offerId: string): string => `${offerId}-proven`;

/**
 * The development that one form of an offer becomes, as a file for the library: its own texts, for owners of the
 * products that it may be told to without consent. A person looks through it: what the program can't know, and what is
 * left out, is said in it.
 *
 * @param given.kind of what is new; comes before a person's eyes as a guess
 * @param given.today day of publication (YYYY-MM-DD)
 * @throws ProposalError when it can't become one
 */
export function developmentFrom(
  offer: Offer,
  variantId: string,
  given: { today: string; kind?: DevelopmentKind },
): string {
  if (!canBeDevelopment(offer)) {
    throw new ProposalError(
      'not_similar',
      `"${offer.id}" stays an offer: none of its bridges is marked as similar, and developments also go to customers who have not consented.`,
    );
  }
  const texts = LANGUAGES.flatMap((language) => {
    const form = offerForm(offer, variantId, language);
    if (!form || unwrittenAlleles(offer, variantId, language).length > 0) return [];
    const { headline, body, alt, linkLabel, bridge, picture } = form;
    return [{ language, picture, text: { headline, body: bodyOf(bridge, body), alt, linkLabel } }];
  });
  const [first] = texts;
  if (!first) {
    throw new ProposalError(
      'offer_gone',
      `Form "${variantId}" of "${offer.id}" is not written any more: the library lacks its texts.`,
    );
  }
  const told = offer.bridges.filter(({ similar }) => similar);
  const products = named(told, 'product');
  const families = named(told, 'family');
  const sells = offer.sells ?? (offer.product === undefined ? [] : [offer.product]);
  const file = {
    kind: given.kind ?? 'accessory',
    ...(products.length > 0 && { products }),
    ...(families.length > 0 && { families }),
    published: given.today,
    until: offer.until,
    picture: first.picture,
    link: offer.link,
    sells,
    ...Object.fromEntries(texts.map(({ language, text }) => [language, text])),
  };
  return written(file, commentOf(offer, variantId));
}

/** A sentence about what is owned that goes with any product opens the text. Those of single bridges stay behind. */
const bodyOf = (bridge: string | undefined, body: string): string =>
  bridge === undefined ? body : `${bridge}\n\n${body}`;

const named = (bridges: readonly Bridge[], by: 'product' | 'family'): string[] => [
  ...new Set(bridges.flatMap((bridge) => bridge[by] ?? [])),
];

function commentOf(offer: Offer, variantId: string): string {
  const barred = offer.bridges.flatMap(({ similar, product, family }) =>
    similar ? [] : [product ?? family ?? ''],
  );
  const calls = LANGUAGES.flatMap((language) => offerForm(offer, variantId, language)?.call ?? []);
  const lines = [
    `Made from the offer ${offer.id}, form ${variantId}. Look through it before it goes out:`,
    '- kind: version, accessory, service, training or know-how?',
    '- The sentences that tied the offer to each product are not in it.',
    ...(barred.length > 0
      ? [`- Not for owners of ${barred.join(', ')}: the offer needs their consent.`]
      : []),
    ...calls.map(
      (call) =>
        `- The question "${call.replace(/\s+/g, ' ')}" is not in it: developments ask their own. Part of the success may have come from it.`,
    ),
    `When it is in developments/, the offer ${offer.id} goes on beside it until you give it an end (until) or delete it.`,
  ];
  return lines.map((line) => ` ${line}`).join('\n');
}

function written(file: Record<string, unknown>, comment: string): string {
  const document = new Document(file);
  document.commentBefore = comment;
  for (const language of LANGUAGES) {
    const body = document.getIn([language, 'body'], true);
    if (body instanceof Scalar) body.type = Scalar.BLOCK_LITERAL;
  }
  return document.toString({ lineWidth: 0 });
}
