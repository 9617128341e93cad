/**
 * The import rules (docs/architecture.md): the house's floors from the ground up. A folder may import its
 * own files and anything on a lower line. Nothing imports upward, nothing in a circle.
 */
const floors = [
  ['src/domain'],
  ['src/config'],
  ['src/db', 'src/links', 'src/library'],
  ['src/queue', 'src/mailbox', 'src/people'],
  // the stages of the path, in the path's order
  ['src/sync'],
  ['src/segment'],
  ['src/compose'],
  ['src/render'],
  ['src/check'],
  ['src/ledger'],
  ['src/campaign'],
  ['src/deliver'],
  ['src/feedback'],
  ['src/effect'],
  ['src/learn'],
  ['src/brief'],
  ['src/erasure'],
  ['src/mailtest'],
  ['src/studio'],
  ['src/observe'],
  ['jobs'],
  ['src/demo', 'src/web'],
  ['src/app', 'src/crm', 'src/worker'],
  ['src/cli'],
];

const pattern = (names) => `^(${names.join('|')})(/|[.]ts$)`;

const upward = floors.flatMap((floor, level) => {
  const above = floors.slice(level + 1).flat();
  const rules = [];
  if (above.length > 0) {
    rules.push({
      name: `nothing-above-${floor[0]}`,
      comment: 'Imports point down the path or to the ground floor, never up.',
      severity: 'error',
      from: { path: pattern(floor) },
      to: { path: pattern(above) },
    });
  }
  // Neighbours on one floor stand on their own; the composition root's files belong together.
  if (floor.length > 1 && !floor.includes('src/app')) {
    rules.push({
      name: `neighbours-of-${floor[0]}`,
      comment: 'Folders on one floor do not import each other.',
      severity: 'error',
      from: { path: `^(${floor.join('|')})/` },
      to: { path: pattern(floor), pathNot: '^$1/' },
    });
  }
  return rules;
});

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-missing', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|jobs)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-development-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^(src|jobs)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types' },
    },
    ...upward,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
