import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aboutBlock } from '../../../src/feedback/crm/entries/about.ts';
import { requireLibrary } from '../../../src/library/load.ts';

const library = await requireLibrary(join(import.meta.dirname, '../../../templates/library'));
const block = {
  kind: 'experimental',
  contentId: 'kalibrier-abo',
  productKey: 'tischwaage-tw6',
  crmName: null,
} as const;

test('salespeople read the headline that the customer read', () => {
  const headline = (variantId: string) => aboutBlock(library, { ...block, variantId }, 'de').headline;
  expect(headline('headline=as-question,call=hand-over')).toBe(
    'Wo ist das Zertifikat, wenn der Auditor danach fragt?',
  );
  expect(headline('call=hand-over')).toBe('Kalibrieren im Abo: Sie denken nicht mehr daran, wir schon');
  expect(headline('headline=gone')).toBe(headline('base'));
});

test('what the library has no more is called by its id', () => {
  const gone = { ...block, contentId: 'gone', variantId: 'headline=as-question' };
  expect(aboutBlock(library, gone, 'en').headline).toBe('gone');
});
