import type { CHECKS } from '../../src/check/checks.ts';
import type { Severity, Where } from '../../src/check/finding.ts';
import type { MailToCheck } from '../../src/check/mail.ts';
import type { CheckCode } from '../../src/check/words.ts';
import { goodHtml, goodText, type Pieces } from './good-mail.ts';

export interface Case {
  check: keyof typeof CHECKS;
  /** What is wrong with the bad mail; the good one differs in nothing else. */
  name: string;
  code: CheckCode;
  severity: Severity;
  where: Partial<Where>;
  values?: Record<string, string | number>;
  bad: Partial<MailToCheck> & Pieces;
  good: Partial<MailToCheck> & Pieces;
}

type Seeded = [
  name: string,
  code: CheckCode,
  severity: Severity,
  where: Partial<Where>,
  bad: Case['bad'],
  good: Case['good'],
  values?: Case['values'],
];

const cases = (check: Case['check'], seeded: Seeded[]): Case[] =>
  seeded.map(([name, code, severity, where, bad, good, values]) => ({
    check,
    name,
    code,
    severity,
    where,
    bad,
    good,
    ...(values && { values }),
  }));

const html = (line: number, excerpt?: string): Partial<Where> => ({
  part: 'html',
  line,
  ...(excerpt !== undefined && { excerpt }),
});
const body = (markup: string) => ({ body: markup });
const link = (href: string, label = 'Mehr') => body(`<p><a href="${href}">${label}</a></p>`);
/** The line on which `body` begins. */
const HERE = 9;
const https = 'https://orvelin.example/mehr';

const LONG_SENTENCES = `<p>${'Die Inbetriebnahmevoraussetzungen der Dosierpumpensteuerungseinheit berücksichtigen Betriebsmittelverordnungskonformitätserklärungen einschließlich Wartungsintervallverlängerungsmöglichkeiten, Sicherheitsüberprüfungsprotokollierungspflichten und Gewährleistungsausschlussvereinbarungen. '.repeat(6)}</p>`;
const SHORT_SENTENCES = `<p>${'Die Pumpe läuft jetzt ruhig. Sie misst auch kleine Mengen genau. Das hilft bei jedem Wechsel im Werk. '.repeat(6)}</p>`;
const ENGLISH =
  '<p>There is a new version of the firmware for your printer, and with it you can change the format in seconds.</p>';

/** Every check with mails that have one fault each, and the same mails without it. */
export const CASES: Case[] = [
  ...cases('unsubscribe', [
    [
      'no link to unsubscribe in the HTML',
      'unsubscribe_missing',
      'error',
      { part: 'html' },
      { html: goodHtml().replace('/u/t0ken', '/elsewhere') },
      {},
    ],
    [
      'no link to unsubscribe in the text',
      'unsubscribe_missing',
      'error',
      { part: 'text' },
      { text: goodText.replace('/u/t0ken', '/elsewhere') },
      {},
    ],
    [
      'no headers for one click',
      'unsubscribe_header',
      'error',
      { part: 'headers' },
      { headers: { 'List-Unsubscribe': '<mailto:weg@orvelin.example>' } },
      {},
    ],
  ]),
  ...cases('imprint', [
    [
      'a line of the imprint is missing',
      'imprint_missing',
      'error',
      { part: 'html' },
      { footer: '<p><a href="https://post.orvelin.example/u/t">Abbestellen</a></p>' },
      {},
    ],
    [
      'no imprint in the text part',
      'imprint_missing',
      'error',
      { part: 'text' },
      { text: goodText.slice(0, goodText.indexOf('/u/t0ken') + 8) },
      {},
    ],
  ]),
  ...cases('unfilled', [
    [
      'a placeholder is left',
      'unfilled',
      'error',
      html(HERE, 'Für Ihr {{product}}'),
      body('<p>Für Ihr {{product}}</p>'),
      body('<p>Für Ihr Gerät</p>'),
      { leftover: '{{product}}' },
    ],
    [
      'undefined stands in the subject',
      'unfilled',
      'error',
      { part: 'subject' },
      { subject: 'Neues für undefined' },
      { subject: 'Neues für Undine' },
      { leftover: 'undefined' },
    ],
    [
      'NaN where a number belongs; Frau Nan has that name',
      'unfilled',
      'error',
      html(HERE, 'Noch NaN Tage'),
      body('<p>Noch NaN Tage</p>'),
      body('<p>Guten Tag Frau Nan, guten Tag Herr Undefined,</p>'),
      { leftover: 'NaN' },
    ],
    [
      'an object stands in an alternative text',
      'unfilled',
      'error',
      html(HERE),
      body('<p><img src="https://orvelin.example/a.png" alt="[object Object]"></p>'),
      body('<p><img src="https://orvelin.example/a.png" alt="Ein Objekt"></p>'),
    ],
    [
      'null where a name belongs, in the text part',
      'unfilled',
      'error',
      { part: 'text', line: 1 },
      { text: goodText.replace('Frau Müller', 'null') },
      { text: goodText.replace('für Ihren', 'null Fehler gibt es für Ihren') },
    ],
    [
      'a greeting without its name',
      'greeting_broken',
      'error',
      html(HERE, 'Guten Tag Frau ,'),
      body('<p>Guten Tag Frau ,</p>'),
      body('<p>Guten Tag,</p>'),
    ],
    [
      'an empty heading',
      'heading_empty',
      'error',
      html(HERE),
      body('<h2> </h2>'),
      body('<h2><img src="https://orvelin.example/a.png" alt="Neu"></h2>'),
      { level: '2' },
    ],
  ]),
  ...cases('size', [
    [
      'larger than Gmail shows',
      'size_clipped',
      'error',
      { part: 'html' },
      body(`<!-- ${'ä'.repeat(52_000)} -->`),
      body(`<!-- ${'a'.repeat(52_000)} -->`),
      { size: 103 },
    ],
    [
      'nearly as large as Gmail shows',
      'size_near',
      'warning',
      { part: 'html' },
      body(`<!-- ${'a'.repeat(92_000)} -->`),
      body(`<!-- ${'a'.repeat(88_000)} -->`),
    ],
  ]),
  ...cases('links', [
    ['a link to nowhere', 'link_empty', 'error', html(HERE, 'Mehr → #'), link('#'), link(https)],
    [
      'a placeholder of a template',
      'link_placeholder',
      'error',
      html(HERE),
      link('https://orvelin.example/{{id}}'),
      link('https://orvelin.example/7'),
    ],
    [
      'a placeholder of whoever wrote it',
      'link_placeholder',
      'error',
      html(HERE),
      link('https://www.example.com/x'),
      link(https),
    ],
    [
      'a link that runs a program',
      'link_script',
      'error',
      html(HERE),
      link(' JavaScript:alert(1)'),
      link('https://orvelin.example/javascript:'),
    ],
    [
      'an address without its beginning',
      'link_malformed',
      'error',
      html(HERE),
      link('htps:/orvelin'),
      link(https),
    ],
    [
      'a telephone number with words in it',
      'link_malformed',
      'error',
      html(HERE),
      link('tel:0711-oder-so'),
      link('tel:+49-711-123'),
    ],
    [
      'an e-mail address without a host',
      'link_malformed',
      'error',
      html(HERE),
      link('mailto:jana'),
      link('mailto:jana@orvelin.example?subject=Frage:%20LX'),
    ],
    [
      'a mail to nobody about nothing',
      'link_malformed',
      'error',
      html(HERE),
      link('mailto:?'),
      link('mailto:?subject=Schau%20mal'),
    ],
    [
      'a second e-mail address without a host',
      'link_malformed',
      'error',
      html(HERE),
      link('mailto:jana@orvelin.example,kim'),
      link('mailto:jana@orvelin.example,kim@orvelin.example?subject=Frage'),
    ],
    [
      'a link without text',
      'link_unlabelled',
      'error',
      html(HERE),
      link(https, ' '),
      link(https, '<img src="https://orvelin.example/a.png" alt="Mehr dazu">'),
    ],
    [
      'a text that shows another address',
      'link_other_shown',
      'error',
      html(HERE),
      link(https, 'www.anderswo.de/seite'),
      link(https, 'www.orvelin.example/mehr'),
      { shown: 'anderswo.de', host: 'orvelin.example' },
    ],
    [
      'an address without encryption',
      'link_insecure',
      'warning',
      html(HERE),
      link('http://orvelin.example/mehr'),
      link(https),
    ],
    [
      'a site of somebody else',
      'link_foreign',
      'note',
      html(HERE),
      link('https://www.anderswo.de/'),
      link('https://shop.orvelin.example/'),
      { host: 'anderswo.de' },
    ],
  ]),
  ...cases('links', [
    [
      'a placeholder behind an address that counts clicks',
      'link_placeholder',
      'error',
      { part: 'html', excerpt: 'firmware → https://example.com/datenblatt' },
      { targets: [{ contentId: 'firmware', href: 'https://example.com/datenblatt' }] },
      { targets: [{ contentId: 'firmware', href: https }] },
    ],
  ]),
  ...cases('active', [
    [
      'a form',
      'active_content',
      'error',
      html(HERE, '<form>'),
      body('<form action="https://orvelin.example/"><p>Name?</p></form>'),
      body('<div><p>Name?</p></div>'),
    ],
    [
      'something that runs on load',
      'active_content',
      'error',
      html(HERE, 'onload'),
      body('<p><img src="https://orvelin.example/a.png" alt="A" onload="alert(1)"></p>'),
      body('<p><img src="https://orvelin.example/a.png" alt="onload"></p>'),
    ],
  ]),
  ...cases('alt', [
    [
      'a picture without alternative text',
      'alt_missing',
      'error',
      html(HERE, 'https://orvelin.example/a.png'),
      body('<p><img src="https://orvelin.example/a.png"></p>'),
      body('<p><img src="https://orvelin.example/a.png" alt=""></p>'),
    ],
    [
      'the name of a file as alternative text',
      'alt_file_name',
      'warning',
      html(HERE),
      body('<p><img src="https://orvelin.example/a.png" alt="IMG_2041.jpg"></p>'),
      body('<p><img src="https://orvelin.example/a.png" alt="Bild der neuen Pumpe"></p>'),
    ],
    [
      'a linked picture that says nothing',
      'alt_empty_link',
      'error',
      html(HERE),
      link(https, '<b><img src="https://orvelin.example/a.png" alt=""></b>'),
      link(https, '<img src="https://orvelin.example/a.png" alt=""> Mehr'),
    ],
  ]),
  ...cases('contrast', [
    [
      'pale text, hardly to be read',
      'contrast_low',
      'error',
      html(HERE, 'blass'),
      body('<p style="color:#bbbbbb">blass</p>'),
      body('<p style="color:#666666">blass</p>'),
      { colour: '#bbbbbb', ground: '#ffffff', ratio: '1.9', needed: '4.5' },
    ],
    [
      'text a little too pale for its size',
      'contrast_low',
      'warning',
      html(HERE),
      body('<table><tr><td bgcolor="#333" style="color:rgb(130,130,130)">klein</td></tr></table>'),
      body(
        '<table><tr><td bgcolor="#333" style="color:rgb(130,130,130);font-size:30px">groß</td></tr></table>',
      ),
    ],
    [
      'white text in a fold that shows; in one without height nobody sees it',
      'contrast_low',
      'error',
      html(HERE, 'blass'),
      body('<div style="max-height:20px;overflow:hidden;color:#fff">blass</div>'),
      body('<div style="max-height:0;overflow:hidden;color:#fff">verborgen</div>'),
    ],
    [
      'small white text; what is one pixel high is hidden on purpose',
      'contrast_low',
      'error',
      html(HERE, 'blass'),
      body('<div style="font-size:8px;color:#fff">blass</div>'),
      body('<div style="font-size:1px;color:#fff">verborgen</div>'),
    ],
    [
      'pale text in hsl()',
      'contrast_low',
      'error',
      html(HERE, 'blass'),
      body('<p style="color:hsl(210, 30%, 85%)">blass</p>'),
      body('<div style="background:#000"><p style="color:hsl(210deg 30% 85% / 1)">hell auf dunkel</p></div>'),
      { colour: '#cdd9e4' },
    ],
    [
      'pale in dark mode only',
      'contrast_dark',
      'error',
      html(HERE),
      { css: '.card { background: #fff; }', ...body('<div class="card"><p>hell auf hell</p></div>') },
      {
        css: '.card { background: #fff; } @media (prefers-color-scheme: dark) { .card { background: #111 !important } }',
        ...body('<div class="card"><p>hell auf dunkel</p></div>'),
      },
    ],
  ]),
  ...cases('text', [
    ['no text part', 'text_missing', 'error', { part: 'text' }, { text: ' \n' }, {}],
    [
      'HTML in the text part',
      'text_markup',
      'warning',
      { part: 'text', excerpt: '<br>' },
      { text: `${goodText}<br>` },
      { text: `${goodText}Druck < 3 bar, Menge > 2 l` },
    ],
    [
      'another story in the text part',
      'text_differs',
      'warning',
      { part: 'text' },
      {
        text: `Bitte online ansehen.\n${goodText.slice(goodText.indexOf('Abbestellen'))}`,
        body: ENGLISH + SHORT_SENTENCES,
        language: 'de',
      },
      {
        text: `${goodText}\n${ENGLISH + SHORT_SENTENCES}`.replace(/<\/?p>/g, '\n'),
        body: ENGLISH + SHORT_SENTENCES,
      },
    ],
  ]),
  ...cases('language', [
    [
      'a paragraph in another language',
      'language_other',
      'warning',
      html(HERE),
      body(ENGLISH),
      body(
        '<p>Firmware Update Center, Service Desk Europe, Quick Start Guide, Customer Success Team in München</p>',
      ),
    ],
  ]),
  ...cases('subject', [
    ['no subject', 'subject_empty', 'error', { part: 'subject' }, { subject: '  ' }, {}],
    [
      'a subject that no list shows as a whole',
      'subject_long',
      'warning',
      { part: 'subject' },
      { subject: 'Neues '.repeat(14).trim() },
      { subject: 'Neues '.repeat(13).trim() },
      { length: 83, max: 78 },
    ],
    [
      'a subject that phones cut',
      'subject_cut',
      'note',
      { part: 'subject' },
      { subject: 'Weiterentwicklungen für Ihren Laserdrucker' },
      { subject: 'Neues für Ihren Laserdrucker LX 3' },
      { iphone: 'Weiterentwicklungen für Ihren Laserdrucke…', android: 'Weiterentwicklungen für Ihren Las…' },
    ],
    ['no preheader', 'preheader_missing', 'warning', { part: 'preheader' }, { preheader: '' }, {}],
    [
      'a preheader that repeats the subject',
      'preheader_repeats',
      'warning',
      { part: 'preheader' },
      { preheader: 'NEUE Firmware für Ihr Gerät' },
      {},
    ],
    [
      'a short preheader',
      'preheader_short',
      'note',
      { part: 'preheader' },
      { preheader: 'Sehen Sie selbst' },
      {},
    ],
    [
      'a preheader that phones cut',
      'preheader_cut',
      'note',
      { part: 'preheader' },
      { preheader: 'Wort '.repeat(21).trim() },
      { preheader: 'Wort '.repeat(19).trim() },
    ],
  ]),
  ...cases('shouting', [
    [
      'a subject in capitals',
      'capitals',
      'warning',
      { part: 'subject' },
      { subject: 'NEUE FIRMWARE für Sie' },
      { subject: 'Neue Firmware für LX300 und USB-C' },
    ],
    [
      'a heading in capitals',
      'capitals',
      'warning',
      html(HERE),
      body('<h2>JETZT NEUE FIRMWARE</h2>'),
      body('<h2>Der AQUADOS bekommt neue Firmware</h2>'),
    ],
    [
      'an exclamation mark in the subject',
      'exclamation',
      'warning',
      { part: 'subject' },
      { subject: 'Neue Firmware!' },
      { subject: 'Neue Firmware.' },
    ],
    [
      'exclamation marks in a row',
      'exclamation',
      'warning',
      html(HERE),
      body('<p>Ganz neu! ! Und leise.</p>'),
      body('<p>Ganz neu! Und leise.</p>'),
      { text: 'neu! !' },
    ],
  ]),
  ...cases('spam', [
    [
      'what filters know, in the subject',
      'spam_word',
      'warning',
      { part: 'subject' },
      { subject: 'Firmware GRATIS für Sie' },
      { subject: 'Ein Gratisexemplar für Sie' },
      { phrase: 'GRATIS' },
    ],
    [
      'what filters know, in the mail',
      'spam_word',
      'note',
      html(HERE),
      body('<p>Nur heute im Haus.</p>'),
      body('<p>Nicht nur heutzutage.</p>'),
      { phrase: 'Nur heute' },
    ],
    [
      'what English filters know',
      'spam_word',
      'warning',
      { part: 'subject' },
      { language: 'en', subject: 'Act now and save' },
      { language: 'en', subject: 'React nowhere' },
    ],
  ]),
  ...cases('validity', [
    [
      'no doctype',
      'html_doctype',
      'error',
      html(1),
      { html: goodHtml().replace('<!doctype html>\n', '\n') },
      {
        html: goodHtml().replace(
          '<!doctype html>',
          '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x">',
        ),
      },
    ],
    [
      'an element that is not closed',
      'html_unbalanced',
      'error',
      html(HERE, '<b>'),
      body('<p><b>fett</p>'),
      body('<p><b>fett</b></p>'),
    ],
    [
      'attributes that touch',
      'html_attribute',
      'error',
      html(HERE),
      body('<p class="a"id="b">x</p>'),
      body('<p class="a" id="b">x</p>'),
    ],
    [
      'an attribute twice',
      'html_attribute_twice',
      'error',
      html(HERE, 'class'),
      body('<p class="a" class="b">x</p>'),
      body('<p class="a b">x</p>'),
    ],
    [
      'an id twice',
      'html_id_twice',
      'warning',
      html(HERE),
      body('<p id="a">x</p><p id="a">y</p>'),
      body('<p id="a">x</p><p id="b">y</p>'),
    ],
    [
      'a character that does not exist',
      'html_entity',
      'warning',
      html(HERE, '&eur;'),
      body('<p>3 &eur;</p>'),
      body('<p>3 &euro; &amp; mehr</p>'),
    ],
    [
      'an element where it may not be',
      'html_misplaced',
      'warning',
      html(HERE, '<tr> in <div>'),
      body('<div><tr><td>x</td></tr></div>'),
      body('<table><tr><td>x</td></tr></table>'),
    ],
    [
      'a quotation mark is missing',
      'html_unreadable',
      'error',
      { part: 'html' },
      body('<p class="a>x</p>'),
      body('<p class="a">x</p>'),
    ],
    [
      'elements hundreds deep',
      'html_nested_deep',
      'error',
      { part: 'html' },
      body(`${'<div>'.repeat(300)}x${'</div>'.repeat(300)}`),
      body(`${'<div>'.repeat(40)}x${'</div>'.repeat(40)}`),
    ],
  ]),
  ...cases('clients', [
    [
      'a layout that Outlook lacks',
      'client_unsupported',
      'warning',
      html(HERE),
      body('<div style="display:flex"><p>x</p></div>'),
      body('<div style="display:block;border-radius:4px"><p>x</p></div>'),
    ],
    [
      'a picture of a kind that many lack',
      'client_unsupported',
      'warning',
      html(HERE),
      body('<p><img src="https://orvelin.example/a.avif" alt="A"></p>'),
      body('<p><img src="https://orvelin.example/a.png" alt="A"></p>'),
    ],
    [
      'a style sheet with a layout that Outlook lacks',
      'client_unsupported',
      'warning',
      { part: 'html' },
      { css: '.a { display: grid }' },
      { css: '@media (min-width: 600px) { .a { display: grid } } .b { display: block; display: flex }' },
    ],
  ]),
  ...cases('readability', [
    [
      'sentences that only specialists read to the end',
      'hard_to_read',
      'note',
      { part: 'html' },
      body(LONG_SENTENCES),
      body(SHORT_SENTENCES),
    ],
  ]),
];
