import { z } from 'zod';
import type { PropertyDefinition } from './properties-defined.ts';

/** Names of properties and groups. */
export const internalName = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_]*$/, 'use lower-case letters, digits and underscores, a letter first');

const type = z.enum(['string', 'number', 'date', 'datetime', 'enumeration', 'bool']);
const fieldType = z.enum([
  'textarea',
  'text',
  'date',
  'file',
  'number',
  'select',
  'radio',
  'checkbox',
  'booleancheckbox',
  'calculation_equation',
]);
const option = z.object({
  label: z.string().min(1),
  value: z.string().min(1),
  displayOrder: z.number().int().default(-1),
  hidden: z.boolean(),
  description: z.string().default(''),
});

/** Which fields a type may be shown with: https://developers.hubspot.com/docs/api-reference/latest/crm/properties/guide */
const FIELDS: Record<z.infer<typeof type>, readonly z.infer<typeof fieldType>[]> = {
  string: ['text', 'textarea', 'file', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox', 'calculation_equation'],
  bool: ['booleancheckbox', 'calculation_equation'],
};

export const newProperty = z
  .object({
    name: internalName,
    label: z.string().min(1),
    type,
    fieldType,
    groupName: z.string(),
    description: z.string().default(''),
    options: z.array(option).default([]),
    displayOrder: z.number().int().default(-1),
    hidden: z.boolean().default(false),
    formField: z.boolean().default(false),
    hasUniqueValue: z.boolean().default(false),
    externalOptions: z.boolean().default(false),
  })
  .superRefine((input, { addIssue }) => {
    const refuse = (path: string, message: string) => addIssue({ code: 'custom', path: [path], message });
    if (!FIELDS[input.type].includes(input.fieldType)) {
      refuse('fieldType', `${input.fieldType} does not suit the type ${input.type}`);
    }
    const values = input.options.map(({ value }) => value);
    if (new Set(values).size < values.length) refuse('options', 'option values must be unique');
    if (input.type === 'enumeration' && values.length === 0 && !input.externalOptions) {
      refuse('options', 'an enumeration needs options');
    }
    if (input.type === 'bool' && [...values].sort().join() !== 'false,true') {
      refuse('options', 'a boolean property needs the options true and false');
    }
    if (input.hasUniqueValue && input.type !== 'string' && input.type !== 'number') {
      refuse('hasUniqueValue', `a property of type ${input.type} cannot have unique values`);
    }
  });

export const propertyChange = z.object({
  label: z.string().min(1).optional(),
  type: type.optional(),
  fieldType: fieldType.optional(),
  groupName: z.string().optional(),
  description: z.string().optional(),
  options: z.array(option).optional(),
  displayOrder: z.number().int().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
});

/** The definition of a property that somebody adds. */
export function propertyFrom(input: z.infer<typeof newProperty>, createdAt: string): PropertyDefinition {
  return {
    ...input,
    hubspotDefined: false,
    calculated: input.fieldType === 'calculation_equation',
    archived: false,
    createdAt,
    updatedAt: createdAt,
    modificationMetadata: {
      readOnlyValue: false,
      readOnlyDefinition: false,
      readOnlyOptions: false,
      archivable: true,
    },
  };
}
