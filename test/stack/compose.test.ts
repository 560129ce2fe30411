import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../workers/package-root';

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      ports: z.array(z.string()).default([]),
      depends_on: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

const text = readFileSync(join(packageRoot(), 'docker-compose.yml'), 'utf8');
const { services } = composeSchema.parse(parse(text));

describe('docker-compose.yml', () => {
  it('has PostgreSQL 18, Temporal with its schema job and UI, and Mailpit', () => {
    const images = Object.values(services).map(({ image }) => image);
    expect(images).toEqual(
      expect.arrayContaining([
        'postgres:18',
        expect.stringMatching(/^temporalio\/admin-tools:\d/),
        expect.stringMatching(/^temporalio\/server:\d/),
        expect.stringMatching(/^temporalio\/ui:\d/),
        expect.stringMatching(/^axllent\/mailpit:v\d/),
      ]),
    );
  });

  it('opens every port on 127.0.0.1 alone', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports).toHaveLength(5);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('depends on no service that it does not have', () => {
    for (const { depends_on: needs } of Object.values(services)) {
      for (const name of Object.keys(needs)) expect(Object.keys(services)).toContain(name);
    }
  });

  it('runs the server and its tools in one version of Temporal', () => {
    const versions = ['temporal', 'temporal-schema', 'temporal-namespace'].map(
      (name) => services[name]?.image.split(':')[1],
    );
    expect(new Set(versions).size).toBe(1);
  });
});
