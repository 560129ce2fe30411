/** Is not in kebab-case. */ // flagged: house/names
export const spread = 1;
