import type { ImportColumns } from '../../contracts/import-row';

const shownMax = 60;

type Naming = {
  readonly known: ImportColumns;
  /** What has these columns, for people. */
  readonly of: string;
  readonly fault: (column: string, reason: string) => void;
};

/** Where each column stands; undefined when a name is wrong, each of which is a fault. */
export function columnsOf(
  names: readonly string[],
  { known: { required, optional }, of, fault }: Naming,
): ReadonlyMap<string, number> | undefined {
  const known = new Set([...required, ...optional]);
  const columns = new Map<string, number>();
  const faulty: string[] = [];
  const wrong = (column: string, reason: string) => {
    faulty.push(column);
    fault(column, reason);
  };
  for (const [index, name] of names.entries()) {
    const shown = name.slice(0, shownMax);
    if (!known.has(name)) wrong(shown, `unknown column; ${of} has ${[...known].join(', ')}`);
    else if (columns.has(name)) wrong(shown, 'expected each column once, found it again');
    columns.set(name, index);
  }
  for (const name of required) if (!columns.has(name)) wrong(name, 'this column is missing');
  return faulty.length === 0 ? columns : undefined;
}
