import { z } from 'zod';
import type { Written } from '../../port.ts';

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
  /** Stands in one of the new record's properties. */
  mark?: string;
}

/**
 * What the answer to a batch of new or changed records says of each input. What it is silent about is left out: nobody
 * knows what became of it.
 */
export function readBatchOutcome(body: unknown, inputs: readonly Input[]): Written[] {
  const read = answerBody.safeParse(body);
  if (!read.success) return [];
  const { results, errors } = read.data;
  return inputs.flatMap((input): Written[] => {
    const made = results.find((each) => isOf(input, each));
    if (made) return [{ id: input.id, outcome: 'written', crmId: made.id }];
    const error = errors.find(({ context }) => names(context, input));
    if (!error) return [];
    return /NOT_FOUND/.test(error.category)
      ? [{ id: input.id, outcome: 'gone' }]
      : [{ id: input.id, outcome: 'refused', message: error.message || error.category }];
  });
}

type Result = z.infer<typeof answerBody>['results'][number];

/** Without a trace in the answer, a new record is known by the mark in its text, a changed one by its id. */
function isOf({ id: own, recordId, mark }: Input, { id: theirs, objectWriteTraceId, properties }: Result) {
  if (objectWriteTraceId) return objectWriteTraceId === traceOf(own);
  if (recordId !== undefined) return theirs === recordId;
  return mark !== undefined && Object.values(properties).some((value) => String(value).includes(mark));
}

function names(context: Record<string, unknown[]>, { id: own, recordId }: Input): boolean {
  const named = Object.values(context).flat().map(String);
  return named.includes(traceOf(own)) || (recordId !== undefined && named.includes(recordId));
}

const problem = z.object({ message: z.string().catch(''), category: z.string().catch('') });

/** HubSpot's words when it refused a whole batch. */
export function refusalOf({ status, body }: { status: number; body: unknown }): string {
  const { message, category } = problem.catch({ message: '', category: '' }).parse(body);
  return message || category || `HubSpot answered ${status}`;
}

/** Two parts, for what was refused as a whole although perhaps only one input is wrong. */
export function halves<T>(inputs: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(inputs.length / 2);
  return [inputs.slice(0, middle), inputs.slice(middle)];
}
