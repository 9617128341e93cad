import { fieldsOf, readFields } from './fields.ts';
import type { Kind } from './place.ts';

const BRIDGE = {
  de: 'Was das Angebot mit {{yourProduct}} zu tun hat, in einem Satz.',
  en: 'What the offer has to do with {{yourProduct}}, in one sentence.',
};

/** The words that a new entry begins with; whoever writes it replaces them. */
const BLANK: Partial<Record<Kind, (given: { today: string; about: string }) => string>> = {
  developments: ({ today, about }) => `# version, accessory, service, training or know-how
kind: version
products: [${about}]
published: ${today}
# 1 (nice to know) to 5 (every owner must know)
priority: 3

de:
  headline: Was ist neu an {{product}}?
  body: |
    Ein oder zwei kurze Absätze.

en:
  headline: What is new about {{product}}?
  body: |
    One or two short paragraphs.
`,
  offers: ({ today, about }) => `published: ${today}
# From what customers own to what is offered. "similar" says whether it is similar in the sense of the law (UWG §7(3)).
bridges:
  - product: ${about}
    similar: false
    de: ${BRIDGE.de}
    en: ${BRIDGE.en}

de:
  headline: Was ist das Neue?
  body: |
    Ein oder zwei kurze Absätze.

en:
  headline: What is the new thing?
  body: |
    One or two short paragraphs.
`,
  products: () => `# How the CRM's product is recognised: by its number, or its exact name.
skus: []
names: []
family: Sonstiges

de:
  name: Name des Produkts
  # m, f, n or pl; without it, mails say "Ihr …-Produkt"
  gender: n

en:
  name: Name of the product
`,
  questions: () => `# customer: on the page behind an answer; sales: for the salesperson's next call
ask: sales
priority: 3

de:
  question: Was möchten Sie wissen?
en:
  question: What would you like to know?
`,
};

/**
 * A new entry to start from; null: there is no new one of this kind. Pure.
 * @param given.today ISO 8601 date
 * @param given.about key of a product of the library
 */
export function blankOf(kind: Kind, given: { today: string; about: string }): string | null {
  return BLANK[kind]?.(given) ?? null;
}

/**
 * The texts that still say what a new entry begins with: fields by name, and `bridges`, which has none. Customers would
 * get to read them. Pure.
 */
export function blanksIn(kind: Kind, source: string): string[] {
  const begun = readFields(kind, blankOf(kind, { today: '', about: '' }) ?? '');
  const now = readFields(kind, source);
  const names = fieldsOf(kind)
    .filter(({ name, path }) => path.length === 2 && begun?.[name] && now?.[name]?.trim() === begun[name])
    .map(({ name }) => name);
  const hasBridge = kind === 'offers' && Object.values(BRIDGE).some((words) => source.includes(words));
  return hasBridge ? [...names, 'bridges'] : names;
}
