/** Books a payment. */
export const book = (settled: boolean): string => (settled ? 'booked' : 'open');
