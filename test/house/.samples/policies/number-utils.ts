/** Is not named for what it is. */ // flagged: house/names
export const rounding = 1;
