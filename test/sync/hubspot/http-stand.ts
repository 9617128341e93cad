import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** A string is sent as it is, everything else as JSON. */
  body?: unknown;
}

export interface HttpStand {
  url: string;
  /** Method and URL of every request, in order, and when it came. */
  requests: { line: string; body: string; at: number }[];
  close(): Promise<void>;
}

/** A server that answers what the test says, for details of HubSpot that the demo CRM has no switch for. */
export async function httpStand(
  answer: (line: string, body: string, number: number) => Answer,
): Promise<HttpStand> {
  const requests: HttpStand['requests'] = [];
  const server = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`;
    const body = await textOf(request);
    requests.push({ line, body, at: performance.now() });
    const { status = 200, headers = {}, body: answered = {} } = answer(line, body, requests.length);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof answered === 'string' ? answered : JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
