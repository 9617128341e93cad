/**
 * Countries as people write them, to ISO 3166-1 alpha-2. The names come from the runtime's own tables, in the
 * languages that German CRMs are filled in; what people also write stands here.
 */
const LANGUAGES_OF_NAMES = ['de', 'en', 'fr', 'it', 'es', 'nl', 'pl', 'cs'] as const;

/** Normalised name or code → ISO code. */
const ALSO: Record<string, string> = {
  brd: 'DE',
  'federal republic of germany': 'DE',
  'bundesrepublik deutschland': 'DE',
  oesterreich: 'AT',
  ch: 'CH',
  uk: 'GB',
  'great britain': 'GB',
  grossbritannien: 'GB',
  england: 'GB',
  schottland: 'GB',
  scotland: 'GB',
  wales: 'GB',
  usa: 'US',
  'u.s.a.': 'US',
  'u.s.': 'US',
  'vereinigte staaten von amerika': 'US',
  'united states of america': 'US',
  amerika: 'US',
  holland: 'NL',
  'the netherlands': 'NL',
  'czech republic': 'CZ',
  'tschechische republik': 'CZ',
  'slovak republic': 'SK',
  'slowakische republik': 'SK',
  russland: 'RU',
  'russian federation': 'RU',
  turkey: 'TR',
  'republic of ireland': 'IE',
  'south korea': 'KR',
  suedkorea: 'KR',
  'furstentum liechtenstein': 'LI',
  fl: 'LI',
  // ISO 3166-1 alpha-3 of the countries such a company sells to
  deu: 'DE',
  ger: 'DE',
  aut: 'AT',
  che: 'CH',
  lie: 'LI',
  fra: 'FR',
  ita: 'IT',
  esp: 'ES',
  prt: 'PT',
  nld: 'NL',
  bel: 'BE',
  lux: 'LU',
  gbr: 'GB',
  irl: 'IE',
  dnk: 'DK',
  swe: 'SE',
  nor: 'NO',
  fin: 'FI',
  isl: 'IS',
  pol: 'PL',
  cze: 'CZ',
  svk: 'SK',
  svn: 'SI',
  hun: 'HU',
  rou: 'RO',
  bgr: 'BG',
  hrv: 'HR',
  srb: 'RS',
  grc: 'GR',
  tur: 'TR',
  ukr: 'UA',
  est: 'EE',
  lva: 'LV',
  ltu: 'LT',
  can: 'CA',
  mex: 'MX',
  bra: 'BR',
  arg: 'AR',
  chn: 'CN',
  jpn: 'JP',
  kor: 'KR',
  ind: 'IN',
  aus: 'AU',
  nzl: 'NZ',
  zaf: 'ZA',
  isr: 'IL',
  are: 'AE',
  sau: 'SA',
  sgp: 'SG',
  twn: 'TW',
};

/** Regions that have a code and a name and are no country. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO', 'UK']);

let known: Map<string, string> | undefined;

/** ISO code of a country's name or code; null when it is empty or nothing we know. */
export function countryCode(text: string | null | undefined): string | null {
  const name = normalise(text ?? '');
  if (name === '') return null;
  known ??= table();
  return known.get(name) ?? null;
}

/** Two-letter codes and names. Built when first asked for, because it takes some milliseconds. */
function table(): Map<string, string> {
  const names = new Map<string, string>();
  for (const language of LANGUAGES_OF_NAMES) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    for (const code of pairs()) {
      const name = NO_COUNTRY.has(code) ? undefined : display.of(code);
      // former countries keep their code's name; the canonical code is the one that counts
      if (name === undefined || new Intl.Locale(`und-${code}`).region !== code) continue;
      names.set(code.toLowerCase(), code);
      if (!names.has(normalise(name))) names.set(normalise(name), code);
    }
  }
  for (const [name, code] of Object.entries(ALSO)) names.set(name, code);
  return names;
}

function* pairs(): Generator<string> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  for (const first of letters) for (const second of letters) yield first + second;
}

function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
