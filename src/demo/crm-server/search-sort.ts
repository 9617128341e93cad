import { z } from 'zod';
import { invalid } from './errors.ts';

export interface Sort {
  property: string;
  descending: boolean;
}

const asObject = z.object({
  propertyName: z.string(),
  direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
});

/** A sort as HubSpot takes it: an object, the same as JSON text (the client's type is a string), "name" or "-name". */
export function sortFrom(given: unknown): Sort {
  if (typeof given === 'string' && !given.startsWith('{')) {
    return { property: given.replace(/^-/, ''), descending: given.startsWith('-') };
  }
  const result = asObject.safeParse(typeof given === 'string' ? safeJson(given) : given);
  if (!result.success) throw invalid('sorts must hold {propertyName, direction}.');
  return { property: result.data.propertyName, descending: result.data.direction === 'DESCENDING' };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
