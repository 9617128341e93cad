import { expect, it } from 'vitest';
import { checkMail } from '../../src/check/checks.ts';
import { linkedPages } from '../../src/check/linked-pages.ts';
import { findingSentence } from '../../src/check/sentence.ts';
import type { Block } from '../../src/domain/composition.ts';
import { LANGUAGES, type Language } from '../../src/domain/customer.ts';
import { requireLibrary } from '../../src/library/load.ts';
import { createRenderer } from '../../src/render/renderer.ts';
import { customer, mail, publicUrl, templatesDir } from '../render/stand.ts';

const library = await requireLibrary(`${templatesDir}/library`);
const renderer = await createRenderer({ library, templatesDir, publicUrl });
const keys = [...library.products.keys()];

/** Every development and offer of the example library, eight to a mail, each mail about other products. */
function mailsIn(language: Language): Block[][] {
  const blocks = [
    ...[...library.developments.values()].map((piece) => ({ piece, kind: 'proven' as const })),
    ...[...library.offers.values()].map((piece) => ({ piece, kind: 'experimental' as const })),
  ]
    .filter(({ piece }) => piece[language])
    .map(
      ({ piece, kind }, index): Block => ({
        kind,
        contentId: piece.id,
        variantId: 'base',
        productKey: keys[(index * 7) % keys.length] ?? '',
        probability: 1,
        reason: kind === 'proven' ? 'unseen_development' : 'experiment_due',
      }),
    );
  return Array.from({ length: Math.ceil(blocks.length / 8) }, (_, n) => blocks.slice(n * 8, n * 8 + 8));
}

const PEOPLE = [
  {},
  { salutation: null, title: null, firstName: null, lastName: null, ownerName: null },
  { lastName: 'von und zu Hohenlohe-Langenburg-Schillingsfürst', consent: 'existing_customer' as const },
  { firstName: '<b>Eva</b>', lastName: 'Null', companyName: '{{x}} & Söhne' },
];

it.each(LANGUAGES)('the example mails have neither errors nor warnings: %s', (language) => {
  const all = mailsIn(language);
  expect(all.length).toBeGreaterThan(2);
  const found = all.flatMap((blocks, n) => {
    const person = { ...customer, ...PEOPLE[n % PEOPLE.length], language };
    const input = mail(blocks, { language, customer: person });
    const { company } = library.settings;
    const targets = linkedPages(input.composition, library);
    return checkMail({ ...renderer.render(input), language, company, publicUrl, targets });
  });
  const grave = found.filter(({ severity }) => severity !== 'note');
  expect(grave.map((one) => `${findingSentence(one, 'en').sentence} ${one.where.excerpt}`)).toEqual([]);
  // notes are few: how phones cut subject and preheader, and now and then something that is good to know
  const others = found.filter(
    ({ code }) => !['subject_cut', 'preheader_cut', 'preheader_short'].includes(code),
  );
  expect(others.length).toBeLessThan(all.length);
});

it.each(LANGUAGES)('a mail with more blocks than any campaign shows is still fine: %s', (language) => {
  const input = mail(mailsIn(language).flat().slice(0, 10), { language });
  const { company } = library.settings;
  const findings = checkMail({ ...renderer.render(input), language, company, publicUrl });
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
});
