import type { ToWrite, Writing } from '../../port.ts';

/** How a note or a task is written in HubSpot. */
export interface EngagementType<K extends 'note' | 'task'> {
  type: 'notes' | 'tasks';
  /** HubSpot's number of the association to a contact. */
  toContact: number;
  /** Where the mark stands. */
  text: 'hs_note_body' | 'hs_task_body';
  properties(body: Writing[K]): Record<string, string>;
}

/** The mark as people see it: small print below the text. */
const marked = (html: string, mark: string): string => `${html}<p><small>${mark}</small></p>`;

/**
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide and, for tasks,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/tasks/guide
 */
export const ENGAGEMENTS: { [K in 'note' | 'task']: EngagementType<K> } = {
  note: {
    type: 'notes',
    toContact: 202,
    text: 'hs_note_body',
    properties: ({ html, at }) => ({ hs_timestamp: at, hs_note_body: html }),
  },
  task: {
    type: 'tasks',
    toContact: 204,
    text: 'hs_task_body',
    properties: ({ subject, html, dueAt, ownerId }) => ({
      hs_timestamp: dueAt,
      hs_task_subject: subject,
      hs_task_body: html,
      hs_task_type: 'CALL',
      hs_task_priority: 'HIGH',
      hs_task_status: 'NOT_STARTED',
      ...(ownerId === null ? {} : { hubspot_owner_id: ownerId }),
    }),
  },
};

/** The properties of a new note or task, with its mark. */
export function propertiesOf<K extends 'note' | 'task'>(
  { properties }: EngagementType<K>,
  { body, mark }: ToWrite<K>,
): Record<string, string> {
  return properties({ ...body, html: marked(body.html, mark) });
}
