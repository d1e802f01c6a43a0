import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

/** The rooms of src/ and what each may not open: arrows point downwards only. */
const above = (rooms, message) => ({ patterns: rooms.map((room) => ({ group: [`**/${room}/**`], message })) });

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'coverage/', 'node_modules/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.mjs', 'scripts/*.mjs'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 14],
    },
  },
  {
    files: ['src/protocol/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        above(['mirror', 'hosts', 'lfs', 'report', 'action', 'cli'], 'protocol/ knows nothing of the others'),
      ],
    },
  },
  {
    files: ['src/hosts/**'],
    rules: {
      'no-restricted-imports': ['error', above(['mirror', 'report', 'action', 'cli'], 'hosts/ is below the mirror')],
    },
  },
  {
    files: ['src/lfs/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        above(['mirror', 'hosts', 'report', 'action', 'cli'], 'lfs/ knows servers and objects, and nothing of mirrors'),
      ],
    },
  },
  {
    files: ['src/mirror/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        above(['list', 'report', 'action', 'cli'], 'the mirror is below the doors'),
      ],
    },
  },
  {
    files: ['src/list/**'],
    rules: { 'no-restricted-imports': ['error', above(['report', 'action', 'cli'], 'mirrors/ is below the doors')] },
  },
  {
    files: ['src/mirror/{plan,commit-graph,outcome,results,words}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', '@actions/*', '**/log.js', '**/source.js', '**/target.js'],
              message: 'the core is pure',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/index.ts', 'src/cli.ts', 'src/library.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'process', message: 'Only a door reads the process.' }] },
  },
  {
    files: ['__tests__/**'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*'] }],
      'jest/no-standalone-expect': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
