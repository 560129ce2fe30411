/**
 * Who may import whom: design of the house, one row a folder. Whatever a row does not name is
 * forbidden. `folders` are imported at run time, `types` for their types only.
 */
const zodFreeContracts = 'contracts/(failures|message-limits|workflow-ids)';
const node = 'node:core';
const installed = '([.][.]/)*node_modules/';
const anyPackage = `${installed}(?!@temporalio/)`;
const packages = (...names) => names.map((name) => `${installed}(@types/)?${name}/`);

const table = {
  // luxon: days in somebody's time zone; it is given every instant, and asks no clock.
  domain: { folders: [], types: [], others: packages('decimal.js', 'luxon') },
  contracts: { folders: [], types: ['domain/'], others: packages('zod') },
  workflows: {
    folders: ['domain/', `${zodFreeContracts}[.]`],
    types: ['contracts/', 'activities/'],
    others: packages('@temporalio/workflow', '@temporalio/common'),
  },
  activities: {
    folders: ['domain/', 'contracts/', 'proof/', 'policies/', 'templates/'],
    types: [],
    others: [...packages('@temporalio/activity', '@temporalio/common', 'zod'), node],
  },
  adapters: {
    folders: ['domain/', 'contracts/', 'proof/', 'policies/', 'templates/'],
    types: ['activities/ports'],
    others: [anyPackage, node],
  },
  allocator: {
    folders: ['domain/', 'contracts/', 'proof/'],
    types: [],
    others: [anyPackage, node],
  },
  bank: { folders: ['domain/', 'contracts/'], types: [], others: [anyPackage, node] },
  proof: {
    folders: ['domain/', 'contracts/'],
    types: [],
    others: [...packages('jsonc-parser', 'zod'), 'node:crypto'],
  },
  policies: {
    folders: ['domain/', 'contracts/', 'proof/'],
    types: [],
    others: [...packages('zod'), node],
  },
  templates: { folders: ['domain/', 'contracts/'], types: [], others: [anyPackage, node] },
  scripts: {
    folders: [
      ...['contracts/', 'domain/', 'proof/', 'policies/', 'templates/', 'workers/'],
      'bank/bank-messages[.]', // The bank's wire, of which its OpenAPI document is written.
    ],
    types: ['workflows/', 'activities/ports'],
    others: [installed, node],
  },
  console: {
    folders: ['contracts/', 'domain/', 'proof/', 'templates/', 'workers/(wiring|config)[.]'],
    types: ['workflows/'],
    others: [installed, node],
  },
};

module.exports = {
  forbidden: [
    ...Object.entries(table).flatMap(([folder, row]) => [
      rowRule({ folder, allowed: [...row.folders, ...row.others], typesToo: false }),
      rowRule({ folder, allowed: [...row.folders, ...row.types, ...row.others], typesToo: true }),
      ...coreRules(folder, row.others),
    ]),
    {
      name: 'adapters-not-each-other',
      comment: 'An adapter knows one outside thing; what two share belongs to domain/.',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/[^/]+/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'zod-free-contracts',
      comment: 'Workflows use these values, and the workflow bundle stays without zod.',
      severity: 'error',
      from: { path: `^${zodFreeContracts}[.]` },
      to: { path: `^${installed}` },
    },
    {
      name: 'runbook-without-temporal',
      comment: 'The runbook reads as prose: board and steps own Temporal.',
      severity: 'error',
      from: { path: '^workflows/remediate-incident[.]ts$' },
      to: { path: `^${installed}@temporalio/` },
    },
    {
      name: 'commands-not-past-adapters',
      comment: 'Commands write no table themselves: workers/wiring gives them the adapters.',
      severity: 'error',
      from: { path: '^scripts/commands/' },
      to: { path: `^${installed}(pg|pg-copy-streams)/` },
    },
    {
      name: 'judge-shares-nothing',
      comment: 'Whoever judges a played incident works out by itself what ought to have happened.',
      severity: 'error',
      from: { path: '^test/faults/judge[^/]*[.]mjs$' },
      to: {
        pathNot: ['test/faults/judge[^/]*[.]mjs$', ...packages('pg', 'mailparser')]
          .map((path) => `^${path}`)
          .join('|'),
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'second-opinion-shares-nothing',
      comment: 'Two computations are two only while neither knows how the other is done.',
      severity: 'error',
      from: { path: '^adapters/postgres/second-opinion[^/]*[.]ts$' },
      to: { path: '^(domain|templates|policies)/' },
    },
    {
      name: 'second-opinion-arithmetic-alone',
      comment: 'What it computes with is SQL that needs nothing of ours.',
      severity: 'error',
      from: { path: '^adapters/postgres/second-opinion-sql[.]ts$' },
      to: { path: '.' },
    },
    {
      name: 'nobody-computes-by-the-second-opinion',
      comment: 'A figure of ours that came from it would agree with it.',
      severity: 'error',
      from: { pathNot: '^(adapters/postgres/second-opinion[^/]*[.]ts$|test/|bench/)' },
      to: { path: '^adapters/postgres/second-opinion-sql[.]ts$' },
    },
    {
      name: 'outsiders-share-nothing',
      comment: 'Programs that check ours from outside use nothing of ours.',
      severity: 'error',
      from: { path: '^test/outsider/[^/]*[.]mjs$' },
      to: { pathNot: '^test/outsider/[^/]*[.]mjs$', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-run-time-cycles',
      comment: 'Two files that need each other while loading are one file or three.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'must-resolve',
      comment: 'An import that leads nowhere is not checked by any other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'dev-packages-stay-in-tests',
      comment: 'Product code runs with production dependencies alone.',
      severity: 'error',
      from: { pathNot: '^(test|bench|scripts/checks)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm', 'npm-optional', 'type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|test/house/[.]samples|scripts/checks)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'import', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};

/** One row of the table; Node's own modules have rules of their own below. */
function rowRule({ folder, allowed, typesToo }) {
  return {
    name: `${folder}-may-${typesToo ? 'know' : 'run'}`,
    comment: `besides itself it ${typesToo ? 'knows' : 'runs'}: ${allowed.join(', ')}`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: {
      pathNot: [folder + '/', ...allowed].map((path) => `^${path}`).join('|'),
      dependencyTypesNot: ['core', ...(typesToo ? [] : ['type-only'])],
    },
  };
}

function coreRules(folder, others) {
  if (others.includes(node)) return [];
  const allowed = others
    .filter((other) => other.startsWith('node:'))
    .map((other) => other.slice(5));
  const pathNot = allowed.length === 0 ? {} : { pathNot: `^(node:)?(${allowed.join('|')})$` };
  return [
    {
      name: `${folder}-without-node`,
      comment: `of Node it uses: ${allowed.join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: { dependencyTypes: ['core'], ...pathNot },
    },
  ];
}
