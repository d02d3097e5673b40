import { defineConfig } from 'oxlint'
import { WALLS } from './lint/walls.ts'

/** The most lines that a file may have: one idea a file. */
const LONGEST_FILE = 250

export default defineConfig({
  options: { typeAware: true },
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  rules: {
    'import/no-default-export': 'error',
    // Type imports count: what two files know of each other is a circle, whether or not it runs.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-commonjs': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'typescript/no-non-null-assertion': 'off',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/only-throw-error': 'error',
    'no-restricted-imports': 'off',
    'max-lines': ['error', { max: LONGEST_FILE }],
    'no-console': 'off',
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    // What enters is parsed by zod; past that border a narrower type is a promise already kept.
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/no-base-to-string': 'off',
    'typescript/no-unnecessary-boolean-literal-compare': 'off',
    'typescript/no-unnecessary-type-conversion': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'typescript/require-array-sort-compare': 'off',
    'typescript/consistent-return': 'off',
    'typescript/unbound-method': 'off',
    // One thing after the other is what is meant: pages, leases, batches.
    'no-await-in-loop': 'off',
    // A default that has named members as well (zod, yaml, pino) is no mistake.
    'import/no-named-as-default-member': 'off',
    // What is sorted and spread here is small, and fresh from a map or a filter.
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'oxc/no-map-spread': 'off',
    'promise/always-return': 'off',
    // A function stands where it is used; zod's and Lua's names have underscores.
    'unicorn/consistent-function-scoping': 'off',
    'no-underscore-dangle': 'off',
    // A short function may reuse a short name.
    'no-shadow': 'off',
    // Rows of a table may be spread, so that they stay rows.
    'unicorn/no-useless-spread': 'off',
    // Of a handful of words, includes says what is meant.
    'unicorn/prefer-set-has': 'off',
    // Waiting until something is so is an assertion; and a table may expect more of one row than of another.
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/require-to-throw-message': 'off',
  },
  overrides: [
    { files: ['packages/**', 'test/**'], rules: { 'no-console': 'error' } },
    { files: ['**/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    ...WALLS.map(({ files, forbid }) => ({
      files: [...files],
      rules: { 'no-restricted-imports': ['error', { patterns: [...forbid] }] as ['error', object] },
    })),
  ],
})
