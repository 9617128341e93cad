import { afterAll, beforeEach, describe, expect, it, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { readBatchOutcome, traceOf } from '../../../src/sync/hubspot/write-back/batch-outcome.ts';
import type { ToWrite, WriteDesk, WriteKind, Writing, Written } from '../../../src/sync/port.ts';

const server = await startDemoCrm({
  company: demoCompany({ customers: 250, today: new Date('2026-12-01') }),
});
const contacts = [...server.company.ids('contacts')].map(String);
const desks: WriteDesk[] = [];
afterAll(async () => {
  for (const desk of desks) desk.close();
  await server.close();
});
beforeEach(() => server.faults.clear());

async function deskOf(apiVersion = 'v3', writeBack = HUBSPOT_DEFAULTS.writeBack): Promise<WriteDesk> {
  const crm = hubspotCrm({
    accessToken: 'test',
    baseUrl: server.url,
    apiVersion,
    patience: 0.001,
    settings: async () => ({ ...HUBSPOT_DEFAULTS, writeBack }),
  });
  const desk = (await crm.writing?.('en', new AbortController().signal)) as WriteDesk;
  desks.push(desk);
  return desk;
}

const BODIES: Writing = {
  note: { html: '<p>Yes</p>', at: '2026-12-01T09:00:00.000Z' },
  task: { subject: 'Call', html: '<p>Call</p>', dueAt: '2026-12-02T08:00:00.000Z', ownerId: null },
  profile: {
    lastAnswer: 'Yes',
    lastAnswerAt: '2026-12-01T09:00:00.000Z',
    wants: 'a\nb',
    callRequestedAt: '',
    preferences: '',
    suggestedRatio: '0.3',
    suggestedRatioReason: 'wish',
    brief: 'https://news.example/customers/1/brief',
  },
};

let next = 1;
const thing = <K extends WriteKind>(
  kind: K,
  customerId: string,
  more: Partial<ToWrite<K>> = {},
): ToWrite<K> => {
  const id = next++;
  return {
    id,
    customerId,
    mark: `Spielbein ${id}-abcdef01`,
    tried: false,
    anew: true,
    body: BODIES[kind],
    ...more,
  };
};

async function write<K extends WriteKind>(
  desk: WriteDesk,
  kind: K,
  things: ToWrite<K>[],
): Promise<Written[]> {
  const answers: Written[] = [];
  for await (const some of desk.write(kind, things, async (ids) => new Set(ids))) answers.push(...some);
  return answers.sort((a, b) => a.id - b.id);
}

const outcomes = (answers: Written[]) => answers.map(({ outcome }) => outcome);

describe.each(['v3', '2026-09'])('by the API version %s', (version) => {
  it('writes a hundred a call, and what is tried again is found again', async () => {
    const desk = await deskOf(version);
    const before = server.requests.get('POST /crm/v3/objects/:type/batch/create') ?? 0;
    const notes = contacts.slice(0, 210).map((id) => thing('note', id));
    const first = await write(desk, 'note', notes);
    expect(outcomes(first)).toEqual(notes.map(() => 'written'));
    expect(server.requests.get('POST /crm/v3/objects/:type/batch/create')).toBe(before + 3);
    const again = await write(
      desk,
      'note',
      notes.map((note) => ({ ...note, tried: true })),
    );
    expect(again).toEqual(first);
    expect(server.requests.get('POST /crm/v3/objects/:type/batch/create')).toBe(before + 3);
  });

  it('sets fields of contacts, takes empty ones away, and makes them first', async () => {
    const desk = await deskOf(version);
    const id = contacts[0] as string;
    expect(outcomes(await write(desk, 'profile', [thing('profile', id)]))).toEqual(['written']);
    const shown = () => server.store.read('contacts', Number(id))?.properties ?? {};
    expect(shown()).toMatchObject({ spielbein_wants: 'a\nb', spielbein_suggested_ratio: '0.3' });
    await write(desk, 'profile', [thing('profile', id, { body: { ...BODIES.profile, wants: '' } })]);
    expect(shown().spielbein_wants).toBeNull();
    const answer = await fetch(`${server.url}/crm/v3/properties/contacts/spielbein_wants`, {
      headers: { authorization: 'Bearer x' },
    });
    expect(await answer.json()).toMatchObject({
      label: 'Wants',
      groupName: 'spielbein',
      fieldType: 'textarea',
    });
  });
});

it('tells one wrong entry from a hundred right ones', async () => {
  const desk = await deskOf();
  const tooLong = { ...BODIES.note, html: 'x'.repeat(70_000) };
  const notes = contacts.slice(0, 20).map((id, n) => thing('note', id, n === 7 ? { body: tooLong } : {}));
  const answers = await write(desk, 'note', notes);
  expect(answers.filter(({ outcome }) => outcome === 'written')).toHaveLength(19);
  expect(answers[7]).toMatchObject({ outcome: 'refused', message: expect.stringContaining('65536') });
});

it('says of whom the CRM has no contact any more', async () => {
  const desk = await deskOf();
  const id = contacts[30] as string;
  server.archiveContact(id);
  const here = contacts[31] as string;
  for (const kind of ['note', 'task', 'profile'] as const) {
    const given = [thing(kind, id), thing(kind, here), thing(kind, id, { tried: true }), thing(kind, '1')];
    const distinct = kind === 'profile' ? given.filter((_, n) => n !== 2) : given;
    expect(outcomes(await write(desk, kind, distinct))).toEqual(
      kind === 'profile' ? ['gone', 'written', 'gone'] : ['gone', 'written', 'gone', 'gone'],
    );
  }
});

it('halves a call that is refused as a whole, until it has the one that is wrong', async () => {
  const desk = await deskOf();
  // no number: HubSpot refuses all the others of the call, too
  const body = { ...BODIES.profile, suggestedRatio: 'much' };
  const profiles = contacts.slice(40, 60).map((id, n) => thing('profile', id, n === 3 ? { body } : {}));
  const answers = await write(desk, 'profile', profiles);
  expect(outcomes(answers)).toEqual(profiles.map((_, n) => (n === 3 ? 'refused' : 'written')));
});

it('says what the settings want', async () => {
  const desk = await deskOf('v3', { notes: false, tasks: true, properties: false });
  expect(desk.wants).toEqual({ note: false, task: true, profile: false });
});

describe('the answer to a batch', () => {
  const inputs = [{ id: 1, mark: 'M1' }, { id: 2, recordId: '77' }, { id: 3 }];

  test('is read by our trace, by the mark, by the record', () => {
    const results = [
      { id: '500', properties: { hs_note_body: '… M1 …' } },
      { id: 77, properties: {} },
    ];
    const errors = [
      { message: 'No.', category: 'VALIDATION_ERROR', context: { objectWriteTraceId: [traceOf(3)] } },
    ];
    expect(readBatchOutcome({ status: 'COMPLETE', results, errors }, inputs)).toEqual([
      { id: 1, outcome: 'written', crmId: '500' },
      { id: 2, outcome: 'written', crmId: '77' },
      { id: 3, outcome: 'refused', message: 'No.' },
    ]);
  });

  test.each([
    [{}],
    [null],
    ['text'],
    [{ results: 'none' }],
    [{ results: [{ id: '9', objectWriteTraceId: 'x' }] }],
  ])('that says nothing of an entry leaves it open: %j', (body) => {
    expect(readBatchOutcome(body, inputs)).toEqual([]);
  });

  test('that knows no such record refuses it: contacts are asked whether it is gone', () => {
    const errors = [{ category: 'OBJECT_NOT_FOUND', message: 'x', context: { ids: ['77'] } }];
    expect(readBatchOutcome({ results: [], errors }, inputs)).toEqual([
      { id: 2, outcome: 'refused', message: 'x' },
    ]);
  });

  test('may name the contact, if only one entry is about it', () => {
    const about = [
      { id: 1, contactId: '5' },
      { id: 2, contactId: '6' },
      { id: 3, contactId: '6' },
    ];
    const errors = [{ category: 'OBJECT_NOT_FOUND', message: 'x', context: { ids: ['5', '6'] } }];
    expect(readBatchOutcome({ results: [], errors }, about)).toEqual([
      { id: 1, outcome: 'refused', message: 'x' },
    ]);
  });
});
