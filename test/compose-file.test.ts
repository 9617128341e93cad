import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VARIABLES } from '../src/config.ts';

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
}

const file = readFileSync(resolve(import.meta.dirname, '../docker-compose.yml'), 'utf8');
const { services } = parse(file, { merge: true }) as { services: Record<string, Service> };

describe('docker-compose.yml', () => {
  it('has the topology of production, every part with a health check', () => {
    expect(Object.keys(services).sort()).toEqual(['mailpit', 'postgres', 'redis', 'web', 'worker']);
    for (const [name, service] of Object.entries(services)) expect(service.healthcheck, name).toBeDefined();
    expect(services.redis?.command).toEqual(expect.arrayContaining(['noeviction', '--appendonly', 'yes']));
  });

  it('sets only variables that the program knows, and waits for what it needs', () => {
    for (const name of ['web', 'worker']) {
      const service = services[name];
      const unknown = Object.keys(service?.environment ?? {}).filter(
        (v) => !(VARIABLES as string[]).includes(v),
      );
      expect(unknown).toEqual([]);
      expect(service?.depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
    }
    expect(services.web?.command).toEqual(['serve']);
    expect(services.worker?.command).toEqual(['worker']);
  });
});
