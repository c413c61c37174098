/**
 * What is built from what: the window for Chromium, main and preload for Electron, one bundle of worker entries for Node.
 * Everything but the window is CommonJS, which Electron 25 (the trial runtime) and Electron 45 load alike.
 */
import { builtinModules } from 'node:module';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { InlineConfig, Plugin } from 'vite';
import { EVENTS, REQUESTS } from '../electron/shared/app/contract.ts';
import { CSP_META } from '../electron/shared/csp.ts';

export const ROOT = path.resolve(import.meta.dirname, '..');
export const DIST = path.join(ROOT, 'dist');

/** Loaded from node_modules at run time: native code, or files of their own beside their code. */
export const RUNTIME_PACKAGES = [
  'onnxruntime-node',
  'better-sqlite3',
  '@cwasm/jpeg-turbo',
  '@cwasm/webp',
  'pdfkit',
  '@napi-rs/canvas',
];

/** Files that become a process or a thread. Each is found beside the file that starts it: `new URL('./NAME.ts', import.meta.url)`. */
export const WORKER_ENTRIES: Readonly<Record<string, string>> = {
  core: 'electron/workers/core.ts',
  inference: 'electron/workers/inference.ts',
  cli: 'electron/cli/index.ts',
  'loader-thread': 'electron/engine/dataset/loader-thread.ts',
};

const common = { configFile: false, root: ROOT, logLevel: 'warn', clearScreen: false } as const;

export function rendererConfig(): InlineConfig {
  return {
    ...common,
    root: path.join(ROOT, 'renderer'),
    base: './',
    plugins: [classForStyle(), svelte({ configFile: false }), cspMeta()],
    build: {
      outDir: path.join(DIST, 'renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      sourcemap: true,
      assetsInlineLimit: 0, // Fonts as data: URLs would break the policy.
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
    },
  };
}

/** The command list of bits-ui writes a style into its markup, which the policy refuses; a class of ours does the same. */
function classForStyle(): Plugin {
  const STYLE = 'style="display: contents;"';
  return {
    name: 'oodlab-class-for-style',
    enforce: 'pre',
    transform: (code, id) =>
      /bits-ui\/dist\/.*\.svelte$/.test(id) && code.includes(STYLE)
        ? { code: code.replaceAll(STYLE, 'class="contents"'), map: null }
        : null,
  };
}

/** In a build only: the dev server needs the looser policy that main sends. */
function cspMeta(): Plugin {
  const tag = {
    tag: 'meta',
    injectTo: 'head-prepend',
    attrs: { 'http-equiv': 'Content-Security-Policy', content: CSP_META },
  } as const;
  return { name: 'oodlab-csp', apply: 'build', transformIndexHtml: () => [tag] };
}

/** `devServer` is where `npm run dev` serves the window from; nothing of it is left in any other build. */
export function mainConfig(devServer = ''): InlineConfig {
  const define = { DEV_SERVER: JSON.stringify(devServer) };
  return nodeConfig({ name: 'main', input: { index: 'electron/main/index.ts' }, define });
}

export function preloadConfig(): InlineConfig {
  const define = { REQUEST_NAMES: JSON.stringify(Object.keys(REQUESTS)), EVENT_NAMES: JSON.stringify(EVENTS) };
  return nodeConfig({ name: 'preload', input: { index: 'electron/preload/index.ts' }, define });
}

export function workersConfig(): InlineConfig {
  return nodeConfig({ name: 'workers', input: WORKER_ENTRIES, define: {} });
}

interface NodeBundle {
  name: string;
  input: Readonly<Record<string, string>>;
  define: Record<string, string>;
}

export function nodeConfig({ name, input, define }: NodeBundle): InlineConfig {
  const external = [...RUNTIME_PACKAGES, 'electron', ...builtinModules];
  return {
    ...common,
    define,
    plugins: [entriesBesideEachOther()],
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      outDir: path.join(DIST, name),
      emptyOutDir: true,
      target: 'node18',
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: { ...input },
        external: [...external, /^node:/],
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
      },
    },
  };
}

/** All bundles of a layer lie in one folder, so `./name.ts` beside the source becomes `./name.cjs` beside the bundle. */
function entriesBesideEachOther(): Plugin {
  return {
    name: 'oodlab-entries',
    enforce: 'pre',
    transform(code) {
      if (!code.includes('import.meta.url')) return null;
      const beside = code.replace(/new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g, (_, name: string) => {
        if (!Object.hasOwn(WORKER_ENTRIES, name)) throw new Error(`${name}.ts is started at run time: add it to WORKER_ENTRIES.`);
        return `new URL('./${name}.cjs', import.meta.url)`;
      });
      return { code: beside, map: null }; // Lines stay where they are, and so does the map.
    },
  };
}
