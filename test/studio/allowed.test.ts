import { describe, expect, it } from 'vitest';
import { mayGetTests } from '../../src/studio/allowed.ts';

const may = (address: string, ...listed: string[]) => mayGetTests(address, { people: [], listed });

describe('test mails', () => {
  it.each([
    ['a@firma.example', 'a@firma.example'],
    ['A@Firma.example', 'firma.example'],
    ['a@qa.firma.example', '*.firma.example'],
    ['qa-7@firma.example', 'qa-*@firma.example'],
    ['a.b.c@firma.example', 'a*b*c@*.example'],
    ['a@firma.example', '*@*'],
    ['bab@firma.example', '*a*@firma.example'],
  ])('may go to %s by %s', (address, entry) => expect(may(address, entry)).toBe(true));

  it.each([
    ['a@firma.example', 'irma.example'],
    ['a@firma.example', 'firma.exampl'],
    ['a@firmaXexample', 'firma.example'],
    ['qa-7@firma.example', 'qa-*@anders.example'],
    // what begins and ends a pattern has to be there twice
    ['aba@firma.example', 'ab*ba@firma.example'],
    ['acb@firma.example', 'a*b*c@firma.example'],
    ['a@firma.example', '*a*@*@firma.example'],
    ['a\u200b@firma.example', 'firma.example'],
    ['a\u202e@firma.example', 'firma.example'],
    ['a\0@firma.example', 'firma.example'],
  ])('may not go to %j by %s', (address, entry) => expect(may(address, entry)).toBe(false));

  it('are decided at once, however many `*` a pattern has', () => {
    const address = `${'a'.repeat(60)}@${'a'.repeat(180)}.example`;
    expect(may(address, `${'*a'.repeat(12)}b@${'*a'.repeat(12)}b`)).toBe(false);
  });
});
