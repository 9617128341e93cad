import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Calls of one connection that are under way at a time: enough for 190 in 10 s at half a second each. */
export const CALLS_AT_ONCE = 10;

/** Kept-alive sockets for the client's calls; silent ones are ended, because Node only reports them. */
export function socketPool(baseUrl: string, timeoutMs: number): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: CALLS_AT_ONCE, timeout: timeoutMs };
  const agent = baseUrl.startsWith('http:') ? new HttpAgent(options) : new HttpsAgent(options);
  const connect = agent.createConnection.bind(agent) as HttpAgent['createConnection'];
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    socket?.on('timeout', () => socket.destroy());
    return socket;
  };
  return agent;
}
