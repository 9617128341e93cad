import type { Language } from '../../../domain/customer.ts';
import type { HubSpotSettings } from '../../../library/schema.ts';
import type { ToWrite, WriteDesk } from '../../port.ts';
import { HubSpotApi } from '../api.ts';
import type { HubSpotConnection } from '../connection.ts';
import { hubspotMapping } from '../mapping.ts';
import { writeEngagements } from './engagements.ts';
import { writeProfiles } from './profiles.ts';

/** Writes notes, tasks and contact properties in HubSpot, a hundred a call (docs/write-back.md). */
export function hubspotWriting(
  connection: HubSpotConnection,
  settings: HubSpotSettings,
  language: Language,
  signal: AbortSignal,
): WriteDesk {
  const given = { connection, signal, api: new HubSpotApi(connection, hubspotMapping(settings), signal) };
  const { notes: note, tasks: task, properties: profile } = settings.writeBack;
  return {
    wants: { note, task, profile },
    // whoever asks for a kind gives things of that kind
    write(kind, things: readonly ToWrite<never>[], claim) {
      const tools = { ...given, claim };
      if (kind === 'profile') return writeProfiles(tools, things, language);
      return writeEngagements(tools, kind as 'note' | 'task', things);
    },
    close: () => connection.close(),
  };
}
