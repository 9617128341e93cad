/** What is not a page of the console: what recipients and programs see, files, streams. */
const OTHERS =
  /^\/(a|c|u|p|q|webhooks|api|assets|pictures|healthz|readyz|metrics|sign-in|sign-out|operations\/queues)(\/|$)/;

/** Pages that somebody at work opens, of all routes. */
export const routesOf = (all: Iterable<string>): string[] =>
  [...all].filter((url) => !OTHERS.test(url) && !url.includes('*')).sort();

/** What stands in for a place of an address, by the path before it; the first that fits. */
export type Places = readonly [prefix: RegExp, values: readonly string[]][];

export const PLACES: Places = [
  [/^\/campaigns\/$/, ['c20', 'c47', 'c48', 'c49']],
  [/^\/customers\/$/, ['4242', '14']],
  [/^\/products\/$/, ['laserdrucker-lx300', 'tischwaage-tw6']],
  [/^\/inbox\/$/, ['1000']],
  [/^\/experiments\/$/, ['inline-kamera-ic1']],
  [/^\/library\/$/, ['developments', 'offers', 'products', 'questions', 'pictures', 'settings', 'mail']],
  [/^\/library\/developments\/$/, ['aquados-version-2']],
  [/^\/library\/offers\/$/, ['bediener-app']],
  [/^\/library\/products\/$/, ['aquados']],
  [/^\/library\/questions\/$/, ['wer-noch']],
  [/^\/library\/pictures\/$/, ['logo.png']],
  [/^\/library\/settings\/$/, ['settings']],
  [/^\/library\/mail\/$/, ['newsletter.mjml']],
];

/** What there is nothing to see of by itself: a picture is not edited as text, a mail is one customer's. */
const NOT_BY_ITSELF = /^\/(library\/pictures\/[^/]+\/edit|preview\/mail\.(eml|png))$/;

/** The same pages, asked for other things. */
const ALSO = [
  '/library?kind=offers',
  '/library?kind=pictures',
  '/library?kind=questions',
  '/customers?search=adler',
  '/customers?search=adler4f%20werke',
  '/customers?search=kunde',
  '/customers?search=zzzzzz',
  '/customers?owns=laserdrucker-lx300',
  '/customers?owns=tischwaage-tw6&basis=consent&ratio=company',
  '/customers?barred=suppressed',
  '/customers?after=4242',
  '/preview?customer=4242',
  '/preview?search=adler',
  // needs a mail server, which the bench has not: named among what was not measured
  '/preview/mail.eml?customer=4242',
  '/preview/mail.png?customer=4242',
];

/** A picture of a mail is Chromium's work and no page: it is measured, and said by itself. */
export const isPicture = (address: string) => address.startsWith('/preview/mail.png');

/** Streams never end, so there is nothing to measure. */
const isStream = (url: string) => /\/(events|stream|progress\/live)$/.test(url);

export interface Addresses {
  addresses: string[];
  /** Routes that nothing was found to fill in for. */
  left: string[];
  /** Routes that never end. */
  streams: string[];
}

export function addressesOf(
  routes: readonly string[],
  { places = PLACES, also = ALSO }: { places?: Places; also?: readonly string[] } = {},
): Addresses {
  const streams = routes.filter(isStream);
  const left: string[] = [];
  const addresses = routes
    .filter((route) => !isStream(route))
    .flatMap((route) => {
      const filled = fill(route, places);
      if (filled.length === 0) left.push(route);
      return filled.filter((address) => !NOT_BY_ITSELF.test(address));
    });
  return { addresses: [...addresses, ...also], left, streams };
}

function fill(route: string, places: Places): string[] {
  const place = /:\w+/.exec(route);
  if (!place) return [route];
  const before = route.slice(0, place.index);
  // only the first place of an address is filled in several ways
  const values = places.find(([prefix]) => prefix.test(before))?.[1] ?? [];
  return values.flatMap((value) => fill(before + value + route.slice(place.index + place[0].length), places));
}
