import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A JSON answer of the demo CRM, as far as tests change it. */
export interface CrmAnswer {
  status?: string;
  results: { id: string }[];
  errors?: unknown[];
  paging?: { next: { after: string } };
}

export interface ChangedAnswers {
  url: string;
  /** What the server answers to a request; null: what it answers itself. */
  change: (line: string, body: string, answer: CrmAnswer) => CrmAnswer | null;
  close(): Promise<void>;
}

/** A server in front of the demo CRM that changes some of its answers into what HubSpot would answer on a bad day. */
export async function changedAnswers(behind: string): Promise<ChangedAnswers> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await fetch(`${behind}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { Authorization: 'Bearer demo', 'Content-Type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    const own = (await answer.json()) as CrmAnswer;
    const changed = stand.change(`${request.method} ${request.url}`, body, own);
    const status = changed === null ? answer.status : changed.errors ? 207 : 200;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(changed ?? own));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stand: ChangedAnswers = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    change: () => null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stand;
}
