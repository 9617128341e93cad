import type { MailToCheck } from '../../src/check/mail.ts';
import { fixtureLibrary, publicUrl } from '../render/stand.ts';

const { settings } = await fixtureLibrary();
const imprint = settings.company.imprint;

const FRAME = {
  head: '<!doctype html>\n<html lang="de"><head><meta charset="utf-8"><title>Neues</title><style>',
  css: 'a { color: #0b5a5e; } @media (prefers-color-scheme: dark) { body { background-color: #111111 !important; } p, h1, h2 { color: #eeeeee !important; } a { color: #7fc9cd !important; } }',
  body: '</style></head>\n<body style="background-color:#ffffff;color:#1c1c1c">\n<div style="display:none">Kurz, was drin ist.</div>\n',
};

/** What the HTML of the good mail is put together from. */
export interface Pieces {
  css?: string;
  /** HTML in front of the footer. */
  body?: string;
  footer?: string;
}

const FOOTER = `<p>${imprint.de.join('<br>')}</p>\n<p><a href="${publicUrl}/u/t0ken">Abbestellen</a></p>`;
const BODY = `<h1>Was es Neues gibt</h1>
<p>Guten Tag Frau Müller,</p>
<p>für Ihren Laserdrucker gibt es eine neue Firmware. <a href="https://orvelin.example/firmware">Mehr dazu</a></p>
<img src="https://orvelin.example/drucker.png" alt="Ein Laserdrucker auf einem Tisch" width="200">`;

export const goodHtml = ({ css = '', body = '', footer = FOOTER }: Pieces = {}): string =>
  `${FRAME.head}${FRAME.css}${css}${FRAME.body}${BODY}\n${body}\n${footer}\n</body></html>\n`;

export const goodText = `Guten Tag Frau Müller,

für Ihren Laserdrucker gibt es eine neue Firmware. Was es Neues gibt: https://orvelin.example/firmware

Abbestellen: ${publicUrl}/u/t0ken

${imprint.de.join('\n')}
`;

/** A mail that no check has anything to say about, with something else in place of a part of it. */
export const goodMail = (other: Partial<MailToCheck> & Pieces = {}): MailToCheck => {
  const { css, body, footer, ...mail } = other;
  return {
    subject: 'Neue Firmware für Ihr Gerät',
    preheader: 'In zwanzig Sekunden zum neuen Format, und vier Fehler weniger.',
    html: goodHtml({
      ...(css !== undefined && { css }),
      ...(body !== undefined && { body }),
      ...(footer !== undefined && { footer }),
    }),
    text: goodText,
    language: 'de',
    company: settings.company,
    publicUrl,
    headers: {
      'List-Unsubscribe': `<${publicUrl}/u/t0ken>, <mailto:weg@orvelin.example>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    ...mail,
  };
};

/** Text parts that say what a longer HTML part says. */
export const textWith = (more: string): string => `${goodText}\n${more}\n`;
