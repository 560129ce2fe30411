/**
 * Looks at what a played incident has left in the world and says what is wrong with it. It shares
 * no code with the product: what ought to have happened it works out by itself, from the plan's
 * lines and the signatures on them; what did happen it reads from the bank's journal, the register,
 * the inbox and the tables.
 *
 *   node test/faults/judge.mjs --state DIR [--keep FILE]   judges a running stack
 *   node test/faults/judge.mjs --kept FILE...              judges again what was kept
 *
 * One JSON line each on stdout; a row of a table and the findings on stderr. Exit 0: every figure
 * is zero; 1: one is not; 2: it could not look.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { approvalsOf, approvedLines } from './judge-approvals.mjs';
import { judgeEvidence } from './judge-evidence.mjs';
import { judgeLedger } from './judge-ledger.mjs';
import { judgeLetters, unknownLetters } from './judge-letters.mjs';
import { judgeMoney } from './judge-money.mjs';
import { asKept, readState } from './judge-read.mjs';
import { judgeUnits } from './judge-units.mjs';

const figureNames = ['lost', 'doubled', 'untrue', 'unbalanced', 'orphaned', 'unexplained'];

function judge(state) {
  const approvals = approvalsOf(state);
  const lines = approvedLines(state, approvals);
  const findings = [
    ...judgeMoney(state, lines),
    ...judgeUnits(state, lines),
    ...judgeLedger(state),
    ...judgeLetters(state, { approvals, lines }),
    ...judgeEvidence(state, { approvals, lines }),
  ];
  const count = (figure) => findings.filter((each) => each.figure === figure).length;
  const figures = Object.fromEntries(figureNames.map((name) => [name, count(name)]));
  return { figures, unknown: unknownLetters(state), approvedLines: lines.length, findings };
}

function show({ figures, unknown, findings }) {
  const names = [...figureNames, 'unknown letters'];
  const values = [...Object.values(figures), unknown.length];
  const row = values.map((value, index) => String(value).padStart(names[index].length));
  const said = findings.map(({ figure, what }) => `${figure}: ${what}`);
  process.stderr.write(`${[names.join(' | '), row.join(' | '), ...said].join('\n')}\n`);
}

async function main() {
  const options = {
    state: { type: 'string' },
    keep: { type: 'string' },
    kept: { type: 'string', multiple: true, default: [] },
  };
  const { values } = parseArgs({ options });
  const states = values.kept.map((path) => JSON.parse(readFileSync(path, 'utf8')));
  if (values.state !== undefined) states.push(await readState(values.state));
  if (states.length === 0) throw new Error('give --state DIR or --kept FILE');
  if (values.keep !== undefined) writeFileSync(values.keep, asKept(states.at(-1)));
  const verdicts = states.map(judge);
  for (const verdict of verdicts) {
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
    show(verdict);
  }
  const isClean = ({ figures }) => Object.values(figures).every((figure) => figure === 0);
  return verdicts.every(isClean) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`the judge could not look: ${error.stack}\n`);
    process.exitCode = 2;
  },
);
