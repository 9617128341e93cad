import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call on its way to the CRM. */
export interface PassingCall {
  path: string;
  /** Its JSON; null: it has none. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever is sent
  body: any;
  /** Does it in the CRM, with another body if one is given. */
  forward(body?: unknown): Promise<CrmAnswer>;
}

export interface CrmAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever is answered
  body: any;
}

/** What is answered instead; nothing: what the CRM answers; `cut`: the connection ends. */
export type Meddling = (call: PassingCall) => Promise<CrmAnswer | 'cut' | undefined>;

/** Stands between a client and the demo CRM, and meddles with what the CRM has no switch for. */
export async function crmProxy(crmUrl: string) {
  const paths: string[] = [];
  const meddler: { meddle: Meddling } = { meddle: async () => undefined };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const path = request.url ?? '';
    paths.push(path);
    const { authorization = '' } = request.headers;
    const forward = async (body: unknown = null): Promise<CrmAnswer> => {
      const sent = body === null ? text : JSON.stringify(body);
      const answer = await fetch(`${crmUrl}${path}`, {
        method: request.method ?? 'GET',
        headers: { authorization, 'content-type': 'application/json' },
        ...(sent === '' ? {} : { body: sent }),
      });
      const said = await answer.text();
      return { status: answer.status, body: said === '' ? null : JSON.parse(said) };
    };
    try {
      const call = { path, body: text === '' ? null : JSON.parse(text), forward };
      const answer = (await meddler.meddle(call)) ?? (await forward());
      if (answer === 'cut') return void response.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Of every call, in order. */
    paths,
    meddler,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
