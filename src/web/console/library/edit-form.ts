import { z } from 'zod';
import { fieldsOf, writeFields } from '../../../library/edit/fields.ts';
import type { Place } from '../../../library/edit/place.ts';
import { bytesOfText } from '../../../library/edit/text.ts';
import { firstOf } from '../../bodies.ts';

/** A form with a file in it; umlauts and line ends take three bytes each on their way. */
export const EDIT_BYTES = 1_500_000;

const text = firstOf(z.string());
const form = z.object({
  as: firstOf(z.enum(['text', 'fields'])),
  /** Hash of the file as the form showed it; empty: there was none. */
  basedOn: firstOf(z.union([z.literal(''), z.string().regex(/^[0-9a-f]{64}$/)])),
  /** As text: what was written. As fields: the file that the fields go into, as the form showed it. */
  text,
  /** The language to look at, where the button was one for that. */
  in: firstOf(z.enum(['de', 'en']))
    .optional()
    .catch(undefined),
});

/** What a form wants the file to be. */
export interface Posted {
  as: 'text' | 'fields';
  basedOn: string | null;
  text: string;
  in: 'de' | 'en' | undefined;
  /** What was written into fields that the file does not hold, by name: those texts are only here. */
  unwritten?: Record<string, string>;
}

/** Null: no form of ours. Pure. */
export function readEditForm(place: Place, body: unknown): Posted | null {
  const posted = form.safeParse(body ?? {});
  if (!posted.success) return null;
  const { as, basedOn, in: language } = posted.data;
  const source = posted.data.text.replace(/\r\n?/g, '\n');
  const shared = { as, basedOn: basedOn === '' ? null : basedOn, in: language };
  if (as === 'text') return { ...shared, text: source };
  const fields = fieldsOf(place.kind).flatMap(({ name }) => {
    const value = text.safeParse((body as Record<string, unknown>)[`f.${name}`]);
    return value.success ? [[name, value.data.replace(/\r\n?/g, '\n')] as const] : [];
  });
  const values = Object.fromEntries(fields);
  const written = writeFields(place.kind, source, values);
  return written === null ? { ...shared, text: source, unwritten: values } : { ...shared, text: written };
}

/** The bytes that would be saved. @param before the file as it is now */
export const bytesOf = (posted: Posted, before: Buffer | null): Buffer => bytesOfText(posted.text, before);
