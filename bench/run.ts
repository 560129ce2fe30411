import { availableParallelism, cpus, totalmem } from 'node:os';
import { Command } from 'commander';
import { textTable } from '../scripts/text-table';
import type { Figure } from './alternate';

/** What a benchmark is: given the size asked for, it answers figures. */
export type Benchmark = (size: number | undefined) => Promise<readonly Figure[]>;

/** Every benchmark by name; each file is loaded only when it is run. */
const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  kernel: async () => (await import('./kernel.js')).benchKernel,
  decisions: async () => (await import('./decisions.js')).benchDecisions,
  impact: async () => (await import('./impact.js')).benchImpact,
};

const names = Object.keys(benchmarks).join(', ');

const program = new Command('bench')
  .description('measures ours beside a baseline, in turns, in one run')
  .argument('<name>', `one of: ${names}`)
  .option('--n <number>', 'size, where the benchmark has one')
  .option('--json', 'one JSON document')
  .addHelpText('after', '\nExample:\n  npm run bench -- kernel --json')
  .action(async (name: string, { n, json }: { n?: string; json?: true }) => {
    const load = benchmarks[name];
    const size = n === undefined ? undefined : Number(n);
    if (load === undefined || (size !== undefined && !(Number.isSafeInteger(size) && size > 0))) {
      const wrong =
        load === undefined ? `a benchmark (${names}), found ${name}` : `a count for --n`;
      process.stderr.write(`expected ${wrong}\n`);
      process.exitCode = 2;
      return;
    }
    const figures = await (await load())(size);
    const report = { name, machine: machineText(), figures };
    process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : asText(report));
  });

void program.parseAsync();

function machineText(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return `${model}, ${availableParallelism()} cores, ${memory} GB, Node ${process.versions.node}`;
}

function asText({ machine, figures }: { machine: string; figures: readonly Figure[] }): string {
  const rows = figures.map(({ what, ours, baseline, unit, ratio, goal, met }) => [
    what,
    String(ours),
    String(baseline),
    unit,
    `${ratio}×`,
    goal === null ? '-' : `≤ ${goal}×: ${met === true ? 'met' : 'missed'}`,
  ]);
  return `${machine}\n${textTable(['', 'ours', 'baseline', 'unit', 'ratio', 'goal'], rows)}\n`;
}
