import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Learned } from './compose/learned.ts';
import { type Config, Secret } from './config.ts';
import { type Database, openDatabase } from './db/connect.ts';
import { openEmbeddedDatabase } from './db/embedded.ts';
import { installationValue, migrate } from './db/migrate.ts';
import { learnedSource } from './learn/source.ts';
import { createLinks, type Links } from './links/links.ts';
import type { Log } from './observe/log.ts';
import { type ContentSource, contentSource } from './render/content.ts';

/** What every part of Spielbein stands on, opened once and closed in reverse. */
export interface App {
  config: Config;
  /** Where the database is, embedded or not. */
  databaseUrl: Secret;
  db: Database;
  content: ContentSource;
  links: Links;
  /** Signs links and sessions. */
  secret: Secret;
  /** Key of all seeded randomness of this installation. */
  randomKey: string;
  /** What has been learned by now. */
  learned: () => Promise<Learned>;
  now: () => Date;
  log: Log;
  /** Closes `resource` when the app closes, before what was opened earlier. */
  use<T>(resource: T, close: (resource: T) => Promise<void> | void): T;
  close(): Promise<void>;
}

/**
 * The composition root: builds what the configuration asks for and nothing else. Every command opens an app
 * and closes it; queue, mail and web are opened by those that need them (see `worker.ts`).
 */
export async function openApp(config: Config, options: { log?: Log; now?: () => Date } = {}): Promise<App> {
  const stack = new AsyncDisposableStack();
  const log = options.log ?? (() => {});
  const now = options.now ?? (() => new Date());
  try {
    let databaseUrl = config.databaseUrl;
    if (!databaseUrl) {
      const embedded = await openEmbeddedDatabase({ home: config.home, log });
      stack.defer(() => embedded.close());
      databaseUrl = new Secret(embedded.url);
    }
    const { db, close } = openDatabase(databaseUrl.reveal(), { max: 12 });
    stack.defer(close);
    await migrate(db);
    const secret = config.secret ?? keptSecret(config.home);
    const randomKey = await installationValue(db, 'random_key');
    if (!randomKey)
      throw new Error('The installation has no random key; migrations did not run to their end.');
    const { publicUrl, libraryDir, templatesDir } = config;
    const content = contentSource({ db, libraryDir, templatesDir, publicUrl });
    return {
      config,
      databaseUrl,
      db,
      content,
      learned: learnedSource({ db, content, randomKey }),
      links: createLinks({ secret: secret.reveal(), publicUrl, now }),
      secret,
      randomKey,
      now,
      log,
      use: (resource, closeIt) => stack.adopt(resource, closeIt),
      close: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The secret of an installation that was given none: made once, readable by its owner only. */
function keptSecret(home: string): Secret {
  const file = join(home, 'secret');
  if (!existsSync(file)) {
    mkdirSync(home, { recursive: true });
    // Written first and then put in its place, so that nobody finds it half done.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      // Another process was quicker: its secret is the one.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return new Secret(readFileSync(file, 'utf8').trim());
}
