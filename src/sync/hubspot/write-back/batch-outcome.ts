import { z } from 'zod';
import type { Written } from '../../port.ts';
import { carries } from './mark-in-text.ts';

/** Ours, given along with each input (`objectWriteTraceId`): answers come in any order, and name it. */
export const traceOf = (id: number): string => `spielbein-${id}`;

const id = z.union([z.string(), z.number()]).transform(String);
const answerBody = z.object({
  status: z.string().nullish(),
  results: z
    .array(
      z.object({
        id,
        objectWriteTraceId: z.string().nullish(),
        properties: z.record(z.string(), z.unknown()).catch({}),
      }),
    )
    .catch([]),
  errors: z
    .array(
      z.object({
        message: z.string().catch(''),
        category: z.string().catch(''),
        context: z.record(z.string(), z.array(z.unknown()).catch([])).catch({}),
      }),
    )
    .catch([]),
});

/** One input of a batch, as far as an answer may name it. */
export interface Input {
  id: number;
  /** The record that is changed; none for new ones. */
  recordId?: string;
  /** The contact of a new record: an error may name it instead. */
  contactId?: string;
  /** Stands in one of the new record's properties. */
  mark?: string;
}

/**
 * What the answer to a batch of new or changed records says of each input: written, or refused. Not found may be an
 * owner, too, or a kind of association: whether a contact is gone is asked of contacts. What the answer is silent about is
 * left out: nobody knows what became of it.
 */
export function readBatchOutcome(body: unknown, inputs: readonly Input[]): Written[] {
  const read = answerBody.safeParse(body);
  if (!read.success) return [];
  const { results, errors } = read.data;
  return inputs.flatMap((input): Written[] => {
    const made = results.find((each) => isOf(input, each));
    if (made) return [{ id: input.id, outcome: 'written', crmId: made.id }];
    const error = errors.find(({ context }) => names(context, input, inputs));
    if (!error) return [];
    return [{ id: input.id, outcome: 'refused', message: error.message || error.category }];
  });
}

type Result = z.infer<typeof answerBody>['results'][number];

/** Without a trace in the answer, a new record is known by the mark in its text, a changed one by its id. */
function isOf({ id: own, recordId, mark }: Input, { id: theirs, objectWriteTraceId, properties }: Result) {
  if (objectWriteTraceId) return objectWriteTraceId === traceOf(own);
  if (recordId !== undefined) return theirs === recordId;
  return mark !== undefined && Object.values(properties).some((value) => carries(String(value), mark));
}

/** Without a trace, an error names the record, or the contact, which says nothing when two inputs are about the same. */
function names(
  context: Record<string, unknown[]>,
  { id: own, recordId, contactId }: Input,
  inputs: readonly Input[],
): boolean {
  const named = Object.values(context).flat().map(String);
  if (named.includes(traceOf(own))) return true;
  if (recordId !== undefined && named.includes(recordId)) return true;
  if (contactId === undefined || !named.includes(contactId)) return false;
  return inputs.filter((input) => input.contactId === contactId).length === 1;
}

const problem = z.object({ message: z.string().catch(''), category: z.string().catch('') });

/** HubSpot's words when it refused a whole batch. */
export function refusalOf({ status, body }: { status: number; body: unknown }): string {
  const { message, category } = problem.catch({ message: '', category: '' }).parse(body);
  return message || category || `HubSpot answered ${status}`;
}
