import { expect, test } from 'vitest';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { sampleLibrary } from './sample.ts';

test('a CRM product is recognised by SKU first, then by exact name in either language', async () => {
  await using sample = await sampleLibrary();
  const match = createProductMatcher(await requireLibrary(sample.dir));
  const find = (sku: string | null, name: string) => match({ id: '1', sku, name, family: null })?.key;

  expect(find('D-1', 'Waage W 1')).toBe('drucker');
  expect(find(' w-1B ', 'anything')).toBe('waage');
  expect(find('unknown', 'Drucker D 1')).toBe('drucker');
  expect(find(null, 'D 1 printer')).toBe('drucker');
  expect(find(null, ' Scale\u00a0W  one')).toBe('waage');
  expect(find(null, 'drucker d 1')).toBeUndefined();
  expect(find('', '')).toBeUndefined();
});
