import { HUBSPOT_DEFAULTS, type HubSpotSettings } from '../../library/schema.ts';
import type { HubSpotType } from './mapping.ts';
import { type WantedProperty, wantedProperties } from './schema-wanted.ts';

/** What HubSpot says of a property; the part that matters here. */
export interface PropertyDefinition {
  name: string;
  /** `string`, `number`, `date`, `datetime`, `enumeration`, `bool` … */
  type: string;
}

export interface Pipeline {
  id: string;
  label: string;
  stages: readonly { id: string; label: string }[];
}

/** How one account is made, as far as it could be read. What could not is left out, and not complained about. */
export interface AccountSchema {
  properties: Partial<Record<HubSpotType, readonly PropertyDefinition[]>>;
  /** Read only where something was missing. */
  archived: Partial<Record<HubSpotType, readonly PropertyDefinition[]>>;
  /** Of deals. */
  pipelines?: readonly Pipeline[];
}

/** Something in which the account and the settings don't fit. */
export interface SchemaFinding {
  code: 'crm_property_missing' | 'crm_property_archived' | 'crm_property_type' | 'crm_pipeline_unknown';
  /** e.g. `contacts.innovation_ratio` or `pipeline default` */
  about: string;
  /** Somebody chose it in the settings: a sync stops, because going on without it would be silently wrong. */
  fatal: boolean;
  /** What is wrong, what it is for, and what to do. */
  message: string;
}

/** Compares what the settings ask for with what the account has. */
export function checkSchema(settings: HubSpotSettings, account: AccountSchema): SchemaFinding[] {
  const properties = wantedProperties(settings, HUBSPOT_DEFAULTS).flatMap((wanted) => {
    const defined = account.properties[wanted.type];
    return defined ? checkProperty(wanted, defined, account.archived[wanted.type] ?? []) : [];
  });
  return [...properties, ...(account.pipelines ? checkStages(settings.wonStages, account.pipelines) : [])];
}

/** Whether a property exists and is not archived. */
export const isMissing = ({ name }: WantedProperty, defined: readonly PropertyDefinition[]): boolean =>
  !defined.some((property) => property.name === name);

function checkProperty(
  wanted: WantedProperty,
  defined: readonly PropertyDefinition[],
  archived: readonly PropertyDefinition[],
): SchemaFinding[] {
  const { type, name, says, kinds, setting, chosen: fatal } = wanted;
  const about = `${type}.${name}`;
  const property = defined.find((each) => each.name === name);
  // HubSpot keeps these names to itself
  const mayBeMade = !name.startsWith('hs_');
  if (property) {
    if (kinds.includes(property.type)) return [];
    const anew = mayBeMade ? ', or make it anew in HubSpot' : '';
    return [
      {
        code: 'crm_property_type',
        about,
        fatal,
        message: `The property ${name} of ${type} is of the type ${property.type}, but it must be ${kinds.join(' or ')}: it says ${says}. Name another one at ${setting} in settings.yaml${anew}.`,
      },
    ];
  }
  if (archived.some((each) => each.name === name)) {
    return [
      {
        code: 'crm_property_archived',
        about,
        fatal,
        message: `The property ${name} of ${type} is archived in HubSpot: it says ${says}. Restore it there, or name another one at ${setting} in settings.yaml.`,
      },
    ];
  }
  const byHand = mayBeMade ? ', or make the property in HubSpot' : '';
  const way = wanted.makes
    ? `\`spielbein hubspot setup\` makes it; or name the right one at ${setting} in settings.yaml.`
    : `Correct ${setting} in settings.yaml${byHand}.`;
  return [
    {
      code: 'crm_property_missing',
      about,
      fatal,
      message: `HubSpot's ${type} have no property ${name}: it says ${says}. ${way}`,
    },
  ];
}

function checkStages(
  wonStages: HubSpotSettings['wonStages'],
  pipelines: readonly Pipeline[],
): SchemaFinding[] {
  const named = (all: readonly { id: string; label: string }[]) =>
    all.map(({ id, label }) => `${id} (${label})`).join(', ') || 'none';
  const finding = (about: string, message: string): SchemaFinding => ({
    code: 'crm_pipeline_unknown',
    about,
    fatal: true,
    message: `${message} Correct hubspot.wonStages in settings.yaml.`,
  });
  return Object.entries(wonStages).flatMap(([id, stages]) => {
    const pipeline = pipelines.find((each) => each.id === id);
    if (!pipeline)
      return [finding(`pipeline ${id}`, `There is no deal pipeline ${id}. There are: ${named(pipelines)}.`)];
    return stages
      .filter((stage) => !pipeline.stages.some((each) => each.id === stage))
      .map((stage) =>
        finding(
          `stage ${stage}`,
          `The pipeline ${id} (${pipeline.label}) has no stage ${stage}. It has: ${named(pipeline.stages)}.`,
        ),
      );
  });
}
