/** A decimal text with a comma between its thousands. */
export function grouped(amount: string): string {
  const [whole = '', decimals] = amount.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? thousands : `${thousands}.${decimals}`;
}
