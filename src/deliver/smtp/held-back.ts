import { Readable } from 'node:stream';

/** A message that gives out its first byte only after the ledger has said yes. */
export interface HeldBack {
  stream: Readable;
  /** The server has answered 354: the ledger was asked. */
  asked(): boolean;
  /** Its bytes were handed to the connection. */
  flowed(): boolean;
  /** The ledger said no, or could not answer. */
  refused(): boolean;
}

/** @param begin asked when nodemailer first reads the message, which it does after the server's 354, not before */
export function heldBack(raw: Buffer, begin: () => Promise<boolean>): HeldBack {
  let asked = false;
  let flowed = false;
  let refused = false;
  const refuse = (error: Error) => {
    if (stream.destroyed) return;
    refused = true;
    stream.destroy(error);
  };
  const stream = new Readable({
    highWaterMark: raw.length + 1,
    read() {
      if (asked) return;
      asked = true;
      begin().then((yes) => {
        // The conversation ended while we asked: nothing may flow any more.
        if (stream.destroyed) return;
        if (!yes) return refuse(new Error('The ledger says that this mail must not leave.'));
        flowed = true;
        stream.push(raw);
        stream.push(null);
        return undefined;
      }, refuse);
    },
  });
  return { stream, asked: () => asked, flowed: () => flowed, refused: () => refused };
}
