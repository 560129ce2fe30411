/** `npm run faults [-- --seed N | --only NAME | --fault NAME | --slice]`: see docs/faults.md. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './checks/set-up.mjs';

if (!setUp()) process.exit(1); // What went wrong was said by the set-up itself.
const script = join(root, 'dist/test/faults/run-faults.js');
const args = ['--disable-warning=ExperimentalWarning', script, ...process.argv.slice(2)];
spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }).on('close', (code) => {
  process.exitCode = code ?? 1;
});
