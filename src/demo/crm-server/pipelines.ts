import type {
  CollectionResponsePipelineNoPaging,
  CollectionResponsePipelineStageNoPaging,
  Pipeline,
  PipelineStage,
} from '@hubspot/api-client/lib/codegen/crm/pipelines/models/all.js';
import type { FastifyInstance } from 'fastify';
import { DAY, iso } from '../company/record.ts';
import type { CrmContext } from './context.ts';
import { notFound } from './errors.ts';
import { objectType } from './object-types.ts';
import { type PipelineDefinition, pipelinesOf, type StageDefinition } from './pipelines-defined.ts';
import type { Wire } from './wire.ts';

interface Route {
  Params: { type: string; pipeline: string; stage: string };
}

/** Pipelines and their stages, to read. */
export function pipelineRoutes(app: FastifyInstance, { store }: CrmContext): void {
  const times = {
    createdAt: iso(store.company.midnight - 4000 * DAY),
    updatedAt: iso(store.company.midnight - 400 * DAY),
    archived: false,
  };
  const stageShape = (stage: StageDefinition, displayOrder: number): Wire<PipelineStage> => ({
    ...stage,
    displayOrder,
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    ...times,
  });
  const shape = (pipeline: PipelineDefinition, displayOrder: number): Wire<Pipeline> => ({
    ...pipeline,
    displayOrder,
    stages: pipeline.stages.map(stageShape),
    ...times,
  });
  const all = (type: string) => pipelinesOf(objectType(type)).map(shape);
  const one = ({ type, pipeline }: Route['Params']) => demand(all(type), pipeline, 'pipeline');

  app.get<Route>(
    '/crm/v3/pipelines/:type',
    async ({ params }): Promise<Wire<CollectionResponsePipelineNoPaging>> => ({ results: all(params.type) }),
  );
  app.get<Route>(
    '/crm/v3/pipelines/:type/:pipeline',
    async ({ params }): Promise<Wire<Pipeline>> => one(params),
  );
  app.get<Route>(
    '/crm/v3/pipelines/:type/:pipeline/stages',
    async ({ params }): Promise<Wire<CollectionResponsePipelineStageNoPaging>> => ({
      results: one(params).stages,
    }),
  );
  app.get<Route>(
    '/crm/v3/pipelines/:type/:pipeline/stages/:stage',
    async ({ params }): Promise<Wire<PipelineStage>> => demand(one(params).stages, params.stage, 'stage'),
  );
}

function demand<T extends { id: string }>(all: readonly T[], id: string, what: string): T {
  const found = all.find((each) => each.id === id);
  if (!found) throw notFound(`There is no ${what} ${id}.`);
  return found;
}
