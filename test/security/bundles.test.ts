/** What was built: the bridge as the page gets it, one file that needs Electron alone; no code from text, nothing remote. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVENTS, REQUESTS } from '../../electron/shared/app/contract.ts';
import { DIST } from '../../scripts/build-config.ts';
import { buildIfNeeded } from '../../scripts/build.ts';

beforeAll(() => buildIfNeeded(), 120_000);

const text = (...parts: string[]): string => readFileSync(path.join(DIST, ...parts), 'utf8');

describe('preload', () => {
  interface Bridge {
    invoke(name: string, input: unknown): Promise<unknown>;
    on(name: string, listener: (value: unknown) => void): () => void;
    grantFile(file: object): Promise<unknown>;
    platform: string;
  }

  function load() {
    const sent: unknown[][] = [];
    const listeners = new Set<(event: unknown, data: unknown) => void>();
    let bridge: Bridge | undefined;
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, value: Bridge) => (bridge = name === 'oodlab' ? value : undefined) },
      ipcRenderer: {
        invoke: (...args: unknown[]) => (sent.push(args), Promise.resolve('answer')),
        on: (_channel: string, listener: never) => listeners.add(listener),
        removeListener: (_channel: string, listener: never) => listeners.delete(listener),
      },
      webUtils: { getPathForFile: ({ at }: { at: string }) => at },
    };
    const required: string[] = [];
    const require = (name: string) => (required.push(name), electron);
    vm.runInNewContext(text('preload', 'index.cjs'), { require, process: { platform: 'linux' }, Object, Promise, Error });
    return { bridge: bridge!, sent, listeners, required };
  }

  it('is one file and needs Electron alone', () => {
    expect(readdirSync(path.join(DIST, 'preload')).sort()).toEqual(['index.cjs', 'index.cjs.map']);
    expect(load().required).toEqual(['electron']);
  });

  it('shows four names, frozen', () => {
    const { bridge } = load();
    expect(Object.keys(bridge).sort()).toEqual(['grantFile', 'invoke', 'on', 'platform']);
    expect(Object.isFrozen(bridge)).toBe(true);
  });

  it('passes requests of the contract and no other', async () => {
    const { bridge, sent } = load();
    for (const name of Object.keys(REQUESTS)) await bridge.invoke(name, {});
    expect(sent.map(([channel, name]) => [channel, name])).toEqual(Object.keys(REQUESTS).map((name) => ['oodlab:request', name]));
    for (const name of ['app.secret', '__proto__', 'oodlab:drop', ''])
      await expect(bridge.invoke(name, {})).rejects.toThrow('No such request');
    expect(sent).toHaveLength(Object.keys(REQUESTS).length);
  });

  it('passes events without their event object, until they are ended', () => {
    const { bridge, listeners } = load();
    const heard: unknown[] = [];
    const ends = EVENTS.map((name) => bridge.on(name, (...values: unknown[]) => void heard.push([name, ...values])));
    for (const listener of listeners) listener({ secret: true }, { name: 'job', value: 1 });
    expect(heard).toEqual([['job', 1]]);
    for (const end of ends) end();
    expect(listeners.size).toBe(0);
    expect(() => bridge.on('did-anything', () => undefined)).toThrow('No such event');
  });

  it('grants files by the path that Electron knows, and none that has no path', async () => {
    const { bridge, sent } = load();
    expect(await bridge.grantFile({ at: '/a/b' })).toBe('answer');
    expect(sent).toEqual([['oodlab:drop', '/a/b']]);
    expect(await bridge.grantFile({ at: '' })).toBeNull();
  });
});

describe('bundles', () => {
  const assets = () => readdirSync(path.join(DIST, 'renderer', 'assets')).filter((name) => /\.(js|css)$/.test(name));

  it('of the window name neither eval nor new Function (zod keeps its own switched off, and the policy refuses it)', () => {
    for (const name of assets()) expect(text('renderer', 'assets', name).match(/new Function|[^\w.]eval\(/g), name).toBeNull();
  });

  it('of the window load nothing from elsewhere', () => {
    for (const name of assets()) {
      const addresses = text('renderer', 'assets', name).match(/\b(https?|wss?):\/\/[^\s"'`)]+/g) ?? [];
      // Names of XML name spaces and pages that Svelte's messages point to: written, never asked for.
      expect(
        addresses.filter((address) => !/^(http:\/\/www\.w3\.org\/|https:\/\/svelte\.dev\/e\/)/.test(address)),
        name,
      ).toEqual([]);
    }
  });

  it('of the window hold no inline script, style or handler', () => {
    const page = text('renderer', 'index.html');
    expect(page).not.toMatch(/<style|style=|\son\w+=|javascript:/);
    expect([...page.matchAll(/<script[^>]*>([^<]*)</g)].map(([, code]) => code.trim())).toEqual(['']);
    expect(page).toContain('http-equiv="Content-Security-Policy"');
  });

  it('of main know nothing of the development server', () => {
    expect(text('main', 'index.cjs')).not.toMatch(/localhost|unsafe-inline|DEV_SERVER/);
  });

  it('of main load neither SQLite nor ONNX Runtime', () => {
    expect(text('main', 'index.cjs')).not.toMatch(/require\("(better-sqlite3|onnxruntime-node|@cwasm)/);
  });
});
