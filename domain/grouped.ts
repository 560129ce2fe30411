/** A decimal text as people read it, with a comma between its thousands: `10,632.78`. */
export function grouped(amount: string): string {
  const [whole = '', decimals] = amount.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? thousands : `${thousands}.${decimals}`;
}
