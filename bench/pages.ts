/**
 * How long each page of the console takes on the server, for a company with years of mails behind it. Every GET route is
 * measured, also those of tomorrow: they are taken from the server itself, and their places filled from the data.
 *
 *   npm run bench -- pages           10,000 customers, 40,000 purchases, 50 campaigns of 1,000 mails
 *   npm run bench -- pages --full    100,000 customers, 400,000 purchases, 50 campaigns of 10,000 mails
 */
import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openDatabase } from '../src/db/connect.ts';
import { openEmbeddedDatabase } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { requireLibrary } from '../src/library/load.ts';
import { writeCompany } from './pages/company.ts';
import { openConsole } from './pages/console.ts';
import { ownContent, placesMade } from './pages/made.ts';
import { type Measured, measure } from './pages/measure.ts';
import { addressesOf, isPicture, PLACES, routesOf } from './pages/routes.ts';

export interface PagesResult {
  customers: number;
  /** Slowest first. */
  pages: Measured[];
  /** What Chromium draws. */
  pictures: Measured[];
  /** Routes that nothing was found to fill in for, and addresses that were refused. */
  left: string[];
  /** They never end, so that there is nothing to measure. */
  streams: string[];
}

/** @param only measures addresses with this in them alone */
export async function benchPages(full: boolean, only = process.env.PAGES ?? ''): Promise<PagesResult> {
  // a place that is kept is not written again: for whoever makes a page quicker
  const kept = process.env.BENCH_HOME;
  const home = kept ?? (await mkdtemp(join(tmpdir(), 'spielbein-bench-')));
  const content = await mkdtemp(join(tmpdir(), 'spielbein-bench-content-'));
  const database = await openEmbeddedDatabase({ home });
  const now = new Date('2026-11-01T09:00:00Z');
  const size = full
    ? { customers: 100_000, purchases: 400_000, campaigns: 50, sends: 10_000 }
    : { customers: 10_000, purchases: 40_000, campaigns: 50, sends: 1_000 };
  const { db, close } = openDatabase(database.url);
  const routes = listenForRoutes();
  let app: FastifyInstance | undefined;
  try {
    await migrate(db);
    const folders = await ownContent(content);
    const library = await requireLibrary(folders.libraryDir);
    const { there } = await db
      .selectFrom('customers')
      .select((eb) => eb.fn.countAll<number>().as('there'))
      .executeTakeFirstOrThrow();
    if (there === 0) await writeCompany(db, library, size, now);
    app = await openConsole({ db, folders, now });
    const places = [...(await placesMade(db, folders, now)), ...PLACES];
    const { addresses, left, streams } = addressesOf(routesOf(routes), { places });
    const pages: Measured[] = [];
    for (const address of addresses.filter((each) => each.includes(only))) {
      // one page that is refused must not cost the others
      await measure(app, address).then(
        (measured) => pages.push(measured),
        (error: Error) => left.push(error.message),
      );
    }
    const sorted = pages.toSorted((a, b) => b.medianMs - a.medianMs);
    return {
      customers: size.customers,
      pages: sorted.filter(({ address }) => !isPicture(address)),
      pictures: sorted.filter(({ address }) => isPicture(address)),
      left,
      streams,
    };
  } finally {
    await app?.close();
    await close();
    await database.close();
    await rm(content, { recursive: true, force: true });
    if (kept === undefined) await rm(home, { recursive: true, force: true });
  }
}

/** Fastify tells of every server that is made; what it is then asked to do is listened to. */
function listenForRoutes(): Set<string> {
  const found = new Set<string>();
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      if ([method].flat().includes('GET')) found.add(url);
    });
  });
  return found;
}
