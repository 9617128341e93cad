import type { CrmContext } from './context.ts';
import { invalid } from './errors.ts';
import { NAMING, type ObjectType } from './object-types.ts';
import { pipelinesOf, stagesOf } from './pipelines-defined.ts';
import { PRIMARY_COMPANY } from './primary-company.ts';
import type { PropertyDefinition } from './properties-defined.ts';
import { REQUIRED, SEVERAL } from './properties-standard.ts';

type Values = Record<string, string | null>;
interface Refusal {
  code: string;
  message: string;
}

const READ_ONLY = 'READ_ONLY_VALUE';
/** Characters of a value, e.g. of a note: https://developers.hubspot.com/docs/reference/api/crm/engagements/notes */
const LONGEST = 65_536;

/**
 * Values to write, checked as HubSpot does: the property exists and may be written, numbers, dates, options and
 * addresses are valid. Empty text takes a value away. Dates come out as ISO 8601.
 * @throws CrmError 400 naming every property that is wrong
 */
export function writable(context: CrmContext, type: ObjectType, values: Record<string, string>): Values {
  const problems: (Refusal & { name: string })[] = [];
  const result: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const definition = context.defined.properties[type].get(name);
    const refusal =
      !definition || definition.archived
        ? { code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` }
        : refused(context, type, definition, value);
    if (refusal) problems.push({ name, ...refusal });
    else result[name] = value === '' ? null : stored(definition as PropertyDefinition, value);
  }
  if (problems.length > 0) throw notValid(problems);
  return calculated(type, result);
}

/**
 * Says what a new record lacks.
 * @throws CrmError 400
 */
export function demandRequired(type: ObjectType, values: Values): void {
  const missing = (REQUIRED[type] ?? [])
    .map((names) => (typeof names === 'string' ? [names] : [...names]))
    .filter((names) => names.every((name) => !values[name]));
  if (missing.length === 0) return;
  const message = `Error creating ${NAMING[type].singular.toUpperCase()}. Some required properties were not set.`;
  throw invalid(message, { context: { properties: missing.flat() } });
}

/** HubSpot tells the same twice: as JSON text inside the message, and in `errors`. */
function notValid(problems: (Refusal & { name: string })[]) {
  const inside = problems.map(({ name, code, message }) => ({ isValid: false, message, error: code, name }));
  return invalid(`Property values were not valid: ${JSON.stringify(inside)}`, {
    errors: problems.map(({ name, code, message }) => ({ message, code, context: { propertyName: [name] } })),
  });
}

function refused(
  context: CrmContext,
  type: ObjectType,
  { name, type: kind, calculated: readOnly, options, fieldType }: PropertyDefinition,
  value: string,
): Refusal | undefined {
  if (readOnly)
    return { code: READ_ONLY, message: `"${name}" is a calculated property; its value cannot be set.` };
  if (value === '') return undefined;
  if (value.length > LONGEST) {
    return {
      code: 'INVALID_LENGTH',
      message: `${name} has ${value.length} characters, ${LONGEST} are allowed.`,
    };
  }
  if (kind === 'number' && !Number.isFinite(Number(value))) {
    return { code: 'INVALID_NUMBER', message: `${value} was not a valid number.` };
  }
  if (kind === 'date' || kind === 'datetime') {
    const time = timeOf(value);
    if (Number.isNaN(time)) return { code: 'INVALID_DATE', message: `${value} was not a valid date.` };
    if (kind === 'date' && time % 86_400_000 !== 0) {
      return {
        code: 'INVALID_DATE',
        message: `${value} is at ${new Date(time).toISOString()}, not at midnight UTC.`,
      };
    }
  }
  if (type === 'contacts' && name === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
    return { code: 'INVALID_EMAIL', message: `Email address ${value} is invalid` };
  }
  if (name === PRIMARY_COMPANY && context.store.read('companies', Number(value))?.archivedAt !== null) {
    return { code: 'INVALID_OBJECT_ID', message: `There is no company ${value}.` };
  }
  const allowed = external(context, type, name) ?? options.map((option) => option.value);
  const given = fieldType === 'checkbox' || SEVERAL.has(name) ? value.split(';').filter(Boolean) : [value];
  const strange = allowed.length > 0 ? given.find((one) => !allowed.includes(one)) : undefined;
  if (strange === undefined) return undefined;
  const message = `${strange} was not one of the allowed options: [${allowed.join(', ')}]`;
  return { code: 'INVALID_OPTION', message };
}

/** The values of properties whose lists lie elsewhere. */
function external({ store }: CrmContext, type: ObjectType, name: string): string[] | undefined {
  if (name === 'hubspot_owner_id') return store.company.owners.map(({ id }) => id);
  if (name === 'pipeline' || name === 'hs_pipeline') return pipelinesOf(type).map(({ id }) => id);
  if (name === 'dealstage' || name === 'hs_pipeline_stage') return stagesOf(type).map(({ id }) => id);
  return undefined;
}

/** Times are given as ISO 8601 or epoch ms; epoch ms, NaN for neither. */
function timeOf(value: string): number {
  return /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
}

function stored({ type }: PropertyDefinition, value: string): string {
  if (type === 'datetime') return new Date(timeOf(value)).toISOString();
  if (type === 'date') return new Date(timeOf(value)).toISOString().slice(0, 10);
  return value;
}

/** What HubSpot works out from the values written. */
function calculated(type: ObjectType, values: Values): Values {
  if (type === 'deals' && values.dealstage) {
    const stage = stagesOf('deals').find(({ id }) => id === values.dealstage);
    const won = stage?.metadata.probability === '1.0';
    return { ...values, hs_is_closed: stage?.metadata.isClosed ?? 'false', hs_is_closed_won: String(won) };
  }
  if (type === 'contacts' && values.email) {
    return {
      ...values,
      hs_email_domain: values.email.slice(values.email.lastIndexOf('@') + 1).toLowerCase(),
    };
  }
  return values;
}
