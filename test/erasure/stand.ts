import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';

/** Everything that the database holds, as text; bytes as far as they are ASCII. */
export async function everything(db: Database): Promise<string> {
  const { rows: columns } = await sql<{ table: string; column: string; type: string }>`
    select c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'`.execute(db);
  const texts = await Promise.all(
    columns.map(async ({ table, column, type }) => {
      const value =
        type === 'bytea' ? sql`encode(${sql.ref(column)}, 'escape')` : sql`${sql.ref(column)}::text`;
      const { rows } = await sql<{ all: string | null }>`
        select string_agg(${value}, ${'\n'}) as all from ${sql.table(table)}`.execute(db);
      return `${table}.${column}: ${rows[0]?.all ?? ''}`;
    }),
  );
  return texts.join('\n');
}

const at = new Date('2026-10-10T08:00:00Z');

/** What a customer leaves behind in every table, over and above `seedSend`: the id and address in many forms. */
export async function leaveTraces(
  db: Database,
  given: { id: string; email: string; send: number },
): Promise<void> {
  const { id, send } = given;
  const email = given.email.toLowerCase();
  await db
    .updateTable('sends')
    .set({
      message_id: `<spielbein.${send}.abc@orvelin.test>`,
      smtp_response: `250 2.1.5 <${given.email}> Ok`,
      detail: `greylisted for ${email}`,
    })
    .where('id', '=', send)
    .execute();
  await sql`update sends set composition = composition || ${JSON.stringify({ seed: `${id}|herbst` })}::jsonb
    where id = ${send}`.execute(db);
  await sql`update campaigns set planned_up_to = ${id}, attention = ${`The server said: 550 <${given.email}> unknown`}
    where id = 'herbst'`.execute(db);
  await db.insertInto('ratio_accounts').values({ customer_id: id, wanted: 7500, given: 1 }).execute();
  await db
    .insertInto('answers')
    .values({
      send_id: send,
      position: 0,
      customer_id: id,
      content_id: 'firmware',
      answer: 'call',
      answered_at: at,
    })
    .execute();
  await db
    .insertInto('visits')
    .values([
      { send_id: send, link: 'click', position: 0, user_agent: `Mozilla of ${id}`, visited_at: at },
      {
        send_id: send,
        link: 'unsubscribe',
        user_agent: `Scanner at ${email}`,
        machine: 'agent',
        visited_at: at,
      },
    ])
    .execute();
  await leaveWords(db, { id, email, send });
  await db
    .insertInto('mail_events')
    .values([
      {
        send_id: send,
        campaign_id: 'herbst',
        kind: 'soft_bounce',
        email_key: email,
        detail: `mailbox of ${email} full`,
        source: 'dsn',
        occurred_at: at,
        dedupe_key: `dsn:${send}`,
      },
      {
        kind: 'complaint',
        email_key: email,
        source: 'arf',
        occurred_at: at,
        dedupe_key: `arf:${given.email}`,
      },
    ])
    .execute();
  await db
    .insertInto('suppressions')
    .values({ email_key: email, reason: 'unsubscribed', detail: `send ${send}`, created_at: at })
    .execute();
  await db
    .insertInto('mailbox')
    .values({
      mail_from: 'news@orvelin.test',
      rcpt_to: [given.email],
      message_id: `<spielbein.${send}.abc@orvelin.test>`,
      header_to: given.email,
      subject: 'Weiterentwicklungen',
      raw: Buffer.from(`To: ${given.email}\r\n\r\nGuten Tag\r\n`),
    })
    .execute();
  await db
    .insertInto('unread_reports')
    .values({
      source: 'imap',
      problem: 'no report in it',
      raw: Buffer.from(`\0\xff about ${given.email}\\`, 'latin1'),
    })
    .execute();
  await db
    .insertInto('domain_backoff')
    .values({ domain: `${send}.example`, strikes: 1, since: at, resume_at: at, reply: `421 ${email} later` })
    .execute();
  await sql`
    insert into sync_runs (source, mode, started_at, finished_at, progress, counts)
    values ('test', 'full', ${at}, ${at}, ${JSON.stringify({ position: { after: id } })}::jsonb,
      ${JSON.stringify({ problems: [{ record: `customer ${id}` }, { record: 'product 1' }] })}::jsonb)`.execute(
    db,
  );
}

/** What they said, and what became of it. */
async function leaveWords(db: Database, given: { id: string; email: string; send: number }): Promise<void> {
  const { id, email, send } = given;
  const entry = { customer_id: id, created_at: at, due_at: at };
  const { id: written } = await db
    .insertInto('crm_entries')
    .values({
      ...entry,
      kind: 'note',
      send_id: send,
      position: 0,
      begun_at: at,
      settled_at: at,
      outcome: 'written',
      crm_id: `note-of-${id}`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('crm_entries')
    .values([
      { ...entry, kind: 'profile' },
      {
        ...entry,
        kind: 'task',
        begun_at: at,
        body: JSON.stringify({ subject: `Rückruf: ${email}` }),
        refusal: `no such contact: ${id}`,
      },
    ])
    .execute();
  await sql`update answers set crm_entry_id = ${written} where send_id = ${send}`.execute(db);
  await db
    .insertInto('statements')
    .values({
      customer_id: id,
      send_id: send,
      position: 0,
      content_id: 'firmware',
      question_id: 'was-genau',
      question: 'Was genau wollen Sie?',
      choice: 'quote',
      choice_words: 'Ein Angebot',
      words: `Schreiben Sie an ${email}`,
      said_by: 'customer',
      said_at: at,
      crm_entry_id: written,
    })
    .execute();
  await db
    .insertInto('preferences')
    .values({ customer_id: id, frequency: 'quarterly', topics_off: ['training'], changed_at: at })
    .execute();
  await db
    .insertInto('product_use')
    .values({ customer_id: id, product_id: 'p1', used: false, said_on: '2026-10-10' })
    .execute();
  await db
    .insertInto('ratio_suggestions')
    .values({ customer_id: id, ratio: 0.2, suggested: 0.3, probability: 0.95, times: 2, made_at: at })
    .execute();
  await db
    .insertInto('held_out')
    .values({
      campaign_id: 'herbst',
      customer_id: id,
      chunk: 0,
      due_at: at,
      decided_at: at,
      blocks: JSON.stringify([{ kind: 'experimental', contentId: 'kamera', productKey: 'laser' }]),
    })
    .execute();
}
