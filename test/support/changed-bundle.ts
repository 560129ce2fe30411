import { readFileSync } from 'node:fs';
import { workflowBundlePath } from './temporal';

/** One place of the built runbook, and what somebody puts there instead. */
export type Change = { readonly from: string; readonly to: string };

/**
 * The bundle that workers run, as it would be after somebody changed the runbook there.
 *
 * Ensures: throws when a text to be changed does not stand there exactly once, so that no test
 * passes because the runbook has moved on.
 */
export function changedRunbook(changes: readonly Change[]): string {
  let code = readFileSync(workflowBundlePath(), 'utf8');
  for (const { from, to } of changes) {
    if (code.split(from).length !== 2) throw new Error(`expected ${from} once in the runbook`);
    code = code.replace(from, to);
  }
  return code;
}

/** What stands in a changed runbook for `patched(id)`; the bundle knows its packages by path. */
export function patchedAs(id: string): string {
  const workflows = './node_modules/@temporalio/workflow/lib/index.js';
  return `(0, __webpack_require__('${workflows}').patched)('${id}')`;
}
