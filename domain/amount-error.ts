/** Says that a text is no amount we can mean: what was expected, what was found. */
export class AmountError extends Error {
  readonly code = 'INPUT_INVALID';
  readonly kind = 'rejected';

  constructor(message: string) {
    super(message);
    this.name = 'AmountError';
  }
}
