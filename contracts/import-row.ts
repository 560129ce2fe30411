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

/** What is wrong in a file, and where; `column` is empty where the line or file as a whole is. */
export type ImportFault = {
  readonly file: string;
  /** From 1, the line of headers; 0 for a file as a whole. */
  readonly line: number;
  readonly column: string;
  readonly reason: string;
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

/** A row of commitments.csv, checked. Units: minor units of the deal's currency. */
export type CommitmentRow = {
  readonly line: number;
  readonly dealId: string;
  readonly investorId: string;
  readonly requested: bigint;
  /** As recorded, decimal text in major units; empty for no history. */
  readonly average: string;
  readonly allocated: bigint;
};

/** A row of payment-details.csv, checked; `details` never reach the database in the clear. */
export type PaymentDetailsRow = {
  readonly line: number;
  readonly investorId: string;
  readonly verifiedOn: string | null;
  readonly details: Readonly<Record<'payee' | 'iban' | 'bic' | 'aba' | 'account', string>>;
};
