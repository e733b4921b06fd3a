import { builtinModules } from 'node:module';
import js from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom: folder -> the project's folders that it may import besides itself. */
const MAY_IMPORT = {
  contracts: [],
  workflows: ['contracts'],
  'activities/hub': ['contracts', 'hub'],
  'activities/environment': ['contracts', 'activities/providers'],
  'activities/providers': ['contracts'],
  gate: ['contracts'],
  hub: ['contracts'],
  api: ['contracts', 'hub'],
  client: ['contracts'],
  cli: ['contracts', 'client'],
};

const FOLDERS = [...Object.keys(MAY_IMPORT), 'workers', 'bench', 'scripts', 'test'];

const HUB = ['./hub/**/*', './activities/hub/**/*', './api/**/*', './workflows/**/*'];
const ENVIRONMENT = ['./gate/**/*', './activities/environment/**/*', './activities/providers/**/*'];

/** A worker is the main of one program: the other's code is not in it. */
const workerZones = [
  { target: './workers/control-*.ts', from: ENVIRONMENT },
  { target: './workers/environment-*.ts', from: HUB },
];

const zones = Object.entries(MAY_IMPORT).map(([target, allowed]) => ({
  target: `./${target}`,
  from: FOLDERS.filter((folder) => folder !== target && !allowed.includes(folder)).map(
    (folder) => `./${folder}/**/*`,
  ),
  message: `${target}/ may import ${['itself', ...allowed].join(', ')} only (docs/technical-description.md).`,
}));

const NODE_GLOBALS = Object.fromEntries(
  ['process', 'console', 'URL', 'Buffer', 'setTimeout', 'clearTimeout', 'fetch'].map((name) => [
    name,
    'readonly',
  ]),
);

const PURE = ['workflows/**/*.ts', 'contracts/*.ts', 'contracts/wire/*.ts'];
const OUTSIDE = [...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'zod'];

const MAINS = [
  'cli/settings.ts',
  '*/main.ts',
  'workers/*.ts',
  'contracts/schemas/failpoint.ts',
  'scripts/**',
  'test/**',
  'bench/**',
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'client/dist/',
      'node_modules/',
      '.venv/',
      '.cache/',
      'coverage/',
      'worlds/*/state/',
      'worlds/*/environments/*/state/',
    ],
  },
  js.configs.recommended,
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: NODE_GLOBALS } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js', '.json'],
          extensionAlias: { '.js': ['.ts', '.js'] },
        }),
      ],
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An Activity's signature is async whether or not its first version waits for anything.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'import-x/no-restricted-paths': ['error', { zones: [...zones, ...workerZones] }],
      complexity: ['error', 10],
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "AssignmentExpression[operator='+='] > AwaitExpression.right",
          message: '`x += await y` reads x before it waits: what others added meanwhile is lost.',
        },
        { selector: 'TSEnumDeclaration', message: 'Use a literal union or an `as const` object.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: [...MAINS, '**/*config.ts', '**/*-config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Configuration is parsed once, at boot.' },
      ],
    },
  },
  {
    files: PURE,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: OUTSIDE.map((name) => ({
            name,
            message: 'Workflows are bundled and replayed: no Node, no zod.',
          })),
          patterns: [{ group: ['**/schemas/**'], message: 'Schemas need zod and Node.' }],
        },
      ],
    },
  },
  { files: ['api/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-return': 'off' } },
  {
    files: ['test/**/*.ts', '**/*.test.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.config.ts', '**/*.config.js'], rules: { 'no-restricted-syntax': 'off' } },
);
