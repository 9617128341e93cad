import { rewriteHtml } from './rewrite.ts';

/** What may stand in place of a value that differs from mail to mail. */
const STAND_IN: Readonly<Record<string, (value: string) => string>> = {
  href: () => 'https://x.example/',
  // the kind of picture matters
  src: (value) => `https://x.example/x${/\.\w{3,4}(?=$|[?#])/.exec(value)?.[0] ?? ''}`,
  alt: () => 'x',
  title: () => 'x',
  'aria-label': () => 'x',
};

/**
 * A mail's HTML without what differs from customer to customer: texts, addresses and alternative texts. Mails built
 * alike have the same one, so what depends on structure and style alone is judged once. Everything else stays as it
 * was written, faults included, and on its line; what was empty stays empty, and faulty entities stay, too.
 */
export function skeletonOf(html: string): string {
  return rewriteHtml(html, {
    text: (text, inStyle) => (inStyle ? text : standIn(text, unusualEntity(text) ?? 'x')),
    attribute: (name, value) =>
      Object.hasOwn(STAND_IN, name) ? standIn(value, STAND_IN[name]?.(value) ?? '') : value,
  });
}

/** Whether an entity exists is a matter of validity; those that everybody knows are in every second name. */
const unusualEntity = (text: string) => /&(?!(?:amp|lt|gt|quot|apos|nbsp);)[a-z]{2,12};/i.exec(text)?.[0];

const standIn = (value: string, by: string) =>
  value.trim() === '' ? value : by + '\n'.repeat(value.split('\n').length - 1);
