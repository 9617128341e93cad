import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { seedCustomers } from '../../test/stands/company.ts';
import type { RedisStand } from '../../test/stands/redis-server.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

export const SECRET = 'a secret that only the fault bench knows, of some length';
export const PUBLIC_URL = 'https://news.orvelin.test';
export const CAMPAIGN = 'faults';

/** One campaign about to be sent: customers, mail server, and what processes need to find them. */
export interface Stage {
  db: Database;
  databaseUrl: string;
  redis: RedisStand | null;
  mail: MailServer;
  /** Environment of a process that greets the mail server by this name. */
  env(worker: string): Record<string, string>;
  close(): Promise<void>;
}

/** Recipients are spread over so many domains, so that one that asks for a pause holds up few. */
const DOMAINS = 997;

/**
 * @param given.databaseUrl an empty database
 * @param given.domainOf SQL for the domain of customer `n`
 */
export async function setStage(given: {
  databaseUrl: string;
  redis: RedisStand | null;
  customers: number;
  domainOf?: string;
}): Promise<Stage> {
  const { databaseUrl, redis, customers } = given;
  const { db, close } = openDatabase(databaseUrl, { max: 4, applicationName: 'faults' });
  await migrate(db);
  await seedCustomers(db, customers);
  await sql`
    update customers set email = 'person' || n || '@' || (${sql.raw(given.domainOf ?? `'d' || n % ${DOMAINS} || '.test'`)})
    from (select id, substr(id, 2)::int as n from customers) numbered where numbered.id = customers.id`.execute(
    db,
  );
  // they have been there for long: the database knows how many there are
  await sql`analyze customers, products, purchases`.execute(db);
  await createCampaign(db, { id: CAMPAIGN, name: 'Faults', kind: 'adhoc', now: new Date() });
  const home = await mkdtemp(join(tmpdir(), 'spielbein-faults-home-'));
  const mail = await startMailServer();
  return {
    db,
    databaseUrl,
    redis,
    mail,
    env: (worker) => ({
      SPIELBEIN_HOME: home,
      SPIELBEIN_SECRET: SECRET,
      DATABASE_URL: databaseUrl,
      SMTP_URL: mail.url(worker),
      MAIL_FROM: 'Orvelin Werke <news@orvelin.test>',
      PUBLIC_URL,
      ...(redis ? { REDIS_URL: redis.url } : {}),
    }),
    async close() {
      await mail.close();
      await close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
