/** Instants and spans in words, seen from one moment. */
export type Times = {
  /** `12:00:01 UTC`, with the date before it when that is another day. */
  instant: (iso: string) => string;
  /** `4 min ago`. */
  ago: (iso: string) => string;
  /** `12:10:00 UTC (in 6 min)`, or that it is overdue. */
  until: (iso: string) => string;
};

/** Times as seen from `now`, in UTC: whoever is called at night may sit anywhere. */
export function timesOf(now: string): Times {
  const here = Date.parse(now);
  const instant = (iso: string): string => {
    const [day = '', time = ''] = new Date(iso).toISOString().slice(0, 19).split('T');
    return day === now.slice(0, 10) ? `${time} UTC` : `${day} ${time} UTC`;
  };
  const spanTo = (iso: string) => span(Math.round(Math.abs(Date.parse(iso) - here) / 1000));
  return {
    instant,
    ago: (iso) => `${spanTo(iso)} ago`,
    until(iso) {
      const isOver = Date.parse(iso) < here;
      return `${instant(iso)} (${isOver ? `overdue by ${spanTo(iso)}` : `in ${spanTo(iso)}`})`;
    },
  };
}

const steps = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

function span(seconds: number): string {
  const [size, unit] = steps.find(([each]) => seconds >= each * 2) ?? [1, 's'];
  return `${String(Math.floor(seconds / size))} ${unit}`;
}
