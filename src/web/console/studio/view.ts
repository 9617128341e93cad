import { CONSENT_BASES, type Language } from '../../../domain/customer.ts';
import { productName } from '../../../library/grammar.ts';
import type { Content } from '../../../render/content.ts';
import { SCHEMES } from '../../../studio/dark.ts';
import type { Header } from '../../../studio/head.ts';
import type { Preview } from '../../../studio/preview.ts';
import { isTried } from '../../../studio/what-if.ts';
import { leftGroups, whyView } from '../why.ts';
import { type Asked, linkTo, whatIfOf } from './asked.ts';

/** Gmail clips what is longer. */
const GMAIL_KILOBYTES = 102;

/** One mail with its reasons, and what could be tried out, for the page. */
export function mailView(
  preview: Preview,
  given: {
    asked: Asked;
    content: Content;
    language: Language;
    /** Names of products that only the CRM knows. */
    names: ReadonlyMap<string, string>;
    headers: Header[] | null;
    now: Date;
  },
) {
  const { asked, content, language, names } = given;
  if (preview.kind === 'unknown_customer') return { unknown: true };
  if (preview.kind === 'unknown_content') return { unknownContent: true };
  const { library } = content;
  const { customer } = preview.known;
  const set = preview.setRatio === null ? null : Math.round(preview.setRatio * 100);
  const tried = {
    ...whatIfOf(asked),
    ratio: asked.ratio === null || asked.ratio === set ? null : asked.ratio / 100,
  };
  const shared = {
    customer: {
      ...customer,
      name: [customer.title, customer.firstName, customer.lastName].filter(Boolean).join(' ') || customer.id,
    },
    what: {
      tried: isTried(tried),
      reset: linkTo(asked, { ratio: null, consent: '', own: [], disown: [] }),
      ratio: asked.ratio ?? set ?? 0,
      ratioTried: tried.ratio !== null,
      ratioSet: set,
      ratioReset: linkTo(asked, { ratio: null }),
      consents: CONSENT_BASES.map((basis) => ({
        value: basis === customer.consent ? '' : basis,
        word: `preview.basis.${basis}`,
        set: basis === customer.consent,
        chosen: basis === (asked.consent || customer.consent),
      })),
      ...ownedView(preview, { asked, content, language }),
    },
  };
  if (preview.kind === 'skip')
    return { ...shared, skip: { reason: preview.reason, left: leftGroups(preview.left, library, language) } };
  const kilobytes = Buffer.byteLength(preview.mail.html) / 1000;
  const link = linkTo(asked);
  const join = (address: string) => `${address}${link}`;
  return {
    ...shared,
    mail: {
      ...preview.mail,
      kilobytes,
      tooBig: kilobytes > GMAIL_KILOBYTES,
      headers: given.headers,
      frame: `${join('preview/mail')}${link === '?' ? '' : '&'}v=${library.version}-${given.now.getTime().toString(36)}`,
      eml: join('preview/mail.eml'),
      pictures: (['phone', 'desktop'] as const).flatMap((width) =>
        SCHEMES.map((scheme) => ({
          width: `preview.width.${width}`,
          scheme: `studio.scheme.${scheme}`,
          link: `preview/mail.png${linkTo(asked, { width, scheme })}`,
        })),
      ),
      checks: join('preview/checks'),
    },
    alone: asked.content !== '',
    today: preview.today,
    why: { ...whyView(preview.composition, library, language, names), tried: tried.ratio !== null },
  };
}

/** What the customer owns, would own and would not, each with a way to change that. */
function ownedView(
  { known }: Extract<Preview, { facts: unknown }>,
  { asked, content, language }: { asked: Asked; content: Content; language: Language },
) {
  const keys = known.owned.map(({ product }) => ({ product, known: content.matchProduct(product) }));
  const owned = [...new Map(keys.map((one) => [one.known?.key ?? one.product.id, one])).entries()].map(
    ([key, { product, known: described }]) => {
      const gone = asked.disown.includes(key);
      const disown = gone ? asked.disown.filter((other) => other !== key) : [...asked.disown, key];
      return {
        name: productName(described ?? product.name, language),
        gone,
        link: linkTo(asked, { disown }),
      };
    },
  );
  const has = new Set(keys.map((one) => one.known?.key ?? one.product.id));
  const name = (key: string) => productName(content.library.products.get(key) ?? key, language);
  const added = asked.own
    .filter((key) => content.library.products.has(key) && !has.has(key))
    .map((key) => ({
      name: name(key),
      link: linkTo(asked, { own: asked.own.filter((other) => other !== key) }),
    }));
  const addable = [...content.library.products.keys()]
    .filter((key) => !has.has(key) && !asked.own.includes(key))
    .map((key) => ({ key, name: name(key) }))
    .sort((a, b) => a.name.localeCompare(b.name, language));
  return { owned, added, addable };
}

/** How the mail is looked at: width, colours, pictures, and which side of it. */
export function switchesOf(asked: Asked) {
  const of = <K extends 'width' | 'scheme' | 'images' | 'tab'>(
    name: K,
    values: readonly Asked[K][],
    area = 'studio',
  ) =>
    values.map((value) => ({
      word: `${area}.${name}.${value}`,
      chosen: asked[name] === value,
      link: linkTo(asked, { [name]: value }),
    }));
  return {
    width: of('width', ['phone', 'desktop'], 'preview'),
    scheme: of('scheme', SCHEMES),
    images: of('images', ['on', 'off']),
    tab: of('tab', ['html', 'text', 'source', 'headers']),
  };
}

/** The library's pieces to look at alone, by their titles. */
export function piecesOf(asked: Asked, content: Content, language: Language) {
  const title = (piece: {
    id: string;
    de?: { headline: string } | undefined;
    en?: { headline: string } | undefined;
  }) => ({
    id: piece.id,
    title:
      (piece[language] ?? piece.de ?? piece.en)?.headline.replace(/\{\{\s*\w+\s*\}\}/g, '…').slice(0, 90) ??
      piece.id,
    chosen: piece.id === asked.content,
  });
  return {
    developments: [...content.library.developments.values()].map(title),
    offers: [...content.library.offers.values()].map(title),
  };
}
