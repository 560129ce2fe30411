/**
 * `npm run compare-histories -- [COUNT] [--first SEED] [--deals N] [--rows N]`: made-up histories,
 * each imported, scanned and diagnosed by us and by a program that shares nothing with us.
 */
import { parseArgs } from 'node:util';
import { ImportDesk } from '../adapters/import-desk';
import setUp from '../support/set-up';
import tearDown from '../support/tear-down';
import { compareHistory } from './compare-history';
import { removeMade } from './programs';

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { first: text, deals: text, rows: text },
  });
  const [count, first] = [Number(positionals[0] ?? 100), Number(values.first ?? 1)];
  const size = (['deals', 'rows'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const totals = { histories: 0, deals: 0, commitments: 0, lines: 0, differences: 0 };
  let misdiagnosed = 0;
  const desk = await ImportDesk.open();
  for (let seed = first; seed < first + count; seed += 1) {
    const clean = seed % 10 === 0 ? ['--clean'] : [];
    const compared = await compareHistory(desk, { seed, flags: [...size, ...clean] });
    totals.histories += 1;
    totals.deals += compared.deals;
    totals.commitments += compared.commitments;
    totals.lines += compared.lines;
    totals.differences += compared.differences.length;
    misdiagnosed += compared.misdiagnosed.length;
    const faults = [...compared.differences, ...compared.misdiagnosed].slice(0, 10);
    for (const fault of faults) process.stderr.write(`seed ${String(seed)}: ${fault}\n`);
    removeMade();
  }
  await desk.close();
  process.stdout.write(`${JSON.stringify({ ...totals, misdiagnosed })}\n`);
  return totals.differences + misdiagnosed === 0 ? 0 : 1;
}

void (async () => {
  await setUp();
  try {
    process.exitCode = await main();
  } finally {
    await tearDown();
  }
})();
