import jest from 'eslint-plugin-jest';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { FLOORS, PURE } from './scripts/floors.mjs';
import { expressions } from './scripts/lint-expressions.mjs';
import { houseRules } from './scripts/lint-rooms.mjs';

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
  { files: ['src/**'], ...houseRules({ root: 'src', floors: FLOORS, pure: PURE }) },
  {
    files: ['src/**'],
    ignores: ['src/index.ts', 'src/cli.ts', 'src/library.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'process', message: 'Only a door reads the process.' }] },
  },
  {
    // Any text may come from a server: each expression takes time in proportion to its text.
    files: ['src/**'],
    plugins: { regexp, expressions },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'expressions/linear': 'error',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/protocol/url.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='URL'][property.name='canParse']",
          message: 'Use urlOf: the answer of Node.js 20 is wrong for some texts.',
        },
        {
          // A text that is known to be a URL goes by the name of one.
          selector:
            "NewExpression[callee.name='URL']:matches([arguments.length=2], [arguments.0.name=/^(text|href|address|location|target|value|line|word)s?$/], [arguments.0.property.name=/^(href|location|text)$/])",
          message: 'Use urlOf: text from outside may be no URL.',
        },
      ],
    },
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
