import type { Language } from '../../domain/customer.ts';
import { campaignsDe, campaignsEn } from './areas/campaigns.ts';
import { checksDe, checksEn } from './areas/checks.ts';
import { customersDe, customersEn } from './areas/customers.ts';
import { experimentsDe, experimentsEn } from './areas/experiments.ts';
import { homeDe, homeEn } from './areas/home.ts';
import { libraryDe, libraryEn } from './areas/library.ts';
import { operationsDe, operationsEn } from './areas/operations.ts';
import { productsDe, productsEn } from './areas/products.ts';
import { signInDe, signInEn } from './areas/sign-in.ts';
import { studioDe, studioEn } from './areas/studio.ts';
import { tokensDe, tokensEn } from './areas/tokens.ts';
import { consoleDe } from './console-de.ts';
import { consoleEn } from './console-en.ts';
import { recipientsDe, recipientsEn } from './recipients.ts';

const de = {
  ...recipientsDe,
  ...consoleDe,
  ...signInDe,
  ...studioDe,
  ...checksDe,
  ...campaignsDe,
  ...customersDe,
  ...productsDe,
  ...libraryDe,
  ...experimentsDe,
  ...operationsDe,
  ...tokensDe,
  ...homeDe,
};
const en: Record<keyof typeof de, string> = {
  ...recipientsEn,
  ...consoleEn,
  ...signInEn,
  ...studioEn,
  ...checksEn,
  ...campaignsEn,
  ...customersEn,
  ...productsEn,
  ...libraryEn,
  ...experimentsEn,
  ...operationsEn,
  ...tokensEn,
  ...homeEn,
};

export type WordKey = keyof typeof de;
export type Words = Readonly<Record<WordKey, string>>;

/** Every fixed text of the pages in one language. */
export const words = (language: Language): Words => (language === 'de' ? de : en);

/**
 * A text with its `{name}` places filled; plain text, to be escaped where it goes.
 * @throws RangeError for a key that no text has: a slip in a template.
 */
export function fillWords(texts: Words, key: string, values: Readonly<Record<string, unknown>> = {}): string {
  const text = Object.hasOwn(texts, key) ? texts[key as WordKey] : undefined;
  if (text === undefined) throw new RangeError(`The pages have no text called "${key}".`);
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place));
}
