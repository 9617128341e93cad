import type { WebContext } from './context.ts';

/** Names of products as the CRM knows them, by id: for those that the library does not describe. */
export async function crmNames({ db }: Pick<WebContext, 'db'>): Promise<Map<string, string>> {
  const rows = await db.selectFrom('products').select(['id', 'name']).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
