/**
 * Mails a second from their rendered parts to the bytes on the wire (headers, MIME, quoted-printable): Spielbein's encoder
 * against nodemailer's MailComposer, over the same mails.
 *
 *   npm run bench -- message
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import { createEncoder, type MailParts } from '../src/deliver/encode.ts';
import { mailHeaders } from '../src/render/headers.ts';
import { exampleMails } from './example-mails.ts';
import { alternate, ratioOf, spreadOf } from './harness/alternate.ts';
import type { Result } from './harness/result.ts';

export async function benchMessage({ mails = 500, rounds = 15 } = {}): Promise<Result> {
  const parts = await examples(mails);
  const encode = createEncoder({ dkim: null });
  let bytes = 0;
  const { seconds } = await alternate(
    {
      nodemailer: async () => {
        for (const { messageId, date, from, to, replyTo, subject, text, html, headers } of parts) {
          const given = { messageId, date, from, to, replyTo, subject, text, html, headers };
          await new MailComposer({ ...given, textEncoding: 'quoted-printable' }).compile().build();
        }
      },
      spielbein: async () => {
        bytes = 0;
        for (const each of parts) bytes += (await encode(each)).length;
      },
    },
    { rounds, warmUp: 2 },
  );
  const perSecond = (values: number[]) => Math.round(mails / spreadOf(values).median);
  return {
    rows: [
      {
        measure: 'message',
        reference: 'nodemailer’s MailComposer',
        result: ratioOf(seconds.nodemailer, seconds.spielbein),
        unit: '×',
        mustReach: { atLeast: 3 },
        aim: { atLeast: 10 },
        detail: `${perSecond(seconds.spielbein)} mails/s of ${Math.round(bytes / mails)} bytes, nodemailer ${perSecond(seconds.nodemailer)}; ${rounds} pairs of ${mails} mails`,
      },
    ],
    data: { mails, bytes, seconds },
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
