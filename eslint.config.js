import js from '@eslint/js';
import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'docs/api', 'docs/.vitepress/.temp', 'docs/code-context.d.ts'] },
  js.configs.recommended,
  {
    rules: {
      // What still runs may put a file into a directory that is being removed, which fails with ENOTEMPTY unless it is tried again.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.name=/^rm(Sync)?$/] > ObjectExpression:has(> Property[key.name="recursive"]):not(:has(> Property[key.name="maxRetries"]))',
          message: 'A directory is removed with maxRetries.',
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, rxjsX.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // A type that is derived from a schema gets a name.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // It wants the $ on functions that return Observables as well; spec/names.spec.ts holds our rule.
      'rxjs-x/finnish': 'off',
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    },
  },
  {
    files: ['spec/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      // An error that nobody handles fails the spec.
      'rxjs-x/no-ignored-error': 'off',
    },
  },
);
