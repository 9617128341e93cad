import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { connectDatabase, openDatabase } from '../../src/db/connect.ts';
import { type DatabaseError, databaseError } from '../../src/db/database-error.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';

const { db, url } = await testDatabase();

describe('what columns become', () => {
  test('bigint is a number, numeric is a number, a date stays text, a timestamp is a Date', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740991::bigint as id, 0.2500::numeric(5,4) as ratio, date '2026-01-31' as day,
        timestamptz '2026-01-31 23:30+01' as moment, count(*) as n, null::bigint as nothing`.execute(db);
    expect(rows[0]).toEqual({
      id: Number.MAX_SAFE_INTEGER,
      ratio: 0.25,
      day: '2026-01-31',
      moment: new Date('2026-01-31T22:30:00Z'),
      n: 1,
      nothing: null,
    });
  });

  test('the same inside arrays', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select array[1, null, 3]::bigint[] as ids, array['2026-01-31']::date[] as days, array[0.5]::numeric[] as ratios,
        array[[1,2],[3,4]]::bigint[] as nested`.execute(db);
    expect(rows[0]).toEqual({
      ids: [1, null, 3],
      days: ['2026-01-31'],
      ratios: [0.5],
      nested: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  test('a bigint that a number can not hold exactly is refused', async () => {
    await expect(sql`select 9007199254740993::bigint as id`.execute(db)).rejects.toThrow(/9007199254740993/);
  });

  test('other users of pg are not changed', () => {
    expect(pg.types.getTypeParser(20)('1')).toBe('1');
  });
});

test('an idle connection that breaks does not end the process; the next query opens another', async () => {
  const handle = openDatabase(url, { max: 1 });
  const { rows } = await handle.pool.query('select pg_backend_pid() as pid');
  await sql`select pg_terminate_backend(${rows[0].pid})`.execute(db);
  const again = await handle.pool
    .query('select pg_backend_pid() as pid')
    .catch(() => handle.pool.query('select 1'));
  expect(again.rowCount).toBe(1);
  await handle.close();
});

describe('errors for people', () => {
  const secret = 'geheim%20es-Wort';
  const failureOf = async (target: string): Promise<DatabaseError> => {
    const target_ = connectDatabase(target);
    try {
      return await sql`select 1`.execute(target_).then(
        () => expect.fail('connected'),
        (error) => error,
      );
    } finally {
      await target_.destroy();
    }
  };

  test('nobody listens', async () => {
    const port = await freePort();
    const error = await failureOf(`postgres://anna:${secret}@127.0.0.1:${port}/mails`);
    expect(error).toMatchObject({ name: 'DatabaseError', code: 'unreachable' });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  test('wrong password, missing database, unknown host', async () => {
    const wrong = new URL(url);
    wrong.password = secret;
    expect(await failureOf(wrong.href)).toMatchObject({ code: 'sign_in_refused' });
    const missing = new URL(inject('postgresUrl'));
    missing.pathname = '/nowhere';
    const error = await failureOf(missing.href);
    expect(error.code).toBe('database_missing');
    expect(error.message).toContain('createdb nowhere');
    expect(databaseError(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), wrong.href).code).toBe(
      'host_unknown',
    );
  });

  test('no message shows the password', async () => {
    const target = `postgres://anna:${secret}@db.example:5432/mails`;
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', '28P01', '28000', '3D000', '53300', '57P03', 'OTHER']) {
      const { message } = databaseError(Object.assign(new Error('it failed'), { code }), target);
      expect(message).not.toContain('geheim');
      expect(message).toContain('db.example');
    }
    expect(databaseError(new Error('bad'), `not a url ${secret}`).message).not.toContain('geheim');
  });
});
