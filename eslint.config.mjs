import tseslint from 'typescript-eslint';

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only config.ts reads the environment; take what you need from its Config.',
};

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      '.haru/',
      'coverage/',
      '**/*.js',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.mts',
      'packages/client/schema.d.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => emit(x)` reads well where nothing is returned.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Express and signal handlers await inside and answer for their own failures.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      'no-restricted-properties': ['error', ENVIRONMENT],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^(node:)?process$/]',
          message: ENVIRONMENT.message,
        },
      ],
      // A type parameter may stand for what the caller expects back.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Temporal types an update without an answer as void among others.
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: 'error',
      // Compiled code lies elsewhere.
      'no-restricted-globals': ['error', { name: '__dirname', message: 'Paths begin at ROOT (root.ts).' }],
    },
  },
  { files: ['root.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['config.ts', '{engine,tools,demo,drill,scripts}/**', 'tests/**', 'bench/**', '**/*.test.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.test.ts', 'tests/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Tests read answers as they come over the wire; expect() is what checks them.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Steps are asynchronous by their type; those in memory have nothing to wait for.
    files: ['tests/sagas/memory/**'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
);
