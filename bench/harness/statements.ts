import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { PostgresStand } from '../faults/postgres.ts';

/** What PostgreSQL itself knows of its work: its statements, by the time they took (pg_stat_statements). */
export interface Statements {
  /** Forgets what there was, e.g. while tables were filled. */
  reset(): Promise<void>;
  /** Writes `statements.txt` into a folder: milliseconds, calls, rows and milliseconds a call of each, most first. */
  write(dir: string): Promise<void>;
}

interface Row {
  ms: number;
  planned: number;
  calls: number;
  rows: number;
  wal: string;
  query: string;
}

/** @param url of a database without data yet: the server is restarted */
export async function watchStatements(server: PostgresStand, url: string): Promise<Statements> {
  await ask(url, `alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await ask(url, 'alter system set pg_stat_statements.track_planning = on');
  await server.crash();
  await ask(url, 'create extension pg_stat_statements');
  return {
    async reset() {
      await ask(url, 'select pg_stat_statements_reset()');
    },
    async write(dir) {
      const rows = await ask(
        url,
        `select total_exec_time as ms, total_plan_time as planned, calls::int, rows::int, wal_bytes::text as wal, left(regexp_replace(query, '\\s+', ' ', 'g'), 150) as query
         from pg_stat_statements order by total_exec_time + total_plan_time desc limit 40`,
      );
      const lines = rows.map(({ ms, planned, calls, rows: count, wal, query }) =>
        [ms.toFixed(0), planned.toFixed(0), calls, count, (ms / calls).toFixed(3), wal, query].join('\t'),
      );
      const head = 'ms\tplanned ms\tcalls\trows\tms a call\tWAL bytes\tstatement';
      await writeFile(join(dir, 'statements.txt'), `${[head, ...lines].join('\n')}\n`);
    },
  };
}

async function ask(url: string, query: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}
