/**
 * `npm run image-check`: builds the image's files without an engine and runs from them what
 * docker-compose.yml runs, with its environment: prepare, allocator, bank, worker and a command.
 * Containers' names become addresses on loopback, their volumes temporary folders.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { root, setUp } from './set-up.mjs';

if (!setUp()) process.exit(1); // What went wrong was said by the set-up itself.
const require = createRequire(import.meta.url);
const built = (path) => require(join(root, 'dist/scripts', path));
const say = (line) => console.log(line);
const { buildByHand } = require(join(root, 'dist/test/support/dockerfile.js'));
const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
const running = [];
const folder = mkdtempSync(join(tmpdir(), 'makewhole-image-'));
chmodSync(folder, 0o755); // The database's own user must be able to enter.

try {
  say('Building the files of the image by hand:');
  const image = buildByHand({ context: root, folder, say });
  say(`   user ${image.user}, ${image.entrypoint.join(' ')} ${image.command.join(' ')}`);
  const places = await startOthers();
  await finished(start('prepare', image, places));
  for (const name of ['allocator', 'bank']) {
    await firstLine(start(name, image, places));
    await healthy(places[`${name}Port`]);
  }
  await firstLine(start('worker', image, places));
  await finished(start('makewhole', image, places, ['incident', 'list']));
  say('Everything the image runs has run from its files alone.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const stop of running.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}

/** PostgreSQL with compose's owner, and Temporal as its schema job leaves it: no attributes. */
async function startOthers() {
  const postgres = await built('stack/postgres.js').startPostgres({ stateDir: join(folder, 'pg') });
  running.push(async () => {
    await postgres.stop();
    built('stack/state-dir.js').removeStateDir(join(folder, 'pg'));
  });
  const client = await built('stack/connect-database.js').connectDatabase(postgres.adminUrl);
  await client.query(`CREATE ROLE makewhole SUPERUSER LOGIN PASSWORD 'makewhole'`);
  await client.end();
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const [temporalPort, allocatorPort, bankPort] = ports;
  const { path } = await built('stack/temporal-binaries.js').findTemporal({ program: 'cli' });
  const args = ['server', 'start-dev', '--headless', '--port', String(temporalPort)];
  launch({ command: path, args: [...args, '--log-level', 'error'], name: 'temporal' });
  await listening(temporalPort);
  return { postgresPort: postgres.port, temporalPort, allocatorPort, bankPort };
}

/** A service of compose, from the image's folder. */
function start(name, image, places, words) {
  const { command, entrypoint, environment } = services[name];
  const [program, ...first] = entrypoint ?? image.entrypoint;
  const given = Object.entries(environment ?? {});
  const env = Object.fromEntries(given.map(([key, value]) => [key, here(String(value), places)]));
  if ('PORT' in env) env.PORT = String(places[`${name}Port`]);
  for (const [key, value] of Object.entries(image.env)) env[key] ??= here(value, places);
  return launch({
    ...{ name, command: program, args: [...first, ...(words ?? command)] },
    ...{ cwd: join(image.root, image.workdir), env: { PATH: process.env.PATH, ...env } },
  });
}

/** What a container's value is on this machine. */
function here(value, { postgresPort, temporalPort, allocatorPort, bankPort }) {
  const known = [
    [/\$\{\w+:-([^}]*)\}/g, '$1'],
    ['@postgres:5432', `@127.0.0.1:${postgresPort}`],
    ['temporal:7233', `127.0.0.1:${temporalPort}`],
    ['allocator:4100', `127.0.0.1:${allocatorPort}`],
    ['bank:4020', `127.0.0.1:${bankPort}`],
    ['0.0.0.0', '127.0.0.1'],
    [/^\/(var\/lib|run)\//, `${folder}/`],
  ];
  const local = known.reduce((text, [from, to]) => text.replace(from, to), value);
  if (/^\/(var\/lib|run)\//.test(value)) {
    mkdirSync(value.includes('.') ? join(local, '..') : local, { recursive: true });
  }
  return local;
}

function launch({ name, command, args, cwd = folder, env = process.env }) {
  say(`$ ${name}: ${command.split('/').at(-1)} ${args.join(' ')}`);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 2] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  running.push(async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
  });
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => say(`   ${line}`));
  return { name, lines, ended };
}

async function finished({ name, ended }) {
  const code = await ended;
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
}

/** A service says one line once it is ready. */
async function firstLine({ name, lines, ended }) {
  const over = ended.then((code) => Promise.reject(new Error(`${name} ended with ${code}`)));
  over.catch(() => undefined); // Once it is ready, its end is ours.
  await Promise.race([new Promise((resolve) => lines.once('line', resolve)), over]);
}

async function healthy(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  if (!answer.ok) throw new Error(`/healthz answered ${answer.status}`);
}

async function listening(port) {
  const { reachService } = built('stack/reach-service.js');
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const up = await reachService('TEMPORAL_ADDRESS', `tcp://127.0.0.1:${port}`).then(
      () => true,
      () => false,
    );
    if (up) return;
    await sleep(100);
  }
  throw new Error('Temporal did not start to listen');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
