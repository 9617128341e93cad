/**
 * Mails a second from their rendered parts to the bytes on the wire (headers, MIME, quoted-printable): Spielbein's encoder
 * against nodemailer's MailComposer, over the same mails.
 *
 *     node bench/message.ts [--json]
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import { createEncoder, type MailParts } from '../src/deliver/encode.ts';
import { mailHeaders } from '../src/render/headers.ts';
import { exampleMails, median } from './example-mails.ts';

export interface MessageFigures {
  /** Different mails in one round. */
  mails: number;
  rounds: number;
  /** Median of the rounds, mails a second. */
  nodemailer: number;
  spielbein: number;
  /** How many times faster Spielbein's encoder is; at least 3 is the aim. */
  ratio: number;
  /** Of one mail. */
  bytes: number;
}

/** Alternating rounds, so that what slows the machine down slows both. */
export async function benchMessage({ mails = 500, rounds = 15 } = {}): Promise<MessageFigures> {
  const parts = await examples(mails);
  const encode = createEncoder({ dkim: null });
  const ways = {
    nodemailer: async () => {
      let bytes = 0;
      for (const { messageId, date, from, to, replyTo, subject, text, html, headers } of parts) {
        const given = { messageId, date, from, to, replyTo, subject, text, html, headers };
        const mail = new MailComposer({ ...given, textEncoding: 'quoted-printable' });
        bytes += (await mail.compile().build()).length;
      }
      return bytes;
    },
    spielbein: async () => {
      let bytes = 0;
      for (const each of parts) bytes += (await encode(each)).length;
      return bytes;
    },
  };
  const times: Record<keyof typeof ways, number[]> = { nodemailer: [], spielbein: [] };
  let bytes = 0;
  for (let round = -2; round < rounds; round += 1) {
    for (const way of round % 2 === 0
      ? (['nodemailer', 'spielbein'] as const)
      : (['spielbein', 'nodemailer'] as const)) {
      const started = performance.now();
      const made = await ways[way]();
      if (way === 'spielbein') bytes = made / mails;
      // the first rounds only warm up
      if (round >= 0) times[way].push(performance.now() - started);
    }
  }
  const rate = (way: keyof typeof ways) => Math.round((1000 * mails) / median(times[way]));
  return {
    mails,
    rounds,
    nodemailer: rate('nodemailer'),
    spielbein: rate('spielbein'),
    ratio: median(times.nodemailer) / median(times.spielbein),
    bytes: Math.round(bytes),
  };
}

async function examples(count: number): Promise<MailParts[]> {
  const { renderer, inputs } = await exampleMails(count);
  const from = { name: 'Orvelin Werke', address: 'news@orvelin.example' };
  return inputs.map((input) => {
    const { sendId, campaignId, customer, links } = input;
    const to = customer.email ?? '';
    const { subject, text, html } = renderer.render(input);
    const head = mailHeaders({
      sendId,
      campaignId,
      customer,
      to,
      from,
      replyTo: null,
      salesperson: null,
      links,
    });
    return { ...head, subject, text, html, date: new Date(0) };
  });
}

if (import.meta.main) {
  const figures = await benchMessage();
  console.log(
    process.argv.includes('--json')
      ? JSON.stringify(figures)
      : `${figures.spielbein} mails/s of ${figures.bytes} bytes, nodemailer ${figures.nodemailer}: ${figures.ratio.toFixed(2)} × as fast (aim: at least 3)`,
  );
}
