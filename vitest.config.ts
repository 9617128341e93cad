import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, longest first: begun last, they would keep the others waiting at the end. */
const LONG = [
  'deliver/faults',
  'web/pages',
  'cli/cli',
  'deliver/kill',
  'jobs/write-crm-kill',
  'web/browser',
  'deliver/year',
  'journey',
  'web/day',
  'hubspot/histories',
  'db/embedded',
  'web/scanners',
];

/** Nothing is kept of earlier runs on a fresh machine, so what is long is written down here. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex(
        (name) => moduleId.includes(`/test/${name}`) || moduleId.includes(`/${name}/`),
      );
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/stands/global-setup.ts'],
    // Own processes: what one test file does to its process (signals, sockets, timers) concerns no other.
    pool: 'forks',
    // one more than the cores of a small machine: many tests mostly wait
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 90_000,
    sequence: { shuffle: false, concurrent: false, sequencer: LongFirst },
  },
});
