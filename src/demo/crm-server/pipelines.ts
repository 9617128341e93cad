import type { FastifyInstance } from 'fastify';
import { iso } from '../company/record.ts';
import { DEFAULT_PIPELINE, REPEAT_PIPELINE } from '../company/trade-records.ts';
import type { CrmContext } from './context.ts';
import { objectType } from './object-types.ts';

/** Stage metadata are strings in HubSpot, even the booleans and probabilities. */
const PIPELINES = [
  {
    id: DEFAULT_PIPELINE,
    label: 'Vertrieb',
    stages: [
      stage('contractsent', 'Angebot abgegeben', '0.6'),
      stage('closedwon', 'Gewonnen', '1.0'),
      stage('closedlost', 'Verloren', '0.0'),
    ],
  },
  {
    id: REPEAT_PIPELINE,
    label: 'Folgegeschäft',
    stages: [
      stage('104417229', 'Angebot abgegeben', '0.8'),
      stage('104417230', 'Auftrag', '1.0'),
      stage('104417231', 'Abgesagt', '0.0'),
    ],
  },
];

function stage(id: string, label: string, probability: string) {
  const isClosed = String(probability === '1.0' || probability === '0.0');
  return { id, label, metadata: { isClosed, probability } };
}

/** Deal pipelines; other object types have none. */
export function pipelineRoutes(app: FastifyInstance, { store }: CrmContext): void {
  const times = {
    createdAt: iso(store.company.midnight - 86_400_000 * 4000),
    updatedAt: iso(store.company.midnight - 86_400_000 * 400),
    archived: false,
  };
  app.get<{ Params: { type: string } }>('/crm/v3/pipelines/:type', async ({ params }) => ({
    results: (objectType(params.type) === 'deals' ? PIPELINES : []).map((pipeline, displayOrder) => ({
      ...pipeline,
      displayOrder,
      ...times,
      stages: pipeline.stages.map((one, order) => ({ ...one, displayOrder: order, ...times })),
    })),
  }));
}
