import type { Socket } from 'node:net';

/** What a client sends, taken piece by piece by straight-line code. */
export interface Input {
  /** Up to and without `mark`; null when the connection ends before it. */
  until(mark: string): Promise<Buffer | null>;
  /** When at least one byte is there (it stays there), or the connection has ended. */
  some(): Promise<void>;
  ended(): Promise<void>;
}

export function inputOf(socket: Socket): Input {
  let buffer: Buffer = Buffer.alloc(0);
  let over = false;
  let wake = () => {};
  socket.on('data', (chunk: Buffer) => {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    wake();
  });
  const end = () => {
    over = true;
    wake();
  };
  socket.on('end', end).on('close', end).on('error', end);
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  return {
    async until(mark) {
      for (let from = 0; ; ) {
        const at = buffer.indexOf(mark, from);
        if (at >= 0) {
          const piece = buffer.subarray(0, at);
          buffer = buffer.subarray(at + mark.length);
          return piece;
        }
        if (over) return null;
        from = Math.max(0, buffer.length - mark.length + 1);
        await more();
      }
    },
    async some() {
      while (buffer.length === 0 && !over) await more();
    },
    async ended() {
      while (!over) await more();
    },
  };
}
