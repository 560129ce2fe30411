import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './scripts/checks/eslint-rules/plugin.mjs';

const nodeModules = [...builtinModules, 'node:*'];

const moneyFolders =
  'domain activities adapters workflows contracts allocator bank proof templates';

/** What every file keeps to, wherever it stands. */
const everywhere = [
  {
    selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
    message: 'No barrels: import from the file that declares it.',
  },
  {
    selector: ':matches(FunctionDeclaration, TSEmptyBodyFunctionExpression)[params.length>2]',
    message: 'Beyond two parameters, one named object.',
  },
  {
    selector: 'MethodDefinition > FunctionExpression[params.length>2]',
    message: 'Beyond two parameters, one named object.',
  },
  {
    selector: 'VariableDeclarator > ArrowFunctionExpression[params.length>2]',
    message: 'Beyond two parameters, one named object.',
  },
  {
    selector: 'MemberExpression[object.property.name="coerce"][property.name="boolean"]',
    message: "z.coerce.boolean() takes 'false' for true: use z.stringbool().",
  },
];

/** What would make a replay, or another machine, see something else. */
const placeDependent = [
  {
    selector: 'CallExpression[callee.property.name=/^toLocale/]',
    message: 'The machine’s language decides what this prints: format it in templates/.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(get|set)(FullYear|Month|Date|Day|Hours)$/]',
    message: 'The machine’s time zone decides what this answers: use the UTC variant.',
  },
];

const impureGlobals = [
  ['process', 'what comes from the environment is passed in by workers/config'],
  ['fetch', 'only adapters talk to the world'],
  ['performance', 'a clock of the machine differs at replay'],
  ['crypto', 'randomness differs at replay'],
  ['Buffer', 'Node only: proof/ and adapters/ encode bytes'],
  ['require', 'write an import, which the checks can see'],
  ['console', 'it prints again at replay: use the log of @temporalio/workflow'],
  ['Intl', 'the machine’s language decides what this prints'],
  ['setInterval', 'nothing repeats but a durable timer'],
  ['setTimeout', 'a timer people can read has a summary: use condition or sleep'],
  ['setImmediate', 'order must come from the history'],
  ['queueMicrotask', 'order must come from the history'],
  ['WeakRef', 'garbage collection differs at replay'],
  ['FinalizationRegistry', 'garbage collection differs at replay'],
].map(([name, message]) => ({ name, message }));

const noRandom = {
  object: 'Math',
  property: 'random',
  message: 'Randomness differs at replay: take an id or a seed as an argument, or uuid4().',
};

const noWallClock = {
  property: 'unsafe',
  message: 'workflowInfo().unsafe is the machine’s clock: Date.now() is the workflow’s own.',
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'node_modules/', '.makewhole/', 'test/house/.samples/']),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { house },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off', // Types for values, both are read.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off', // A port answers with a promise, also from memory.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'max-lines': ['error', 300],
      'no-restricted-syntax': ['error', ...everywhere],
      'house/doc-sentence': 'error',
      'house/function-size': 'error',
      'house/names': 'error',
    },
  },
  {
    files: moneyFolders.split(' ').map((folder) => `${folder}/**/*.ts`),
    ignores: ['domain/money.ts'],
    rules: { 'house/exact-money': 'error' },
  },
  {
    files: ['workflows/**/*.ts', 'domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': ['error', noRandom, noWallClock],
      'no-restricted-syntax': ['error', ...everywhere, ...placeDependent],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: nodeModules.map((name) => ({ name, message: 'Node does not exist in here.' })),
          patterns: [
            { group: ['node:*'], message: 'Node does not exist in here.' },
            {
              regex: '(^|/)(adapters|workers|scripts|bank|allocator|test)(/|$)',
              message: 'The runbook orders; only activities touch the world.',
            },
            {
              regex: '(^|/)activities(/|$)',
              allowTypeImports: true,
              message: 'Import the types of activities only, and call them through a proxy.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['domain/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...impureGlobals,
        { name: 'Date', message: 'The domain has no clock: dates are ISO strings passed in.' },
      ],
    },
  },
  {
    files: ['activities/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only workers/config reads the environment.',
        },
      ],
    },
  },
  {
    // The two index files that Temporal needs, since it takes one module of each kind.
    files: ['workflows/index.ts', 'activities/index.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere.slice(1)] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', 400],
      'house/unique-titles': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off', // A test that meets nothing goes red.
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    plugins: { house },
    languageOptions: { globals: {}, sourceType: 'module' },
    rules: { 'max-lines': ['error', 300], 'house/function-size': 'error', 'house/names': 'error' },
  },
  // Handed on as the one file it is, to whoever has nothing else of ours.
  { files: ['verify.mjs'], rules: { 'max-lines': ['error', 1800] } },
  { files: ['**/*.{js,cjs}'], languageOptions: { sourceType: 'commonjs' } },
);
