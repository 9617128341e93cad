import type { MailCase } from './words.ts';

/** What a mail's templates can say about one block, as `[[name]]`. Absent things are null. */
export type BlockView = PreparedBlock & BlockUrls;

/** The part of a block that is different in every mail. */
export interface BlockUrls {
  yes: string;
  call: string;
  later: string;
  no: string;
  more: string;
}

/** The part of a block that is the same for every customer with the same product. */
export interface PreparedBlock {
  /** Which product it is about: "Für Ihren Laserdrucker LX 300". */
  kicker: string;
  /** "weil Sie den Laserdrucker LX 300 einsetzen". */
  because: string;
  headline: string;
  /** HTML, from the library's Markdown: `[[[body]]]`. */
  body: string;
  /** The bridge sentence of an experimental block. */
  bridge: string | null;
  /** Absolute address. */
  picture: string | null;
  alt: string;
  /** Label of the link to more; null when there is nothing more. */
  linkLabel: string | null;
  /** The question above the answers: "Wäre das etwas für Sie?". */
  question: string;
  /** The same, wrapped, for the text part. */
  kickerText: string;
  headlineText: string;
  bodyText: string;
  bridgeText: string | null;
  /** "Ein Versuch, weil Sie den Laserdrucker LX 300 einsetzen". */
  labelText: string;
  questionText: string;
}

/** What a mail says above its blocks: the same for everybody with the same blocks. */
export interface PreparedMail {
  case: MailCase;
  /** Without "[Test]". */
  subject: string;
  /** The mail's h1. */
  title: string;
  preheader: string;
  opening: string;
  openingText: string;
}

/** What a mail's templates can say, as `[[name]]`. */
export interface MailView extends PersonalView {
  proven: BlockView[];
  experimental: BlockView[];
}

/** What they can say outside of the loops over blocks. */
export interface PersonalView {
  subject: string;
  title: string;
  preheader: string;
  /** "Guten Tag Frau Dr. Müller-Lüdenscheidt," */
  greeting: string;
  opening: string;
  openingText: string;
  /** Whether the mail rests on consent; otherwise on a purchase (UWG §7(3)). */
  consented: boolean;
  /** The salesperson's name. */
  ownerName: string | null;
  unsubscribe: string;
  preferences: string;
}

/** Values of the short templates in words.yaml. */
export interface LineView {
  forProduct: string;
  andProduct: string;
  allProducts: string;
  because: string;
  headlines: string;
}

const SAMPLE_BLOCK: BlockView = {
  kicker: 'x',
  because: 'x',
  headline: 'x',
  body: '<p>x</p>',
  bridge: 'x',
  picture: 'https://example.org/x.png',
  alt: 'x',
  linkLabel: 'x',
  question: 'x',
  kickerText: 'x',
  headlineText: 'x',
  bodyText: 'x',
  bridgeText: 'x',
  labelText: 'x',
  questionText: 'x',
  yes: 'https://example.org/a/yes',
  call: 'https://example.org/a/call',
  later: 'https://example.org/a/later',
  no: 'https://example.org/a/no',
  more: 'https://example.org/c/more',
};

const FULL: MailView = {
  subject: 'x',
  title: 'x',
  preheader: 'x',
  greeting: 'x',
  opening: 'x',
  openingText: 'x',
  proven: [SAMPLE_BLOCK],
  experimental: [SAMPLE_BLOCK],
  consented: true,
  ownerName: 'x',
  unsubscribe: 'https://example.org/u/x',
  preferences: 'https://example.org/p/x',
};

const BARE_BLOCK: BlockView = {
  ...SAMPLE_BLOCK,
  bridge: null,
  bridgeText: null,
  picture: null,
  linkLabel: null,
};

/** Views that between them go through both sides of every condition: templates are tried on them. */
export const SAMPLE_VIEWS: readonly MailView[] = [
  FULL,
  { ...FULL, proven: [BARE_BLOCK], experimental: [BARE_BLOCK], consented: false, ownerName: null },
  { ...FULL, proven: [], experimental: [] },
];

export const SAMPLE_LINE: LineView = {
  forProduct: 'x',
  andProduct: 'x',
  allProducts: 'x',
  because: 'x',
  headlines: 'x',
};
