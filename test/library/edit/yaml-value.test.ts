import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { withValue } from '../../../src/library/edit/yaml-value.ts';

const FILE = `# our settings
rules: # of the house
  maxBlocks:  4   # not five
  holdout: 0.05

lists: [a,  b]
nightly: { cron: "30 3 * * *" }
`;

test('only the value changes; comments, order and spaces stay', () => {
  expect(withValue(FILE, ['rules', 'maxBlocks'], 5)).toBe(FILE.replace('  4   #', '  5   #'));
  expect(withValue(FILE, ['nightly', 'cron'], '5 4 * * *')).toBe(FILE.replace('30 3', '5 4'));
});

test('what was not there is written beside its neighbours, or in a section of its own', () => {
  const beside = withValue(FILE, ['rules', 'defaultRatio'], 0.25);
  expect(beside).toContain('  defaultRatio: 0.25\n  maxBlocks:  4   # not five\n');
  const inline = withValue(FILE, ['nightly', 'timeZone'], 'Europe/Berlin');
  expect(inline).toContain('nightly: { timeZone: "Europe/Berlin", cron: "30 3 * * *" }');
  const own = withValue(FILE.trimEnd(), ['campaigns', 'approval'], 'second_person');
  expect(own).toBe(`${FILE}\ncampaigns:\n  approval: second_person\n`);
});

test('what is written in an unusual way says the right thing all the same', () => {
  for (const odd of [
    'rules:\n  maxBlocks: &n 4\n  maxProven: *n\n',
    'rules:\n  maxBlocks: !!int "4"\n',
    'rules: {}\n',
    '',
  ])
    expect(parse(withValue(odd, ['rules', 'maxBlocks'], 5))).toMatchObject({ rules: { maxBlocks: 5 } });
});
