/**
 * A request the bank does not carry out, as the answer says it.
 *
 * Units: `status` is the HTTP status; `code` is stable, `message` is for people.
 */
export class BankError extends Error {
  readonly status: number;
  readonly code: string;

  constructor({ status, code, message }: { status: number; code: string; message: string }) {
    super(message);
    this.name = 'BankError';
    this.status = status;
    this.code = code;
  }
}
