import type { FastifyInstance } from 'fastify';

/** The address cannot be listened on. The message says what to do. */
export class WebError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WebError';
  }
}

/**
 * How long clients may take, in milliseconds: to send a request, and between any two bytes of an answer. Live previews
 * stay open for hours: their heartbeat is quicker.
 */
export const CLIENT_TIMES = { requestTimeout: 30_000, connectionTimeout: 120_000 } as const;

export interface RunningWeb {
  /** Where it is reached on this machine. */
  url: string;
  port: number;
  /** Lets running requests end, and closes what stays open for long (live previews). */
  close(): Promise<void>;
}

/**
 * Listens on one port; 0 takes any free one.
 * @throws WebError when the port is taken or not allowed; the server is closed then.
 */
export async function runWeb(
  app: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<RunningWeb> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  const bound = app.addresses().find((address) => typeof address === 'object')?.port ?? port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${bound}`, port: bound, close: () => app.close() };
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as { code?: string };
  const options = { cause: error };
  if (code === 'EADDRINUSE')
    return new WebError(`Port ${port} is taken. Set PORT to a free one, e.g. PORT=${port + 1}.`, options);
  if (code === 'EACCES')
    return new WebError(`Port ${port} is not allowed for this user. Set PORT to 1024 or more.`, options);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new WebError(
      `This machine has no address "${host}". Set HOST to one it has, e.g. 127.0.0.1.`,
      options,
    );
  }
  return error;
}
