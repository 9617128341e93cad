import type { FastifyReply, FastifyRequest } from 'fastify';

const MOST_LISTENERS = 100;
/** How often is looked, in milliseconds. */
const EVERY = 1000;
/** Keeps proxies from closing the quiet line. */
const HEARTBEAT = 20_000;

/**
 * Server-sent events: a piece of HTML whenever it has changed, and `done` when nothing moves any more.
 * Browsers that lose the line come back by themselves.
 */
export function createStreams() {
  let listeners = 0;
  const stops = new Set<() => void>();
  return {
    close() {
      for (const stop of stops) stop();
    },
    /** @param look the piece as it is now, and whether it will still change */
    open(
      request: FastifyRequest,
      reply: FastifyReply,
      look: () => Promise<{ html: string; moves: boolean }>,
    ): FastifyReply {
      if (listeners >= MOST_LISTENERS)
        return reply.code(503).type('text/plain').send('Too many pages are watching.\n');
      listeners += 1;
      reply.hijack();
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value);
      raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      raw.write('retry: 2000\n\n');
      let before = '';
      let quietSince = Date.now();
      let timer: NodeJS.Timeout | undefined;
      let over = false;
      const stop = () => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        stops.delete(stop);
        listeners -= 1;
        raw.end();
      };
      stops.add(stop);
      request.raw.socket.once('close', stop);
      const turn = async () => {
        try {
          const { html, moves } = await look();
          if (over) return;
          if (html !== before) raw.write(`event: piece\ndata: ${JSON.stringify(html)}\n\n`);
          else if (Date.now() - quietSince > HEARTBEAT) raw.write(': still here\n\n');
          if (html !== before || Date.now() - quietSince > HEARTBEAT) quietSince = Date.now();
          before = html;
          if (!moves) {
            raw.write('event: done\ndata: {}\n\n');
            return stop();
          }
        } catch {
          // The database may be away for a moment: the browser comes back.
          return stop();
        }
        timer = setTimeout(turn, EVERY);
        timer.unref();
      };
      void turn();
      return reply;
    },
  };
}

export type Streams = ReturnType<typeof createStreams>;
