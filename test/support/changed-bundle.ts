import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { packageRoot } from '../../workers/package-root';

const quiet = () => undefined;
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

/** One place of the built runbook, and what somebody puts there instead. */
export type Change = { readonly from: string; readonly to: string };

/**
 * The workflows as they would be after somebody changed `workflows/remediate-incident.ts`, bundled
 * as for a worker.
 *
 * Ensures: throws when a text to be changed does not stand there exactly once, so that no test
 * passes because the runbook has moved on.
 */
export async function changedRunbook(changes: readonly Change[]): Promise<string> {
  const dist = join(packageRoot(), 'dist');
  // Inside the package, so that it finds the same packages.
  const copy = mkdtempSync(join(dist, 'changed-'));
  try {
    for (const folder of ['workflows', 'domain', 'contracts']) {
      cpSync(join(dist, folder), join(copy, folder), { recursive: true });
    }
    const path = join(copy, 'workflows/remediate-incident.js');
    let code = readFileSync(path, 'utf8');
    for (const { from, to } of changes) {
      if (code.split(from).length !== 2) throw new Error(`expected ${from} once in the runbook`);
      code = code.replace(from, to);
    }
    writeFileSync(path, code);
    const workflowsPath = join(copy, 'workflows/index.js');
    return (await bundleWorkflowCode({ workflowsPath, logger: silent })).code;
  } finally {
    rmSync(copy, { recursive: true });
  }
}
