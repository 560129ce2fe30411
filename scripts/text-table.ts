import Table from 'cli-table3';

/** A table for people as plain text: ruled lines, no colours, so it reads the same in a file. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: [...head], style });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
