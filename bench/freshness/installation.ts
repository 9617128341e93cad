import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { openEmbeddedDatabase } from '../../src/db/embedded.ts';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { freePort } from '../../test/stands/free-port.ts';
import { spielbein, until } from '../../test/stands/process.ts';

/** What each request takes in the CRM, about as over the internet. */
const LATENCY = { latencyMs: 100, jitterMs: 100 };

/** A CRM with the limits of a Professional account, and Spielbein beside it: a web process and a worker. */
export interface Installation {
  crm: DemoCrm;
  sql: pg.Pool;
  /** Requests that the CRM got so far. */
  requests(): number;
  /** Polls that have ended so far. */
  polls(): Promise<number>;
  close(): Promise<void>;
}

/** Everything is read once, and the processes run, when this returns. */
export async function startInstallation(given: {
  customers: number;
  pollSeconds: number;
  webhooks: boolean;
}): Promise<Installation> {
  const stack = new AsyncDisposableStack();
  try {
    const home = await mkdtemp(join(tmpdir(), 'spielbein-freshness-'));
    stack.defer(() => rm(home, { recursive: true, force: true }));
    // as root, the server runs as another user, who must get in
    await chmod(home, 0o755);
    const database = stack.adopt(await openEmbeddedDatabase({ home }), (d) => d.close());
    const company = demoCompany({ customers: given.customers, today: new Date() });
    const limits = { perTenSeconds: 190, searchesPerSecond: 5, perDay: 625_000 };
    const crm = stack.adopt(await startDemoCrm({ company, limits }), (c) => c.close());
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const secret = 'client secret of the bench';
    const env = {
      SPIELBEIN_HOME: home,
      SPIELBEIN_SECRET: 'a secret of the bench that is long enough for it',
      DATABASE_URL: database.url,
      HUBSPOT_ACCESS_TOKEN: 'bench',
      HUBSPOT_BASE_URL: crm.url,
      HUBSPOT_WEBHOOK_SECRET: secret,
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      LIBRARY_DIR: await libraryWith(home, given.pollSeconds),
      LOG_LEVEL: 'warn',
    };
    const first = spielbein(['sync', '--full'], env);
    if ((await first.ended) !== 0) throw new Error(`The first sync failed:\n${first.output()}`);
    const sql = new pg.Pool({ connectionString: database.url });
    stack.defer(() => sql.end());
    const polls = async () => {
      const { rows } = await sql.query(
        `select count(*)::int as n from sync_runs where mode = 'incremental' and finished_at is not null`,
      );
      return rows[0].n as number;
    };

    Object.assign(crm.faults, LATENCY);
    const { PORT: _, ...withoutPort } = env;
    const processes = [spielbein(['serve'], env), spielbein(['worker'], withoutPort)];
    for (const each of processes) stack.defer(async () => void (await each.stop()));
    await until('both processes run', () => processes.every((p) => p.output().includes('Ctrl-C stops.')));
    if (given.webhooks) {
      crm.webhooks.sendTo({ url: `${publicUrl}/webhooks/hubspot`, secret, batchDelayMs: 0 });
    }
    const requests = () => [...crm.requests.values()].reduce((sum, n) => sum + n, 0);

    return { crm, sql, requests, polls, close: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The example library, with its CRM polled this often. */
async function libraryWith(home: string, pollSeconds: number): Promise<string> {
  const dir = join(home, 'library');
  await cp(resolve(import.meta.dirname, '../../templates/library'), dir, { recursive: true });
  const file = join(dir, 'settings.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}\nhubspot:\n  pollSeconds: ${pollSeconds}\n`);
  return dir;
}
