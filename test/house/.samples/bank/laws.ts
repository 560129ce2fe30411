// flagged in this file: imports/dev-packages-stay-in-tests
import fc from 'fast-check';

/** Product code that needs a package of the tests. */
export const coin = fc.boolean();
