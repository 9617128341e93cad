import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';

const MOST_LISTENERS = 50;
/** Keeps proxies from closing the quiet line. */
const HEARTBEAT_MS = 25_000;

/** Tells open previews that a template or content file changed: server-sent events, one line each. */
export function liveRoutes(app: FastifyInstance, context: WebContext): void {
  const listeners = new Set<(line: string) => void>();
  const stop = context.onChange(() => {
    for (const tell of listeners) tell('event: change\ndata: {}\n\n');
  });
  const heartbeat = setInterval(() => {
    for (const tell of listeners) tell(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();
  app.addHook('onClose', async () => {
    stop();
    clearInterval(heartbeat);
  });

  app.get('/preview/events', { exposeHeadRoute: false }, (request, reply) => {
    if (listeners.size >= MOST_LISTENERS)
      return reply.code(503).type('text/plain').send('Too many previews are open.\n');
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    raw.write('retry: 1000\n\n');
    const tell = (line: string) => void raw.write(line);
    listeners.add(tell);
    request.raw.socket.once('close', () => listeners.delete(tell));
  });
}
