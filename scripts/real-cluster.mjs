/**
 * `npm run real-cluster [-- [--secured] COMMAND ...]`: the real Temporal server on PostgreSQL,
 * without Docker. Compiles server and schema tool once (Go, about 4 minutes), starts them on a
 * database of their own with the environment that compose gives them, runs the command with
 * TEMPORAL_ADDRESS set, and removes everything. Without a command it runs the acceptance test.
 * `--secured` adds docker-compose.secured.yml: certificates, tokens, seals, and who is let in.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { root, setUp } from './checks/set-up.mjs';

const version = '1.31.2'; // That of docker-compose.yml; a test holds them together.
const stores = { temporal: 'temporal', temporal_visibility: 'visibility' };
const services = ['FRONTEND', 'INTERNAL_FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'];
const words = process.argv.slice(2);
const secured = words[0] === '--secured';
if (secured) words.shift();

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
  const door = secured ? await startCodec(folder) : {};
  process.exitCode = await runCommand(await startServer({ folder, programs, database, door }));
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

/** What a service of compose gets, with files where they lie here; the host sets nothing. */
function composeEnvironment(service, secrets) {
  const files = ['docker-compose.yml', ...(secured ? ['docker-compose.secured.yml'] : [])];
  const given = files.map((name) => {
    const { services: all } = parse(readFileSync(join(root, name), 'utf8'), { merge: true });
    return all[service]?.environment ?? {};
  });
  const here = (value) =>
    `${value}`.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace('/run/secrets', secrets);
  return Object.fromEntries(
    Object.entries(Object.assign({}, ...given)).map(([name, value]) => [name, here(value)]),
  );
}

/** Keys and certificates as the script makes them, and who gives Temporal the keys of tokens. */
async function startCodec(folder) {
  const secrets = join(folder, 'secrets');
  finished(process.execPath, [join(root, 'scripts/temporal-keys.mjs'), secrets]);
  const [port] = await freePorts(1);
  const env = { PATH: process.env.PATH, ...composeEnvironment('codec', secrets) };
  const cli = join(root, 'dist/scripts/cli.js');
  const args = ['--disable-warning=ExperimentalWarning', cli, 'codec-server', '--port', `${port}`];
  const command = process.execPath;
  const throwIfEnded = await startProgram({ name: 'codec', command, args, env, folder });
  await until(async () => {
    throwIfEnded();
    await built('stack/reach-service.js').reachService('codec', `tcp://127.0.0.1:${port}`);
  });
  say(`certificates and tokens in ${secrets}, the keys of tokens on port ${port}`);
  return { secrets, TEMPORAL_JWT_KEY_SOURCE1: `https://localhost:${port}/jwks.json` };
}

async function startProgram({ name, command, args, env, folder }) {
  const path = join(folder, `${name}.log`);
  const log = openSync(path, 'a');
  const program = spawn(command, args, { cwd: folder, env, stdio: ['ignore', log, log] });
  const ended = new Promise((resolve) => program.once('close', resolve));
  undo.push(async () => {
    program.kill('SIGTERM');
    await ended;
  });
  return () => {
    if (program.exitCode === null) return;
    throw new Error(`${name}: ${built('stack/last-lines.js').lastLines(path)}`);
  };
}

/** Starts all services in one process; gives the frontend's address once it is healthy. */
async function startServer({ folder, programs, database, door }) {
  const { secrets, ...keySource } = door;
  const [http, internalHttp, ...ports] = await freePorts(2 + services.length * 2);
  const address = `127.0.0.1:${ports[0]}`;
  const dynamic = join(folder, 'dynamic.yaml');
  const { configs } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'));
  writeFileSync(dynamic, configs['temporal-dynamic'].content);
  finished(programs.server, ['validate-dynamic-config', dynamic]);
  const { user, password, port } = database;
  const env = {
    PATH: process.env.PATH,
    ...composeEnvironment('temporal', secrets),
    ...{ POSTGRES_SEEDS: '127.0.0.1', DB_PORT: port, POSTGRES_USER: user, POSTGRES_PWD: password },
    ...{ BIND_ON_IP: '127.0.0.1', DYNAMIC_CONFIG_FILE_PATH: dynamic, LOG_LEVEL: 'error' },
    ...{ FRONTEND_HTTP_PORT: `${http}`, INTERNAL_FRONTEND_HTTP_PORT: `${internalHttp}` },
    ...Object.fromEntries(
      services.flatMap((name, index) => [
        [`${name}_GRPC_PORT`, `${ports[2 * index]}`],
        [`${name}_MEMBERSHIP_PORT`, `${ports[2 * index + 1]}`],
      ]),
    ),
    ...keySource,
  };
  const args = [...(secured ? [] : ['--allow-no-auth']), 'start'];
  const command = programs.server;
  const throwIfEnded = await startProgram({ name: 'server', command, args, env, folder });
  const client = { TEMPORAL_ADDRESS: address, ...(secured ? adminOf(secrets) : {}) };
  const { path } = await built('stack/temporal-binaries.js').findTemporal({ program: 'cli' });
  const cli = (line) => finished(path, line, client);
  await until(() => {
    throwIfEnded();
    cli(['operator', 'cluster', 'health']);
  });
  say(`healthy at ${address}`);
  await until(() => cli(['operator', 'namespace', 'create', '--namespace', 'default']));
  await until(() => cli(['operator', 'search-attribute', 'list', '--namespace', 'default']));
  const attributes = built('stack/parts.js').searchAttributes;
  for (const [name, type] of Object.entries(attributes)) {
    cli(['operator', 'search-attribute', 'create', '--name', name, '--type', type]);
  }
  say(`namespace default, ${Object.keys(attributes).length} search attributes`);
  const tried = secured
    ? { MAKEWHOLE_TEST_DOOR: secrets, MAKEWHOLE_TEST_INTERNAL: `127.0.0.1:${ports[2]}` }
    : {};
  return { ...client, ...tried, MAKEWHOLE_TEST_TEMPORAL_ADDRESS: address };
}

/** As who makes namespaces; tests make some of their own, on which no narrower token has a role. */
function adminOf(secrets) {
  return {
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(secrets, 'ca.pem'),
    TEMPORAL_TLS_CLIENT_CERT_PATH: join(secrets, 'admin.pem'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: join(secrets, 'admin.key.pem'),
    TEMPORAL_API_KEY: readFileSync(join(secrets, 'admin.jwt'), 'utf8').trim(),
  };
}

/** Runs what was asked for; its exit code is ours. */
async function runCommand(env) {
  const played = ['acceptance', 'whole-stack'];
  const usual = ['npm', 'test', '--', ...played];
  // Attacks are made by Temporal's own command line, which reads nothing that is sealed.
  const sealing = 'MAKEWHOLE_CODEC_KEYS="$MAKEWHOLE_TEST_DOOR/codec-keys"';
  const demo = `${sealing} ./makewhole demo --temporal "$TEMPORAL_ADDRESS"`;
  const more = `npm test -- stack secured-door ${played.join(' ')} && ${demo}`;
  const [command, ...args] = words.length > 0 ? words : secured ? ['sh', '-c', more] : usual;
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
      return await work();
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
