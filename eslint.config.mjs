import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

/** Which layer may import which (README, architecture). A wrong import fails `npm run check`. */
const LAYERS = {
  shared: ['engine', 'workers', 'cli', 'main', 'preload', 'renderer'],
  engine: ['workers', 'cli', 'main', 'preload', 'renderer'],
  workers: ['cli', 'main', 'preload', 'renderer'],
  cli: ['main', 'preload', 'renderer'],
  main: ['cli', 'preload', 'renderer'],
  preload: ['engine', 'workers', 'cli', 'main', 'renderer'],
  renderer: ['engine', 'workers', 'cli', 'main', 'preload'],
};

/** Layers that run in the window's sandbox. */
const WITHOUT_NODE = ['shared', 'preload', 'renderer'];

const layerRules = Object.entries(LAYERS).map(([layer, forbidden]) => ({
  files: layer === 'renderer' ? ['renderer/**/*.{ts,svelte}'] : [`electron/${layer}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: `(^|/)(${forbidden.join('|')})/`, message: `${layer} must not import this layer (README, architecture).` },
          ...(WITHOUT_NODE.includes(layer) ? [{ regex: '^node:', message: `${layer} runs where Node is absent.` }] : []),
          ...(layer === 'main' || layer === 'preload'
            ? []
            : [{ regex: '^electron$', message: 'Electron is for main and preload.' }]),
          ...(layer === 'main'
            ? [{ regex: '/engine/', allowTypeImports: true, message: 'main uses the engine as types only.' }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'out', 'test/fixtures', 'resources'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      'svelte/no-inline-styles': ['error', { allowTransitions: true }], // The window's policy refuses style="...".
      'svelte/no-at-html-tags': 'error',
    },
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': ['error', { max: 320, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 4],
      'max-lines-per-function': ['warn', { max: 60, skipComments: true, skipBlankLines: true }],
    },
  },
  { files: ['electron/engine/**/*.ts', 'electron/shared/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['test/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
  {
    // Node types are visible here for AbortSignal only, which browsers have too.
    files: ['electron/shared/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'window', 'document', 'require'] },
  },
  ...layerRules,
);
