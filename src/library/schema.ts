import { z } from 'zod';
import { DEVELOPMENT_KINDS } from '../domain/conversation.ts';
import { IN_DOUBT_POLICIES } from '../domain/send.ts';
import { hubspotSettings } from './hubspot-settings.ts';

/**
 * What people write into the library's files. One YAML file a piece, both languages side by side, so that
 * facts stand once, translators see both texts, and every error has a file and a line
 * (docs/decisions/0006-library-in-yaml.md).
 */

const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens, e.g. "laser-lx300"');
const line = z.string().trim().min(1, 'must not be empty').max(200, 'at most 200 characters');
const prose = z.string().trim().min(1, 'must not be empty').max(2000, 'at most 2,000 characters');
const day = z.iso.date('write a date as YYYY-MM-DD');
const link = z.url({ protocol: /^https$/, error: 'must be an https:// address' });
const picture = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*\.(png|jpg)$/, 'name a .png or .jpg file of the pictures/ folder');
const ratio = z.number().min(0).max(1);
const share = z.number().positive('must be above 0; 1 switches it off').max(1);
const domain = z.string().regex(/^[a-z0-9.-]+\.[a-z0-9-]+$/, 'write a domain in lower case, e.g. gmx.de');
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time as "HH:MM", in quotes');
/** In the order of `Date.getDay` from Monday. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** `m` der, `f` die, `n` das, `pl` plural. Left out, mails say "für Ihr X-Produkt", which is always right. */
export const GENDERS = ['m', 'f', 'n', 'pl'] as const;

export const productFile = z.strictObject({
  /** How the CRM's products are recognised: by SKU, or by their exact name. */
  skus: z.array(z.string().trim().min(1)).default([]),
  names: z.array(z.string().trim().min(1)).default([]),
  family: line,
  /** Innovation ratio of the segment that owns this product (contact and company settings come first). */
  innovationRatio: ratio.optional(),
  de: z.strictObject({ name: line, gender: z.enum(GENDERS).optional() }),
  en: z.strictObject({ name: line }),
});

/** Text of a development in one language. Headline and body may use `{{product}}`, `{{yourProduct}}`. */
const blockText = z.strictObject({
  headline: line,
  /** Markdown: paragraphs, emphasis, lists, links. */
  body: prose,
  /** Alternative text of the picture. */
  alt: line.optional(),
  /** Label of the link to more, e.g. "Zum Datenblatt". */
  linkLabel: line.optional(),
});

const about = {
  /** Library keys of the products this is about. */
  products: z.array(key).default([]),
  /** Or whole families. */
  families: z.array(line).default([]),
};

const contentFacts = {
  published: day,
  /** Last day on which it is told. */
  until: day.optional(),
  picture: picture.optional(),
  link: link.optional(),
  /**
   * Library keys of what is bought when it works, for measuring the effect. Unset: of an offer its product, of a
   * development the products that it is about.
   */
  sells: z.array(key).optional(),
};

export const developmentFile = z.strictObject({
  kind: z.enum(DEVELOPMENT_KINDS),
  ...about,
  ...contentFacts,
  /** 1 (nice to know) to 5 (every owner must know); ranks developments first. */
  priority: z.int().min(1).max(5).default(3),
  /** Told even to those who want to hear of important things only. */
  important: z.boolean().default(false),
  de: blockText.optional(),
  en: blockText.optional(),
});

/**
 * From which owned thing (one product or one family) an offer follows. The mail itself says "weil Sie X
 * einsetzen"; the text goes on from there, in a whole sentence: what the offer has to do with it.
 */
const bridge = z.strictObject({
  product: key.optional(),
  family: line.optional(),
  /**
   * Similar in the sense of UWG §7(3) to what is owned: then existing customers may hear of it without
   * having consented. A person decides this for every bridge.
   */
  similar: z.boolean(),
  de: line.optional(),
  en: line.optional(),
});

const allele = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]*$/,
    'name an allele in lower-case letters, digits and hyphens, e.g. "as-question"',
  )
  .refine((name) => name !== 'base', '"base" is the offer as it is written; name this one otherwise');
const inEither = { de: line.optional(), en: line.optional() };

/** Other forms of an offer's parts, each by a name; a part's first form is the offer itself, and is called `base`. */
const genes = z.strictObject({
  headline: z.record(allele, z.strictObject(inEither)).default({}),
  /** Instead of the bridge's sentence, whichever product it is; may use `{{product}}`, `{{yourProduct}}`. */
  bridge: z.record(allele, z.strictObject(inEither)).default({}),
  /** Another picture, with its alternative texts. */
  picture: z.record(allele, z.strictObject({ file: picture, ...inEither })).default({}),
  /** The body, in Markdown. */
  benefit: z.record(allele, z.strictObject({ de: prose.optional(), en: prose.optional() })).default({}),
  /** The question above the answers, instead of "Wäre das etwas für Sie?". */
  call: z.record(allele, z.strictObject(inEither)).default({}),
});

export const offerFile = z.strictObject({
  /** Library key of the product offered, so that its owners are left out. */
  product: key.optional(),
  bridges: z.array(bridge).min(1, 'an offer needs at least one bridge from something owned'),
  ...contentFacts,
  /** Shown at most this many times to one customer. */
  maxShown: z.int().min(1).max(20).optional(),
  genes: genes.prefault({}),
  /**
   * The bridge's sentence for owners of a product that no bridge leads from: with it, such pairings may be proposed.
   * May use `{{product}}`, `{{yourProduct}}`.
   */
  anyBridge: z.strictObject(inEither).optional(),
  de: blockText.optional(),
  en: blockText.optional(),
});

const localized = z.strictObject({ de: line, en: line });

export const settingsFile = z.strictObject({
  company: z.strictObject({
    name: line,
    claim: localized.optional(),
    website: link,
    /** Imprint as §5 DDG asks for it, line by line. */
    imprint: z.strictObject({ de: z.array(line).min(2), en: z.array(line).min(2) }),
    privacyUrl: link,
    /** Picture of the library used as logo; its alternative text is the company's name. */
    logo: picture.optional(),
    /** Accent colour of mails, as #rrggbb. */
    accent: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'write a colour as #rrggbb')
      .default('#0b5c63'),
  }),
  rules: z
    .strictObject({
      /** Innovation ratio for customers for whom nobody set one. */
      defaultRatio: ratio.default(0.2),
      /** Proven blocks in one mail, at most. */
      maxProven: z.int().min(1).max(10).default(3),
      /** Blocks of either kind in one mail, at most. */
      maxBlocks: z.int().min(1).max(12).default(4),
      /** An offer is worn out after being shown this often to the same customer. */
      offerMaxShown: z.int().min(1).max(20).default(3),
      /** Experimental blocks owed to a customer at most; what cannot be served beyond is let go, and counted. */
      maxDebt: z.int().min(1).max(20).default(3),
      /** One mail in this many days. 0 switches the cap off. */
      minDaysBetween: z.number().min(0).max(365).default(7),
      /** Mails in `periodDays`, at most. */
      maxPerPeriod: z.int().min(1).max(1000).default(6),
      periodDays: z.int().min(1).max(730).default(90),
      /** After "later" an offer comes back after so many days, unless the customer named a time. */
      laterDays: z.int().min(0).max(730).default(90),
      /** Share of customers left out at random, for good, so that the effect can be measured. */
      holdout: z.number().min(0).max(0.5).default(0.05),
      /** Mails a second, over all processes; 0 means as fast as the mail server takes them. */
      mailsPerSecond: z.int().min(0).max(10000).default(0),
    })
    .prefault({}),
  campaigns: z
    .strictObject({
      /** Whether a second person has to agree before a campaign starts. Nightly rounds start without. */
      approval: z.enum(['none', 'second_person']).default('none'),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      /** What new campaigns do with mails in doubt: keep them for a person, or send them again. */
      inDoubt: z.enum(IN_DOUBT_POLICIES).default('hold'),
      /** Mails a second to one recipient domain, over all processes, e.g. `gmx.de: 5`. */
      domains: z.record(domain, z.number().positive().max(10_000)).default({}),
      /** A new sender's daily steps: so many mails on the first day, the second …; after the last, no limit. */
      warmUp: z.strictObject({ from: day, perDay: z.array(z.int().min(1)).min(1).max(120) }).optional(),
      /** After this many soft bounces in a row an address counts as dead. */
      softBounces: z.int().min(1).max(50).default(5),
      /** Replies go to the customer's own salesperson, where the CRM knows one with an address. */
      replyToSalesperson: z.boolean().default(true),
    })
    .prefault({}),
  /** When mails may arrive, by the recipient's own clock. Nothing set: at any time. */
  timing: z
    .strictObject({
      /** Between these hours mails may go out, e.g. from "08:00" to "18:00". */
      window: z.strictObject({ from: clockTime, to: clockTime }).optional(),
      /** Days of the week on which mails may go out. */
      days: z.array(z.enum(WEEKDAYS)).min(1).optional(),
      /** No mails on public holidays of the recipient's country. */
      skipHolidays: z.boolean().default(false),
      /** Time zones by country (ISO 3166-1 alpha-2), where a country has several, e.g. `US: America/Chicago`. */
      timeZones: z
        .record(z.string().regex(/^[A-Z]{2}$/, 'use a country code such as US'), z.string().trim())
        .default({}),
    })
    .prefault({}),
  /** A campaign pauses itself when one of these shares is passed over its last `window` mails. */
  breaker: z
    .strictObject({
      window: z.int().min(100).max(100_000).default(1000),
      bounces: share.default(0.05),
      complaints: share.default(0.001),
      unsubscribes: share.default(0.02),
      failures: share.default(0.2),
    })
    .prefault({}),
  /** How the program learns from answers (docs/learning.md). */
  learning: z
    .strictObject({
      /** Off: every fitting offer is equally likely, in its base form. */
      on: z.boolean().default(true),
      /** A block without an answer counts as unanswered after so many days. */
      windowDays: z.int().min(1).max(90).default(14),
      /** What an answer is worth; a yes, a call asked for and a purchase are worth 1, a no nothing. */
      worth: z
        .strictObject({
          /** "Later" to an offer. */
          later: ratio.default(0.25),
          /** A click on the link by a person, without an answer. */
          click: ratio.default(0.1),
        })
        .prefault({}),
      /** Part of the choices that is shared out evenly among all candidates, whatever was learned; less among many. */
      exploration: z.number().min(0.01).max(1).default(0.05),
      /** An answer counts half as much after so many days. */
      halfLifeDays: z.int().min(14).max(3650).default(180),
      /** Forms of one offer that are tried at a time, at most. */
      population: z.int().min(1).max(50).default(8),
      /** Whether new pairings of products wait for a person's yes. */
      approvePairings: z.boolean().default(true),
    })
    .prefault({}),
  /** How the effect is measured: purchases count up to so many days after a mail. */
  effect: z.strictObject({ windowDays: z.int().min(7).max(365).default(60) }).prefault({}),
  /** The daily report to the operator (OPERATOR_EMAIL). */
  report: z
    .strictObject({
      /** Cron pattern, five fields, in the time zone of the nightly round. */
      cron: z.string().trim().default('0 7 * * *'),
      language: z.enum(['de', 'en']).default('de'),
    })
    .prefault({}),
  hubspot: hubspotSettings.prefault({}),
  /** The studio. */
  preview: z
    .strictObject({
      /** Where test mails may go, besides to the people who work here: addresses, domains, patterns with `*`. */
      testAddresses: z
        .array(
          z
            .string()
            .trim()
            .toLowerCase()
            .regex(
              /^[^\s@,;<>"]*@?[^\s@,;<>"]*[^\s@,;<>"*.]$/,
              'name an address, a domain or a pattern, e.g. "*@firma.example"',
            )
            .max(254),
        )
        .max(50)
        .default([]),
    })
    .prefault({}),
  nightly: z
    .strictObject({
      /** Cron pattern, five fields. */
      cron: z.string().trim().default('30 3 * * *'),
      /** IANA time zone. */
      timeZone: z.string().trim().default('Europe/Berlin'),
    })
    .prefault({}),
});

export type HubSpotSettings = Settings['hubspot'];
/** What holds as long as nobody writes anything about HubSpot. */
export const HUBSPOT_DEFAULTS: HubSpotSettings = hubspotSettings.parse({});
export type ProductFile = z.infer<typeof productFile>;
export type BlockText = z.infer<typeof blockText>;
export type Settings = z.infer<typeof settingsFile>;
export type Rules = Settings['rules'];
export type DeliveryRules = Settings['delivery'];
export type Timing = Settings['timing'];
export type LearningRules = Settings['learning'];
export type BreakerLimits = Settings['breaker'];
/** `id` and `key` are the file's name without `.yaml`. */
export type LibraryProduct = ProductFile & { key: string };
export type Development = z.infer<typeof developmentFile> & { id: string };
export type Offer = z.infer<typeof offerFile> & { id: string };
export type Bridge = Offer['bridges'][number];
