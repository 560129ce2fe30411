import { dealFactColumns, investorFactColumns } from './allocation-wire';

/** What must stand in a file's first line, and what may. */
export type ImportColumns = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
};

/**
 * The files of an import by name; every one but the last must be there.
 *
 * Order: as they are read.
 */
export const importFiles = {
  'deals.csv': {
    required: [
      'deal_id',
      'name',
      'company',
      'closed_on',
      'currency',
      'allocation',
      'rule_version',
      'stage',
      'policy',
      'agreement_on',
      'error_clause',
      'mark',
    ],
    optional: dealFactColumns,
  },
  'investors.csv': {
    required: [
      'investor_id',
      'name',
      'email',
      'locale',
      'class',
      'status',
      'history_total',
      'history_count',
      'history_currency',
    ],
    optional: investorFactColumns,
  },
  'commitments.csv': {
    required: ['deal_id', 'investor_id', 'requested', 'average', 'allocated'],
    optional: [],
  },
  'payment-details.csv': {
    required: ['investor_id', 'payee', 'iban', 'bic', 'aba', 'account', 'verified_on'],
    optional: [],
  },
} as const satisfies Record<string, ImportColumns>;

/** A file of an import. */
export type ImportFile = keyof typeof importFiles;

/** The one file that may be missing. */
export const optionalFile: ImportFile = 'payment-details.csv';

/** The same table as a view of a platform's own database; names have no dash there. */
export function viewOf(file: ImportFile): string {
  return file.replace('.csv', '').replace('-', '_');
}

const dates = ['closed_on', 'agreement_on', 'mark_on', 'first_sale_on', 'verified_on'];
const counts = ['history_count', 'holders', 'holders_cap', 'non_accredited'];
const amounts = ['allocation', 'history_total', 'requested', 'average', 'allocated'];

/** Facts that are decimal numbers without a currency of their own. */
export const decimalFacts = [
  'mark',
  'min_ticket',
  'max_per_investor',
  'transfers_past_year_share',
] as const;

/** What stands in a column, whichever file it is of. */
export function columnKind(column: string): 'text' | 'date' | 'number' {
  if (dates.includes(column)) return 'date';
  return [...counts, ...amounts, ...decimalFacts].includes(column) ? 'number' : 'text';
}

/** What tells the rows of a file apart. */
export const keyColumns: Readonly<Record<ImportFile, readonly string[]>> = {
  'deals.csv': ['deal_id'],
  'investors.csv': ['investor_id'],
  'commitments.csv': ['deal_id', 'investor_id'],
  'payment-details.csv': ['investor_id'],
};

/** What is wrong in a file, and where; `column` is empty where the line or file as a whole is. */
export type ImportFault = {
  /** The file, or the view as `schema.name`. */
  readonly file: string;
  /**
   * Of a file: from 1, the line of headers. Of a view: the row, from 1, as they were read. 0 for
   * either as a whole.
   */
  readonly line: number;
  readonly column: string;
  readonly reason: string;
  /** Of a row of a view, which has no line to go to: what it is found by, `deal_id "D7"`. */
  readonly key?: string;
};

/** A row of deals.csv, checked. Units: minor units of its currency. */
export type DealRow = {
  readonly line: number;
  readonly dealId: string;
  readonly name: string;
  readonly company: string;
  readonly closedOn: string;
  readonly currency: string;
  readonly allocation: bigint;
  readonly ruleVersion: string;
  /** Everything else that is not empty, by column. */
  readonly facts: Readonly<Record<string, string>>;
};

/** A row of investors.csv, checked. Units: minor units of the history's currency. */
export type InvestorRow = {
  readonly line: number;
  readonly investorId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly history: {
    readonly total: bigint;
    readonly count: number;
    readonly currency: string;
  } | null;
  readonly facts: Readonly<Record<string, string>>;
};

/**
 * A row of commitments.csv, checked. Units: minor units of the deal's currency, as text: there are
 * a million of them, which are written down but never computed with.
 */
export type CommitmentRow = {
  readonly line: number;
  readonly dealId: string;
  readonly investorId: string;
  readonly requested: string;
  /** As recorded, decimal text in major units; empty for no history. */
  readonly average: string;
  readonly allocated: string;
};

/** A row of payment-details.csv, checked; `details` never reach the database in the clear. */
export type PaymentDetailsRow = {
  readonly line: number;
  readonly investorId: string;
  readonly verifiedOn: string | null;
  readonly details: Readonly<Record<'payee' | 'iban' | 'bic' | 'aba' | 'account', string>>;
};
