import type { Pool } from 'pg';
import { inTerminal } from '../../scripts/command-io';
import type { StackAddresses } from '../../scripts/stack/stack-file';
import { withTemporal } from '../../scripts/temporal-client';
import { workflowIds } from '../../contracts/workflow-ids';
import { runPatiently } from './patient-people';

type Where = { addresses: StackAddresses; pool: Pool; stateDir: string };

/** Ends every workflow of each open incident, as anybody in the Temporal UI can; then resumes. */
export async function loseWorkflows({ addresses, pool, stateDir }: Where): Promise<void> {
  const open = await pool.query<{ id: string }>(
    'SELECT incident_id AS id FROM incidents WHERE closed_at IS NULL',
  );
  for (const { id } of open.rows) {
    await terminateAll(addresses, id);
    const said: string[] = [];
    const quiet = {
      out: (text: string) => void said.push(text),
      err: (text: string) => void said.push(text),
      exit: () => undefined,
    };
    const words = ['--state', stateDir, '--json', '--yes', 'incident', 'resume', id];
    const code = await inTerminal(quiet, () => runPatiently([...words, '--as', 'olga']));
    if (code !== 0 && !(await isClosed(pool, id))) {
      throw new Error(`incident resume ${id} ended with ${String(code)}: ${said.join(' ')}`);
    }
  }
}

async function terminateAll(addresses: StackAddresses, incident: string): Promise<void> {
  const { desk, freezeWatch, paging, liveCheck } = workflowIds;
  const lasting = [desk, freezeWatch, paging, liveCheck].map((idOf) => idOf(incident));
  await withTemporal(addresses, async ({ workflow }) => {
    const query = `ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '${incident}'`;
    const ids = new Set([incident, ...lasting]);
    for await (const { workflowId } of workflow.list({ query })) ids.add(workflowId);
    for (const id of ids) {
      await workflow
        .getHandle(id)
        .terminate('to see it come back')
        .catch(() => undefined); // It has not begun yet, or is over.
    }
  });
}

async function isClosed(pool: Pool, incident: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT FROM incidents WHERE incident_id = $1 AND closed_at IS NOT NULL',
    [incident],
  );
  return rowCount === 1;
}
