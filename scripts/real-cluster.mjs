/**
 * `npm run real-cluster [-- COMMAND ...]`: the real Temporal server on PostgreSQL, without Docker.
 * Compiles server and schema tool once (Go, about 4 minutes), starts them on a database of their
 * own, runs the command with TEMPORAL_ADDRESS set, and removes everything. Without a command it
 * runs the acceptance test and the killed worker.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, setUp } from './checks/set-up.mjs';

const version = '1.31.2'; // That of docker-compose.yml; a test holds them together.
const stores = { temporal: 'temporal', temporal_visibility: 'visibility' };
const services = ['frontend', 'history', 'matching', 'worker'];

if (!setUp()) process.exit(1); // What went wrong was said by the set-up itself.
const require = createRequire(import.meta.url);
const built = (path) => require(join(root, 'dist/scripts', path));
const begun = Date.now();
const say = (line) => console.log(`[${((Date.now() - begun) / 1000).toFixed(1)} s] ${line}`);
const undo = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined); // Stop in order.

try {
  const programs = compiled();
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-cluster-'));
  chmodSync(folder, 0o755); // The database's own user must be able to enter.
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const database = await startDatabase(folder);
  setUpSchemas(programs.sql, database);
  const address = await startServer({ folder, programs, database });
  process.exitCode = await runCommand(address);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const step of undo.reverse()) await step();
  say('Stopped and removed.');
}

/** Server and schema tool out of the cache, or compiled into it. */
function compiled() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'makewhole', `temporal-server-${version}`);
  const programs = { server: 'cmd/server', sql: 'cmd/tools/sql' };
  for (const [name, path] of Object.entries(programs)) {
    const program = join(folder, name);
    programs[name] = program;
    if (existsSync(program)) continue;
    mkdirSync(folder, { recursive: true });
    say(`go install go.temporal.io/server/${path}@v${version}`);
    finished('go', ['install', `go.temporal.io/server/${path}@v${version}`], { GOBIN: folder });
  }
  say(`Temporal server ${version} in ${folder}`);
  return programs;
}

function finished(command, args, env = {}) {
  const stdio = ['ignore', 'ignore', 'pipe'];
  const ended = spawnSync(command, args, {
    stdio,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (ended.status === 0) return;
  const said = ended.error?.message ?? ended.stderr.trim().split('\n').slice(-5).join('\n');
  throw new Error(`${command} ${args.join(' ')}: ${said}`);
}

async function startDatabase(folder) {
  const stateDir = join(folder, 'postgres');
  const postgres = await built('stack/postgres.js').startPostgres({ stateDir });
  undo.push(async () => {
    await postgres.stop();
    built('stack/state-dir.js').removeStateDir(stateDir);
  });
  say(`PostgreSQL ${postgres.version} on port ${postgres.port}`);
  const { username, password, port } = new URL(postgres.adminUrl);
  return { user: username, password, port };
}

function setUpSchemas(sql, { user, password, port }) {
  for (const [database, schema] of Object.entries(stores)) {
    const where = { SQL_PLUGIN: 'postgres12', SQL_HOST: '127.0.0.1', SQL_PORT: port };
    const env = { ...where, SQL_USER: user, SQL_PASSWORD: password, SQL_DATABASE: database };
    finished(sql, ['create-database'], env);
    finished(sql, ['setup-schema', '--version', '0.0'], env);
    finished(sql, ['update-schema', '--schema-name', `postgresql/v12/${schema}`], env);
  }
  say('schemas of both stores set up');
}

/** Starts all four services in one process; gives the frontend's address once it is healthy. */
async function startServer({ folder, programs, database }) {
  const ports = await freePorts(services.length * 2);
  const address = `127.0.0.1:${ports[0]}`;
  const config = join(folder, 'server.yaml');
  const dynamic = join(folder, 'dynamic.yaml');
  // JSON is YAML. As in docker-compose.yml: lists are read more often than 10 times a second, and
  // floods of signals keep no workflow from its work.
  const limits = {
    'frontend.namespaceRPS.visibility': [{ value: 100 }],
    'history.maximumSignalsPerExecution': [{ value: 2000 }],
    'history.maximumBufferedEventsBatch': [{ value: 2000 }],
  };
  writeFileSync(dynamic, JSON.stringify(limits));
  writeFileSync(config, JSON.stringify(configOf({ ports, database, dynamic, address }), null, 2));
  finished(programs.server, ['validate-dynamic-config', dynamic]);
  const args = ['--config-file', config, '--allow-no-auth', 'start'];
  const log = openSync(join(folder, 'server.log'), 'a');
  const server = spawn(programs.server, args, { cwd: folder, stdio: ['ignore', log, log] });
  const ended = new Promise((resolve) => server.once('close', resolve));
  undo.push(async () => {
    server.kill('SIGTERM');
    await ended;
  });
  const { path } = await built('stack/temporal-binaries.js').findTemporal({ program: 'cli' });
  const cli = (words) => finished(path, [...words, '--address', address]);
  await until(() => {
    if (server.exitCode === null) return cli(['operator', 'cluster', 'health']);
    throw new Error(built('stack/last-lines.js').lastLines(join(folder, 'server.log')));
  });
  say(`healthy at ${address}`);
  await until(() => cli(['operator', 'namespace', 'create', '--namespace', 'default']));
  await until(() => cli(['operator', 'search-attribute', 'list', '--namespace', 'default']));
  const attributes = built('stack/parts.js').searchAttributes;
  for (const [name, type] of Object.entries(attributes)) {
    cli(['operator', 'search-attribute', 'create', '--name', name, '--type', type]);
  }
  say(`namespace default, ${Object.keys(attributes).length} search attributes`);
  return address;
}

function configOf({ ports, database, dynamic, address }) {
  const { user, password, port } = database;
  const store = (databaseName) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${port}`,
      connectProtocol: 'tcp',
      user,
      password,
      maxConns: 20,
      maxIdleConns: 20,
      maxConnLifetime: '1h',
    },
  });
  const rpc = (index) => ({
    rpc: {
      grpcPort: ports[2 * index],
      membershipPort: ports[2 * index + 1],
      bindOnLocalHost: true,
    },
  });
  const cluster = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend' };
  return {
    log: { stdout: false, level: 'error' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(services.map((name, index) => [name, rpc(index)])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: { active: { ...cluster, rpcAddress: address } },
    },
    publicClient: { hostPort: address },
    dynamicConfigClient: { filepath: dynamic, pollInterval: '10s' },
  };
}

/** Runs what was asked for; its exit code is ours. */
async function runCommand(address) {
  const words = process.argv.slice(2);
  const [command, ...args] =
    words.length > 0 ? words : ['npm', 'test', '--', 'acceptance', 'whole-stack', 'killed-worker'];
  const env = { TEMPORAL_ADDRESS: address, MAKEWHOLE_TEST_TEMPORAL_ADDRESS: address };
  say(`$ ${[command, ...args].join(' ')}`);
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 130));
  });
  say(`it ended with ${code}`);
  return code;
}

/** Tries until it works; after 30 s it throws what went wrong last. */
async function until(work) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(250);
  }
}

/** Below 32768: Temporal keeps its members' ports in a smallint. */
async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) {
    ports.add(await built('stack/free-port.js').freePort(undefined, ports));
  }
  return [...ports];
}
