/** From now, which is workflow time, until an instant; negative once it has come. */
export const secondsUntil = (instant: string) => (Date.parse(instant) - Date.now()) / 1000;

/** Whether an instant is here. */
export const hasCome = (instant: string) => secondsUntil(instant) <= 0;
