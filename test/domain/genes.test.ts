import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE, GENES, genomeOf, variantIdOf } from '../../src/domain/genes.ts';

const allele = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
const genome = fc.record(Object.fromEntries(GENES.map((gene) => [gene, allele])), { requiredKeys: [] });

describe('a variant’s id', () => {
  it('says what the variant is made of, and leads back to it', () => {
    fc.assert(
      fc.property(genome, (genes) => {
        const id = variantIdOf(genes);
        expect(variantIdOf(genomeOf(id))).toBe(id);
        const written = Object.entries(genes).filter(([, name]) => name !== BASE);
        expect(genomeOf(id)).toEqual(Object.fromEntries(written));
      }),
    );
  });

  it('is the same however the genes are listed', () => {
    expect(variantIdOf({ picture: 'close-up', headline: 'question' })).toBe(
      'headline=question,picture=close-up',
    );
    expect(variantIdOf({})).toBe('base');
    expect(variantIdOf({ headline: 'base' })).toBe('base');
  });

  it('that is none has no genes', () => {
    for (const words of ['', 'v', 'headline', 'colour=red', '=', ',']) expect(genomeOf(words)).toEqual({});
  });
});
