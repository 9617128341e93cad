import { type Problem, SyncError } from '../port.ts';
import type { HubSpotApi } from './api.ts';
import { PARENT_TYPES, type ParentType } from './mapping.ts';

/** How long an answer counts: orders may be switched on in the account, or a scope added, while a worker runs. */
const GOOD_FOR_MS = 3600_000;

/** Which of the records that hold purchases this account has, and this token may read. */
export interface Availability {
  /** Null when they can be read; otherwise what to tell people. */
  problem(api: HubSpotApi, type: ParentType): Promise<Problem | null>;
  /** Those that can be read. */
  types(api: HubSpotApi): Promise<ParentType[]>;
}

/** Asks once an hour: a poll that asked each time would spend a tenth of its calls on this. */
export function createAvailability(now: () => number = () => performance.now()): Availability {
  const known = new Map<ParentType, { problem: Promise<Problem | null>; until: number }>();
  const problem: Availability['problem'] = async (api, type) => {
    if (type === 'deals') return null;
    if (!api.mapping.settings[type]) return switchedOff(type);
    const found = known.get(type);
    if (found && found.until > now()) return await found.problem;
    const asked = { problem: ask(api, type), until: now() + GOOD_FOR_MS };
    known.set(type, asked);
    try {
      return await asked.problem;
    } catch (error) {
      known.delete(type);
      throw error;
    }
  };
  return {
    problem,
    async types(api) {
      const problems = await Promise.all(PARENT_TYPES.map((type) => problem(api, type)));
      return PARENT_TYPES.filter((_, n) => problems[n] === null);
    },
  };
}

/** What an account without such records, or a token that may not read them, is answered. */
const WHY_NOT: Record<string, (error: SyncError, type: ParentType) => string> = {
  crm_scope_missing: (error) => error.message,
  crm_not_found: (_, type) => `This account has no ${type}.`,
  crm_type_unknown: (_, type) => `This account has no ${type}.`,
};

/** Not every account has orders, and not every token may read them. Everything else goes on without them. */
async function ask(api: HubSpotApi, type: ParentType): Promise<Problem | null> {
  try {
    await api.list(type, null);
    return null;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const why = WHY_NOT[error.code];
    if (!why) throw error;
    return {
      record: type,
      code: `${type}_unavailable`,
      message: `HubSpot's ${type} can't be read, so they don't count as purchases. ${why(error, type)}`,
    };
  }
}

/** A decision of people is no problem, so nobody is told of it. */
export const isSwitchedOff = ({ code }: Problem): boolean => code.endsWith('_off');

function switchedOff(type: ParentType): Problem {
  return { record: type, code: `${type}_off`, message: `hubspot.${type} is off in settings.yaml.` };
}
