import { z } from 'zod';
import { ANSWERS } from '../domain/conversation.ts';

/**
 * The question catalogue (Fragenkatalog), one file a question in `questions/`: what to ask a customer next, on the page
 * behind an answer (`ask: customer`) or by the salesperson, at the moment of contact (`ask: sales`).
 */

const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens, e.g. "after-call"');
const line = z.string().trim().min(1, 'must not be empty').max(200, 'at most 200 characters');

/**
 * What we don't know of a customer, or what may be missing to them:
 *
 * - `never_answered`: has had mails from us, and said nothing yet
 * - `old_product`: owns something for five years or more
 * - `use_unconfirmed`: never told us which products are in use
 * - `single_contact`: the only person we know at that company
 * - `no_purchase_lately`: bought nothing for two years
 * - `no_wish`: never said how much news is welcome
 */
export const GAPS = [
  'never_answered',
  'old_product',
  'use_unconfirmed',
  'single_contact',
  'no_purchase_lately',
  'no_wish',
] as const;
export type Gap = (typeof GAPS)[number];

/** When a question makes sense. What is not said does not matter; everything that is said must hold. */
const when = z
  .strictObject({
    /** The customer's answer: on the page the one just given, in a brief any of the last year, the freshest first. */
    answers: z.array(z.enum(ANSWERS)).min(1).optional(),
    /** What was answered: a development or an offer. */
    kind: z.enum(['proven', 'experimental']).optional(),
    /** One of these developments or offers. */
    contents: z.array(key).min(1).optional(),
    /** Owns one of these products, or of these families. */
    products: z.array(key).min(1).optional(),
    families: z.array(line).min(1).optional(),
    /** Owns none of these products: what they may be missing. */
    lacks: z.array(key).min(1).optional(),
    gap: z.enum(GAPS).optional(),
  })
  .prefault({});

const choice = z.strictObject({
  /** Stable code, kept with what was said. */
  id: key,
  /** May use `{{product}}` and `{{yourProduct}}`, like the question. */
  de: line.optional(),
  en: line.optional(),
  /** Offered once for each product the customer owns (at most five), with its name in `{{product}}`. */
  eachProduct: z.boolean().default(false),
  /** What follows from choosing it: the product is not in use any more; or not to ask for so many months. */
  means: z.enum(['not_used', 'ask_later']).optional(),
  months: z.int().min(1).max(36).optional(),
});

export const questionFile = z.strictObject({
  ask: z.enum(['customer', 'sales']),
  when,
  /** 1 (nice to know) to 5 (worth most). Of several that make sense the more telling one is asked. */
  priority: z.int().min(1).max(5).default(3),
  choices: z.array(choice).max(12).default([]),
  /** Whether the customer may say it in their own words. */
  words: z.boolean().default(true),
  de: z.strictObject({ question: line, why: line.optional(), words: line.optional() }).optional(),
  en: z.strictObject({ question: line, why: line.optional(), words: line.optional() }).optional(),
});

/** `id` is the file's name without `.yaml`. */
export type Question = z.infer<typeof questionFile> & { id: string };
export type Choice = Question['choices'][number];
