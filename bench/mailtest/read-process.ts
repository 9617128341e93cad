/** Reads one mailbox as the command line does, in a process of its own whose memory is watched. */
import { bookOf } from '../../src/mailtest/customers.ts';
import { type People, readPeople } from '../../src/mailtest/people.ts';
import { readMailTest } from '../../src/mailtest/read.ts';
import { CRM_ADDRESSES, PEOPLE_YAML } from '../../test/mailtest/world.ts';

const path = process.argv[2] as string;
const people = readPeople('people.yaml', PEOPLE_YAML).people as People;
/** Resident bytes, by how much of the file (0 to 1) was read. */
const memory: { share: number; rss: number }[] = [];
const started = performance.now();
const cpu = process.cpuUsage();
const found = await readMailTest({
  paths: [path],
  people,
  crm: bookOf(CRM_ADDRESSES),
  onProgress: (done, of) => memory.push({ share: done / of, rss: process.memoryUsage.rss() }),
});
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const cpuSeconds = (user + system) / 1e6;
const peakMb = (from: number, to: number) =>
  Math.max(...memory.filter(({ share }) => share > from && share <= to).map(({ rss }) => rss)) / 1e6;
process.send?.({ found, seconds, cpuSeconds, firstThirdMb: peakMb(0, 1 / 3), lastThirdMb: peakMb(2 / 3, 1) });
