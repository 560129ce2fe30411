const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** Every folder below test/ that holds tests is a ring, which can be run alone. */
const rings = readdirSync(join(__dirname, 'test'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** All others share a database server and Temporal, started once for them. */
const ringsAlone = ['bank', 'domain', 'faults', 'house', 'proof', 'stack'];

const servers = {
  globalSetup: '<rootDir>/test/support/set-up.ts',
  globalTeardown: '<rootDir>/test/support/tear-down.ts',
};

/** Months of silence, half a minute of ours: `npm run silence` plays them. */
const months = process.env['MAKEWHOLE_SILENCE'] === undefined ? ['silence.test.ts'] : [];
/** A scan of a million rows whose worker and Postgres are killed: `npm run crashed-scan`. */
const crashes = process.env['MAKEWHOLE_CRASHED_SCAN'] === undefined ? ['crashed-scan.test.ts'] : [];
/** Who is let in by a server with certificates and tokens: `npm run real-cluster -- --secured`. */
const doors = process.env['MAKEWHOLE_TEST_DOOR'] === undefined ? ['secured-door.test.ts'] : [];

module.exports = {
  testTimeout: 60_000,
  maxWorkers: 2,
  projects: rings.map((ring) => ({
    displayName: ring,
    testMatch: [`<rootDir>/test/${ring}/**/*.test.ts`],
    testPathIgnorePatterns: [
      '/node_modules/',
      '<rootDir>/test/house/.samples/',
      ...months,
      ...crashes,
      ...doors,
    ],
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/house/.samples/'],
    transform: { '^.+\\.ts$': '@swc/jest' },
    // An import that waits until it is needed names a file as Node finds it: built.
    moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': ['$1.js', '$1.ts'] },
    ...(ringsAlone.includes(ring) ? {} : servers),
  })),
};
