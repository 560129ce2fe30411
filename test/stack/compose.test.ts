import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { addressesFromEnv, readStack } from '../../scripts/stack/read-stack';
import { emptyStackFile, writeStackFile } from '../../scripts/stack/stack-file';
import { readConfig } from '../../workers/config';
import { packageRoot } from '../../workers/package-root';
import { instructionsOf, isSent } from '../support/dockerfile';
import { removeTempFolders, tempFolder } from './temp-folder';

const words = z.union([z.string(), z.array(z.string())]);
const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  init: z.boolean().optional(),
  security_opt: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  entrypoint: words.optional(),
  command: words.optional(),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  ports: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.int(),
    })
    .optional(),
});
const compose = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
});

const read = (path: string) => readFileSync(join(packageRoot(), path), 'utf8');
const { services, volumes, configs } = compose.parse(
  parse(read('docker-compose.yml'), { merge: true }),
);
const dockerfile = instructionsOf(read('Dockerfile'));
const { version } = JSON.parse(read('package.json')) as { version: string };

/** A service's environment as its program gets it when nothing is set on the host. */
function environmentOf(name: string): Record<string, string> {
  const given = Object.entries(services[name]?.environment ?? {});
  return Object.fromEntries(
    given.map(([key, value]) => [key, String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  );
}

/** Where the program of a service of ours reads its environment. */
const readers: Record<string, readonly string[]> = {
  prepare: ['scripts/stack/read-stack.ts', 'scripts/stack/prepare-services.ts'],
  worker: ['workers/config.ts'],
  allocator: ['allocator/server.ts'],
  bank: ['bank/server.ts'],
  makewhole: ['scripts/stack/read-stack.ts'],
};
const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);

afterAll(removeTempFolders);

describe('docker-compose.yml', () => {
  it('has PostgreSQL, Temporal with schema job and UI, Mailpit, and 5 services of ours', () => {
    const images = Object.values(services).map(({ image }) => image.split(':')[0]);
    expect(images).toEqual(
      expect.arrayContaining(['postgres', 'temporalio/admin-tools', 'temporalio/server']),
    );
    expect(images).toEqual(expect.arrayContaining(['temporalio/ui', 'axllent/mailpit']));
    expect(ours.map(([name]) => name).sort()).toEqual(Object.keys(readers).sort());
  });

  it('names every image by a whole version, ours by 1 image of this very version', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
    for (const [, { image }] of ours) expect(image).toBe(`makewhole:${version}`);
  });

  it('runs the server and its tools in one version of Temporal', () => {
    const names = ['temporal', 'temporal-schema', 'temporal-namespace'];
    expect(new Set(names.map((name) => services[name]?.image.split(':')[1])).size).toBe(1);
  });

  it('opens every one of its 7 ports on 127.0.0.1 alone', () => {
    const ports = Object.values(services).flatMap((each) => each.ports);
    expect(ports).toHaveLength(7);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('waits for health only where there is a check, names no volume or config it has not', () => {
    for (const { depends_on: needs, volumes: mounts, configs: files } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs)) {
        expect(Object.keys(services)).toContain(name);
        // Mailpit's own image brings its check.
        if (condition !== 'service_healthy' || name === 'mailpit') continue;
        expect(services[name]?.healthcheck).toBeDefined();
      }
      for (const mount of mounts) expect(Object.keys(volumes)).toContain(mount.split(':')[0]);
      for (const { source } of files) expect(Object.keys(configs)).toContain(source);
    }
  });

  it('sets no variable that the program of the service does not read', () => {
    for (const [name, files] of Object.entries(readers)) {
      const text = files.map(read).join('\n');
      const known = new Set(text.match(/\b[A-Z][A-Z_]+\b/g));
      const unread = Object.keys(environmentOf(name)).filter((key) => !known.has(key));
      expect([name, unread]).toEqual([name, []]);
    }
  });

  it('gives worker and commands all they need: no variable missing, no stack on the folder', () => {
    const config = readConfig(environmentOf('worker'));
    expect(config.databaseUrl).toContain('//makewhole_app:');
    const stateDir = tempFolder('commands');
    writeStackFile(stateDir, emptyStackFile); // As down as one where nothing ever ran.
    const stack = readStack(stateDir, environmentOf('makewhole'));
    expect(stack.instanceKeyPath).toBe(config.instanceKeyPath);
    expect(stack).toMatchObject({ allocatorUrl: config.allocatorUrl, bankUrl: config.bankUrl });
    expect(addressesFromEnv(environmentOf('prepare')).databaseUrl).toContain(config.databaseUrl);
  });

  it('keeps keys from allocator and bank: they see the public half at most', () => {
    for (const name of ['allocator', 'bank']) {
      expect(services[name]?.volumes.map((mount) => mount.split(':')[0])).not.toContain('state');
    }
    const { MAKEWHOLE_INSTANCE_PUBLIC_KEY: copied } = environmentOf('prepare');
    expect(environmentOf('allocator')).toMatchObject({ MAKEWHOLE_INSTANCE_PUBLIC_KEY: copied });
  });
});

describe('the Dockerfile', () => {
  it('copies nothing that is missing or that .dockerignore keeps from the engine', () => {
    const copied = dockerfile.filter(([word, rest]) => word === 'COPY' && !rest.startsWith('--'));
    const paths = copied.flatMap(([, rest]) => rest.split(' ').slice(0, -1));
    expect(paths.length).toBeGreaterThan(15);
    for (const path of paths) {
      expect([path, existsSync(join(packageRoot(), path))]).toEqual([path, true]);
      expect([path, isSent(path, read('.dockerignore'))]).toEqual([path, true]);
    }
    for (const secret of ['.makewhole', '.git', 'node_modules', 'test']) {
      expect(isSent(secret, read('.dockerignore'))).toBe(false);
    }
  });

  it('has the source of every program that a service runs', () => {
    const commands = ours.map(([, { entrypoint, command }]) => [entrypoint, command].flat());
    const programs = commands.flat().filter((each) => each?.startsWith('dist/'));
    expect(programs).toHaveLength(5);
    for (const program of programs) {
      const source = program?.replace('dist/', '').replace(/js$/, 'ts') ?? '';
      expect([source, existsSync(join(packageRoot(), source))]).toEqual([source, true]);
    }
  });

  it('ends as a user who is not root, and 1 of its 2 installs is without tools', () => {
    expect(dockerfile.filter(([word]) => word === 'USER')).toEqual([['USER', 'node']]);
    const installs = dockerfile.filter(([, rest]) => rest.startsWith('npm ci'));
    expect(installs.filter(([, rest]) => rest.includes('--omit=dev'))).toHaveLength(1);
    const bases = dockerfile.filter(([word]) => word === 'FROM').map(([, rest]) => rest);
    for (const base of bases) expect(base).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim( AS \w+)?$/);
  });
});
