import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** Nothing was heard in time. Has the code that nodemailer's own time-outs have. */
class TooSlow extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * One step of a conversation, as a promise. Ends also when the connection ends without nodemailer saying so (it was cut
 * by ourselves), and when it takes too long as a whole: a server that says a word now and then keeps nodemailer's own
 * time-out, which counts silence, from ever coming.
 *
 * @param given.otherwise what the error says when the connection just ended
 * @param given.within milliseconds for the whole step; then the connection is cut
 */
export async function step<T>(
  connection: SMTPConnection,
  given: { otherwise: string; within: number },
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  let hungUp = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      // nodemailer's own error, which says more, comes after the event
      hungUp = () => setImmediate(() => reject(new Error(given.otherwise)));
      connection.once('end', hungUp);
      timer = setTimeout(() => {
        reject(new TooSlow('The server took too long.'));
        connection.close();
      }, given.within);
      begin(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    connection.off('end', hungUp);
  }
}
