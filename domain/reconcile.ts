import { compareCodePoints } from './code-points';
import { formatMinor } from './money';

/** Money out of an account, or into it: never netted. */
export type Direction = 'out' | 'in';

/** An amount on one side of one account. Units: minor units. */
export type Flow = {
  readonly direction: Direction;
  readonly account: string;
  readonly currency: string;
  readonly amount: bigint;
};

/**
 * Why owed and moved differ for now, and who looks after it: above zero what is still to move,
 * below zero what came in and is owed to nobody here.
 */
export type Parked = Flow & { readonly what: string; readonly owner: string };

/** One side of an account, or of all accounts, in decimals of its currency. */
export type Figures = {
  readonly owed: string;
  readonly booked: string;
  readonly moved: string;
  /** Owed − moved. */
  readonly difference: string;
};

/** One side of one account. */
export type AccountFigures = Figures & {
  readonly direction: Direction;
  readonly account: string;
  readonly currency: string;
};

/** Owed, booked and moved side by side; `differences` says in words what nobody has explained. */
export type Reconciliation = {
  readonly out: Readonly<Record<string, Figures>>;
  readonly in: Readonly<Record<string, Figures>>;
  readonly perAccount: readonly AccountFigures[];
  readonly parked: readonly { readonly what: string; readonly owner: string }[];
  readonly explained: boolean;
  readonly differences: readonly string[];
};

/** What the plan says, what the ledger says, what the bank says, and what waits with an owner. */
export type Sides = {
  readonly owed: readonly Flow[];
  readonly booked: readonly Flow[];
  readonly moved: readonly Flow[];
  readonly parked: readonly Parked[];
};

type Sums = { owed: bigint; booked: bigint; moved: bigint; parked: bigint };
type Row = Omit<Flow, 'amount'> & { readonly sums: Sums };

/**
 * Compares what is owed with what is booked and what has moved, per account, out and in apart.
 *
 * Order: by account, currency and direction. Ensures: explained only where booked is moved, and
 * owed − moved is what is parked with an owner, on every account by itself.
 */
export function reconcile(sides: Sides): Reconciliation {
  const rows = rowsOf(sides);
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort(compareCodePoints);
  const total = (direction: Direction) =>
    Object.fromEntries(
      currencies.map((currency) => {
        const same = rows.filter((row) => row.direction === direction && row.currency === currency);
        return [currency, figuresOf(currency, sumOf(same))];
      }),
    );
  const differences = rows.flatMap(differenceOf);
  return {
    out: total('out'),
    in: total('in'),
    perAccount: rows.map(({ sums, ...row }) => ({ ...row, ...figuresOf(row.currency, sums) })),
    parked: sides.parked.map(({ what, owner }) => ({ what, owner })),
    explained: differences.length === 0,
    differences,
  };
}

const kinds = ['owed', 'booked', 'moved', 'parked'] as const;

function rowsOf(sides: Sides): Row[] {
  const rows = new Map<string, Row>();
  for (const kind of kinds) {
    for (const { direction, account, currency, amount } of sides[kind]) {
      const name = `${account}\n${currency}\n${direction}`;
      const row = rows.get(name) ?? { direction, account, currency, sums: none() };
      row.sums[kind] += amount;
      rows.set(name, row);
    }
  }
  return [...rows].sort(([a], [b]) => compareCodePoints(a, b)).map(([, row]) => row);
}

const none = (): Sums => ({ owed: 0n, booked: 0n, moved: 0n, parked: 0n });

function sumOf(rows: readonly Row[]): Sums {
  const total = none();
  for (const { sums } of rows) for (const kind of kinds) total[kind] += sums[kind];
  return total;
}

function figuresOf(currency: string, { owed, booked, moved }: Sums): Figures {
  const text = (minor: bigint) => formatMinor(minor, currency);
  return {
    owed: text(owed),
    booked: text(booked),
    moved: text(moved),
    difference: text(owed - moved),
  };
}

function differenceOf({ direction, account, currency, sums }: Row): string[] {
  const { owed, booked, moved, parked } = sums;
  const text = (minor: bigint) => `${formatMinor(minor, currency)} ${currency}`;
  const where = direction === 'out' ? `out of ${account}` : `into ${account}`;
  const found: string[] = [];
  if (booked !== moved) {
    found.push(`${where}: ${text(booked)} is booked, the statement shows ${text(moved)}`);
  }
  if (owed - moved !== parked) {
    const waits = `${text(parked)} of it waits with an owner`;
    found.push(`${where}: ${text(owed)} is owed, ${text(moved)} has moved, ${waits}`);
  }
  return found;
}
