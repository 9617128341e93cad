import type { SubscriptionDefinition } from '@hubspot/api-client/lib/codegen/communication_preferences/models/all.js';
import { iso } from '../company/record.ts';
import { SUBSCRIPTION_TYPES } from './consents.ts';
import type { Wire } from './wire.ts';

/** The subscription types as HubSpot describes them. */
export function consentDefinitions(midnight: number): Wire<SubscriptionDefinition>[] {
  const since = iso(midnight - 86_400_000 * 900);
  return SUBSCRIPTION_TYPES.map(({ id, name, description, isDefault }) => ({
    id: String(id),
    name,
    description,
    purpose: name === 'One to One' ? 'Sales' : 'Marketing',
    communicationMethod: 'Email',
    isActive: true,
    isDefault,
    isInternal: name === 'One to One',
    businessUnitId: 0,
    createdAt: since,
    updatedAt: since,
  }));
}
