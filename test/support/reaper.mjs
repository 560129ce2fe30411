// Waits until the test run that started it is over (its stdin ends then, even by kill -9), stops
// the run's database server should it still be there, and removes its folders.
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [pid, ...folders] = process.argv.slice(2);
const gone = (signal) => {
  try {
    process.kill(Number(pid), signal);
    return false;
  } catch {
    return true;
  }
};

for await (const chunk of process.stdin) void chunk;
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL']) {
  if (gone(signal)) break;
  for (let waited = 0; waited < 50 && !gone(0); waited += 1) await sleep(100);
}
for (const folder of folders) rmSync(folder, { recursive: true, force: true });
