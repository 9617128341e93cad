/**
 * Customers that break careless software, always among the first fifty: template and markup injection, header
 * injection, right-to-left text, control characters, names far too long. All of them may be written to and own
 * something, so that every stage meets them.
 */
export interface Awkward {
  firstname?: string;
  lastname?: string;
  /** Local part and domain of the address. */
  email?: string;
}

const LONG_LOCAL = `produktionsleitung.werk-${'esslingen-'.repeat(4)}`.padEnd(64, 'x');

/** By the contact's place. */
export const AWKWARD: ReadonlyMap<number, Awkward> = new Map([
  [3, { firstname: '{{constructor}} <script>alert(1)</script> "Ö\'Brien', lastname: 'Großmann' }],
  [6, { firstname: '{{{email}}}', lastname: '<mj-text>{{#each this}}' }],
  [9, { firstname: 'Wilhelmine '.repeat(20).trim(), lastname: 'Freifrau-von-und-zu-'.repeat(10) }],
  [12, { firstname: 'مريم', lastname: 'الخوارزمي \u202eevil' }],
  [15, { firstname: 'שרה', lastname: 'כהן' }],
  [18, { firstname: 'Jörg 🛠️', lastname: '👩‍🔬 Weiß' }],
  [21, { firstname: 'Ute', lastname: 'Krüger\r\nBcc: everyone@orvelin.example' }],
  [24, { firstname: 'Meyer, "Tom" <tom@other.test>', lastname: 'Meyer' }],
  [27, { firstname: "Robert'); DROP TABLE customers;--", lastname: 'Tafel' }],
  [30, { firstname: '   ', lastname: '\u00a0\u200b' }],
  [33, { firstname: 'Ju\u0308rgen', lastname: 'Mu\u0308ller' }],
  [36, { firstname: 'null', lastname: 'undefined' }],
  [39, { firstname: '%n $' + '{process.exit()} #{1+1}', lastname: '=HYPERLINK("https://orvelin.example")' }],
  [42, { email: `${LONG_LOCAL}@orders.example` }],
  [45, { email: "o'hara+laser&label/dept=a%b_{x}@xn--przision-wagen-5hb.test" }],
  [48, { firstname: 'Ægir\tÞór', lastname: 'Ðanielsson\u0007' }],
]);

/** By the company's place. */
export const AWKWARD_COMPANY_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'Hinterhuber &\nSöhne "Wägetechnik" <GmbH>'],
  [6, '{{company}} 株式会社 Ωmega & Co.'],
  [11, `${'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten'.repeat(3)} GmbH`],
]);
