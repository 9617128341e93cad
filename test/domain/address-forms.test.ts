import { describe, expect, it } from 'vitest';
import { addressForms } from '../../src/domain/address-forms.ts';

describe('an address', () => {
  it.each([
    [' Anna@Müller.example ', ['anna@müller.example', 'anna@xn--mller-kva.example']],
    ['anna@xn--mller-kva.example', ['anna@xn--mller-kva.example', 'anna@müller.example']],
    ['jörg@kunde.example', ['jörg@kunde.example']],
    ['anna@10.1', ['anna@10.1']],
    ['no address', ['no address']],
  ])('%s is written as %j', (address, forms) => {
    expect(addressForms(address)).toEqual(forms);
  });
});
