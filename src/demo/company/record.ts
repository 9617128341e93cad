/** A CRM record as generated: HubSpot's property names, values as strings, empty ones null. Times in epoch ms. */
export interface DemoRecord {
  id: number;
  properties: Record<string, string | null>;
  createdAt: number;
  updatedAt: number;
}

export const iso = (time: number): string => new Date(time).toISOString();

export const DAY = 86_400_000;
/** How far back the oldest record goes. */
export const HISTORY_DAYS = 12 * 365;
