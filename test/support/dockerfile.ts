import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One instruction of a Dockerfile: its word, and what stands behind it. */
export type Instruction = readonly [word: string, rest: string];

/** What a stage came to, in a folder instead of an image. */
export type Stage = {
  readonly root: string;
  readonly env: Record<string, string>;
  workdir: string;
  user?: string;
  entrypoint?: string[];
  command?: string[];
};

/** The instructions of a Dockerfile, continued lines joined, comments left out. */
export function instructionsOf(text: string): Instruction[] {
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '');
  const lines = joined.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]);
}

/** Whether .dockerignore, a list of what is let through, lets a path go to the engine. */
export function isSent(path: string, ignoreText: string): boolean {
  const through = ignoreText.split('\n').filter((line) => line.startsWith('!'));
  return through.some((line) => `${path}/`.startsWith(`${line.slice(1)}/`));
}

type Building = {
  readonly context: string;
  readonly stages: Map<string, Stage>;
  readonly say: (line: string) => void;
};

/**
 * Follows a Dockerfile without an engine: its stages become folders below `folder`, in which its
 * npm and node commands run. Commands of the image's own system are named and left out.
 *
 * Ensures: it throws where a file is missing, kept back by .dockerignore, or a command fails.
 */
export function buildByHand(given: Omit<Building, 'stages'> & { folder: string }): Stage {
  const building: Building = { ...given, stages: new Map<string, Stage>() };
  let stage: Stage = { root: '', workdir: '/', env: {} };
  for (const [word, rest] of instructionsOf(textOf(given.context, 'Dockerfile'))) {
    if (word === 'FROM') {
      const root = join(given.folder, `stage-${String(building.stages.size)}`);
      stage = { root, workdir: '/', env: {} };
      building.stages.set(/ AS (\S+)$/.exec(rest)?.[1] ?? 'last', stage);
    } else follow(building, { stage, word, rest });
  }
  return stage;
}

type Step = { readonly stage: Stage; readonly word: string; readonly rest: string };

function follow(building: Building, { stage, word, rest }: Step): void {
  if (word === 'COPY') copy(building, { stage, rest });
  else if (word === 'RUN') run(building, { stage, rest });
  else if (word === 'ENV') stage.env[rest.split('=')[0] ?? ''] = rest.slice(rest.indexOf('=') + 1);
  else if (word === 'USER') stage.user = rest;
  else if (word === 'ENTRYPOINT') stage.entrypoint = JSON.parse(rest) as string[];
  else if (word === 'CMD') stage.command = JSON.parse(rest) as string[];
  else if (word === 'WORKDIR') {
    stage.workdir = rest;
    mkdirSync(join(stage.root, rest), { recursive: true });
  } else throw new Error(`expected an instruction that is known here, found ${word} ${rest}`);
}

function copy(building: Building, { stage, rest }: Omit<Step, 'word'>): void {
  const words = rest.split(' ');
  const from = /^--from=(\S+) /.exec(rest)?.[1];
  const sources = words.slice(from === undefined ? 0 : 1, -1);
  const above = from === undefined ? building.context : building.stages.get(from)?.root;
  const ignored = textOf(building.context, '.dockerignore');
  for (const source of sources) {
    if (from === undefined && !isSent(source, ignored)) {
      throw new Error(`COPY ${source}: .dockerignore keeps it from the engine`);
    }
    const found = join(above ?? '', source);
    if (above === undefined || !existsSync(found)) throw new Error(`COPY ${source}: not there`);
    const folder = join(stage.root, stage.workdir, words.at(-1) ?? '');
    const target = statSync(found).isDirectory() ? folder : join(folder, basename(source));
    cpSync(found, target, { recursive: true });
  }
}

function run({ say }: Building, { stage, rest }: Omit<Step, 'word'>): void {
  if (!/^(npm|node) /.test(rest)) {
    say(`   left out: RUN ${rest}`);
    return;
  }
  say(`   RUN ${rest}`);
  const [command = '', ...args] = rest.split(' ');
  const { status } = spawnSync(command, args, {
    cwd: join(stage.root, stage.workdir),
    env: { ...process.env, ...stage.env },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`RUN ${rest} ended with ${String(status)}`);
}

function textOf(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
