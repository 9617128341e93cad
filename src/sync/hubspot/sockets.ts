import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Calls of one connection that are under way at a time: 190 in 10 s at a second each, 5 searches in one second. */
export const CALLS_AT_ONCE = { general: 20, search: 5 } as const;

/** Kept-alive sockets for the client's calls; silent ones are ended, because Node only reports them. */
export function socketPool(baseUrl: string, timeoutMs: number): HttpAgent | HttpsAgent {
  const maxSockets = CALLS_AT_ONCE.general + CALLS_AT_ONCE.search;
  const options = { keepAlive: true, maxSockets, timeout: timeoutMs };
  const agent = baseUrl.startsWith('http:') ? new HttpAgent(options) : new HttpsAgent(options);
  const connect = agent.createConnection.bind(agent) as HttpAgent['createConnection'];
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    socket?.on('timeout', () => socket.destroy());
    return socket;
  };
  return agent;
}
