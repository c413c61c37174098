/** The shell in the real Electron: what the page can and cannot do, single instance, guards, settings, a clean end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CSP } from '../../electron/shared/csp.ts';
import { type Application, launch, ROOT } from './helpers/launch.ts';

let app: Application;
const userData = mkdtempSync(path.join(tmpdir(), 'oodlab-shell-'));
beforeAll(async () => {
  app = await launch({ userData });
  await app.watchLoop();
});
afterAll(() => rmSync(userData, { recursive: true, force: true }));

describe('the page', () => {
  it('has the bridge and nothing of Node or Electron', async () => {
    const seen = await app.page.evaluate(() => {
      const { oodlab } = window as never as { oodlab: object };
      return {
        address: location.href.split('#')[0],
        bridge: Object.keys(oodlab).sort(),
        frozen: Object.isFrozen(oodlab),
        node: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis),
      };
    });
    expect(seen).toEqual({
      address: 'app://main/index.html',
      bridge: ['grantFile', 'invoke', 'on', 'platform'],
      frozen: true,
      node: [],
    });
  });

  it('is served with the policy, and files outside the root are not served', async () => {
    const answers = await app.page.evaluate(async () => {
      const get = async (address: string) => {
        try {
          const response = await fetch(address);
          return { status: response.status, policy: response.headers.get('content-security-policy') };
        } catch {
          return { status: 0, policy: null };
        }
      };
      const addresses = ['app://main/index.html', 'app://main/%2e%2e/main/index.cjs', 'app://main/..%2fmain%2findex.cjs'];
      return Promise.all([...addresses, 'app://other/index.html', 'file:///etc/passwd', 'https://example.org/'].map(get));
    });
    expect(answers[0]).toEqual({ status: 200, policy: CSP });
    expect(answers.slice(1, 3).map(({ status }) => status)).not.toContain(200);
    // connect-src: the page cannot even ask.
    expect(answers.slice(3)).toEqual(Array(3).fill({ status: 0, policy: null }));
  });

  it('cannot make code from text, leave, open a window or get a permission', async () => {
    const before = app.page.url();
    const refused = await app.page.evaluate(async () => {
      const attempt = (action: () => unknown) => {
        try {
          return action();
        } catch (error) {
          return (error as Error).name;
        }
      };
      // Code that a debugger evaluates may use eval; a timer of the page may not.
      await new Promise((resolve) => setTimeout(resolve, 0));
      return {
        eval: attempt(() => (0, eval)('1 + 1')),
        markup: attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
        open: attempt(() => window.open('https://example.org/')),
        notices: await Notification.requestPermission(),
      };
    });
    expect(refused).toEqual({ eval: 'EvalError', markup: 'TypeError', open: null, notices: 'denied' });
    await app.page.evaluate(() => {
      location.href = 'https://example.org/';
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(app.page.url()).toBe(before);
    expect(app.electron.windows()).toHaveLength(1);
  });

  it('gets refusals as data: unknown request, bad input, path that was not granted', async () => {
    await expect(app.page.evaluate(() => (window as never as Any).oodlab.invoke('app.secret', {}))).rejects.toThrow(
      'No such request',
    );
    expect(await app.invoke('app.settings', { theme: 'pink' } as never)).toMatchObject({ ok: false, error: { code: 'E_INPUT' } });
    expect(await app.invoke('app.open', { grant: 'made-up' })).toMatchObject({ ok: false, error: { code: 'E_NOT_GRANTED' } });
    expect(await app.invoke('app.recents.open', { file: '/etc/passwd' })).toMatchObject({
      ok: false,
      error: { code: 'E_NOT_GRANTED' },
    });
  });
});

describe('the application', () => {
  it('is a single instance: a second start ends at once', async () => {
    const second = spawn(inject('executable'), ['--no-sandbox', '--disable-gpu', `--user-data-dir=${userData}`, ROOT], {
      env: { ...process.env, DISPLAY: inject('display') },
      stdio: 'ignore',
    });
    const [code] = (await once(second, 'exit')) as [number];
    expect(code).toBe(0);
    expect(app.electron.windows()).toHaveLength(1);
  });

  it('hands a picked file out as a grant, and the folder is remembered', async () => {
    await app.electron.evaluate(({ dialog }) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: ['/data/models/net.onnx'] });
    });
    const picked = await app.invoke('app.pick', { kind: 'model' });
    expect(picked).toMatchObject({ ok: true, value: [{ name: 'net.onnx', path: '/data/models/net.onnx' }] });
    const asked = await app.electron.evaluate(async ({ dialog }) => {
      let options: unknown;
      dialog.showOpenDialog = ((_window: unknown, given: unknown) => {
        options = given;
        return Promise.resolve({ canceled: true, filePaths: [] });
      }) as never;
      (globalThis as never as { asked: () => unknown }).asked = () => options;
      return null;
    });
    expect(asked).toBeNull();
    expect(await app.invoke('app.pick', { kind: 'model' })).toEqual({ ok: true, value: [] });
    expect(await app.electron.evaluate(() => (globalThis as never as { asked: () => unknown }).asked())).toMatchObject({
      defaultPath: '/data/models',
    });
  });

  it('has its menus in the language of the user', async () => {
    const titles = () => app.electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map((item) => item.label));
    expect(await titles()).toEqual(['File', 'Edit', 'View', 'Evaluation', 'Help']);
    await app.invoke('app.settings', { locale: 'fr', theme: 'dark' });
    expect(await titles()).toEqual(['Fichier', 'Édition', 'Affichage', 'Évaluation', 'Aide']);
    expect(await app.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  });

  it('has a main process that is never kept waiting', async () => {
    const { p99, max } = await app.loopDelay();
    console.log(
      `launch to usable ${app.usableMs.toFixed(0)} ms; event loop of main: p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`,
    );
    expect(p99).toBeLessThan(50);
  });

  it('ends by itself when its window is closed, and comes back where and how it was', async () => {
    await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0].setBounds({ x: 40, y: 50, width: 1111, height: 777 }),
    );
    expect(await app.close()).toBe(true);
    const provoked = app.problems().length;
    app = await launch({ userData });
    const bounds = await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].getBounds());
    expect(bounds).toEqual({ x: 40, y: 50, width: 1111, height: 777 });
    expect(await app.invoke('app.info', {})).toMatchObject({ value: { settings: { locale: 'fr', theme: 'dark' } } });
    expect(app.problems().slice(provoked)).toEqual([]);
    expect(await app.close()).toBe(true);
  });
});

interface Any {
  oodlab: { invoke(name: string, input: unknown): Promise<unknown> };
}
