const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** Every folder below test/ that holds tests is a ring, which can be run alone. */
const rings = readdirSync(join(__dirname, 'test'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** These need the database or Temporal, which are started once for all of them. */
const ringsOnServers = [
  'acceptance',
  'activities',
  'adapters',
  'allocator',
  'support',
  'workflows',
];

const servers = {
  globalSetup: '<rootDir>/test/support/set-up.ts',
  globalTeardown: '<rootDir>/test/support/tear-down.ts',
};

module.exports = {
  testTimeout: 60_000,
  maxWorkers: 2,
  projects: rings.map((ring) => ({
    displayName: ring,
    testMatch: [`<rootDir>/test/${ring}/**/*.test.ts`],
    testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/house/.samples/'],
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/house/.samples/'],
    transform: { '^.+\\.ts$': '@swc/jest' },
    ...(ringsOnServers.includes(ring) ? servers : {}),
  })),
};
