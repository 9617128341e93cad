import { DEFAULT_PIPELINE, REPEAT_PIPELINE } from '../company/trade-records.ts';
import type { ObjectType } from './object-types.ts';

/** Stage metadata are strings in HubSpot, even the booleans and probabilities. */
export interface StageDefinition {
  id: string;
  label: string;
  metadata: Record<string, string>;
}

export interface PipelineDefinition {
  id: string;
  label: string;
  stages: readonly StageDefinition[];
}

const DEALS: readonly PipelineDefinition[] = [
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

function stage(id: string, label: string, probability: string): StageDefinition {
  const isClosed = String(probability === '1.0' || probability === '0.0');
  return { id, label, metadata: { isClosed, probability } };
}

/** Only deals have pipelines here. */
export const pipelinesOf = (type: ObjectType): readonly PipelineDefinition[] =>
  type === 'deals' ? DEALS : [];

export const stagesOf = (type: ObjectType): StageDefinition[] =>
  pipelinesOf(type).flatMap(({ stages }) => stages);
