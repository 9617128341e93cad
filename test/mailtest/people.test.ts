import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../../src/mailtest/example.ts';
import { readPeople } from '../../src/mailtest/people.ts';

const problems = (text: string) =>
  readPeople('people.yaml', text).problems.map(({ line, code, message }) => `${line} ${code}: ${message}`);

describe('the people file', () => {
  it('may be as the example is, in both languages', () => {
    for (const language of ['de', 'en'] as const) {
      const { people, problems } = readPeople('people.yaml', EXAMPLE[language]);
      expect(problems).toEqual([]);
      expect(people?.me?.has('kim.berg@orvelin.example')).toBe(true);
      expect(people?.up.size).toBe(2);
    }
  });

  it('needs the own domains and nothing else', () => {
    const { people } = readPeople('people.yaml', 'domains: [Orvelin.example]');
    expect(people?.me).toBeNull();
    expect([...(people?.domains ?? [])]).toEqual(['orvelin.example']);
    expect(problems('me: [kim@orvelin.example]')).toEqual(['1 missing: "domains" is missing']);
  });

  it('is wrong by line', () => {
    expect(problems('domains:\n  - orvelin.example\nup:\n  - Die Chefin\n')).toEqual([
      expect.stringMatching(/^4 invalid_value: "up\[1\]": write the address alone/),
    ]);
    expect(problems('domains: [kim@orvelin.example]')).toEqual([
      expect.stringMatching(/^1 invalid_value: "domains\[1\]": write the domain alone/),
    ]);
    expect(problems('domains: [orvelin.example]\nupp: []\n')).toEqual([
      '2 unknown_key: "upp" is no field of this file',
    ]);
    expect(problems('domains: [a.example]\nup:\n  - x@a.example\ndown:\n  - X@a.example\n')).toEqual([
      expect.stringMatching(/^5 invalid_value: "down\[1\]": x@a.example is in "up" already/),
    ]);
    expect(problems('domains: [a.example\n')[0]).toMatch(/^\d yaml_syntax/);
  });
});
