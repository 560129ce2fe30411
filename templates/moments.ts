const months = [
  ...(['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'] as const),
  ...(['September', 'October', 'November', 'December'] as const),
];

/** A day as people write it: `21 November 2026`; what is no day stays as it is. */
export const dayText = (day: string): string => written(day, (month) => month);

/** A text with the days in it as people write them. */
export const withDayTexts = (text: string): string => text.replace(/\b\d{4}-\d\d-\d\d\b/g, dayText);

/** A day in a table: `21 Nov 2026`. */
export const shortDay = (day: string): string => written(day, (month) => month.slice(0, 3));

/** An instant to the minute: `21 November 2026, 20:16 UTC`; people may read it anywhere. */
export function momentText(instant: string): string {
  const iso = new Date(instant).toISOString();
  return `${dayText(iso.slice(0, 10))}, ${iso.slice(11, 16)} UTC`;
}

/** An instant in a table: `21 Nov 2026, 20:16 UTC`. */
export function shortMoment(instant: string): string {
  const iso = new Date(instant).toISOString();
  return `${shortDay(iso.slice(0, 10))}, ${iso.slice(11, 16)} UTC`;
}

function written(day: string, nameOf: (month: string) => string): string {
  const [, year = '', month = '', date = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  const name = months.find((_, place) => `${place + 1}`.padStart(2, '0') === month);
  return name === undefined ? day : `${date.replace(/^0/, '')} ${nameOf(name)} ${year}`;
}
