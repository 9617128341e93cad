/**
 * Mails a second from their rendered parts to the bytes on the wire (headers, MIME, quoted-printable): Spielbein's encoder
 * against nodemailer's MailComposer, over the same mails.
 *
 *   npm run bench -- message
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import { createEncoder, type MailParts } from '../src/deliver/encode.ts';
import { mailHeaders } from '../src/render/headers.ts';
import { exampleMailMaker } from './example-mails.ts';
import { alternate, ratioOf, Seconds, spreadOf } from './harness/alternate.ts';
import type { Result } from './harness/result.ts';

export async function benchMessage({ mails = 100, rounds = 61 } = {}): Promise<Result> {
  const make = await examples();
  const encode = createEncoder({ dkim: null });
  let bytes = 0;
  let made = 0;
  // Different mails in each round, as in a campaign: nobody may profit from having seen a name before.
  const timed = (work: (parts: MailParts) => Promise<Buffer>) => async () => {
    const parts = make(made, mails);
    made += mails;
    bytes = 0;
    const begun = performance.now();
    for (const each of parts) bytes += (await work(each)).length;
    return new Seconds((performance.now() - begun) / 1000);
  };
  const { seconds } = await alternate(
    {
      nodemailer: timed(({ messageId, date, from, to, replyTo, subject, text, html, headers }) => {
        const given = { messageId, date, from, to, replyTo, subject, text, html, headers };
        return new MailComposer({ ...given, textEncoding: 'quoted-printable' }).compile().build();
      }),
      spielbein: timed(encode),
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

/** @returns makes the parts of so many mails from the n-th on */
async function examples(): Promise<(first: number, count: number) => MailParts[]> {
  const { renderer, input } = await exampleMailMaker();
  const from = { name: 'Orvelin Werke', address: 'news@orvelin.example' };
  return (first, count) =>
    Array.from({ length: count }, (_, n) => {
      const mail = input(first + n);
      const { sendId, campaignId, customer, links } = mail;
      const to = customer.email ?? '';
      const { subject, text, html } = renderer.render(mail);
      const known = { sendId, campaignId, customer, to, from, replyTo: null, salesperson: null, links };
      return { ...mailHeaders(known), subject, text, html, date: new Date(0) };
    });
}
