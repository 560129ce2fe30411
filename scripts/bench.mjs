/** `npm run bench -- NAME [--n N] [--json]`: see docs/benchmarks.md. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './checks/set-up.mjs';

if (!setUp()) process.exit(1); // What went wrong was said by the set-up itself.
const args = ['--expose-gc', join(root, 'dist/bench/run.js'), ...process.argv.slice(2)];
spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }).on('close', (code) => {
  process.exitCode = code ?? 1;
});
