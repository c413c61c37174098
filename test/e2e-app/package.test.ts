/** `npm run package -- --dir`: the unpacked application starts on its own, with its fuses blown, and serves its window. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { chromium, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CSP } from '../../electron/shared/csp.ts';
import { ROOT } from './helpers/launch.ts';

const UNPACKED = path.join(ROOT, 'out', 'linux-unpacked');
const EXECUTABLE = path.join(UNPACKED, 'oodlab');
const userData = mkdtempSync(path.join(tmpdir(), 'oodlab-packaged-'));
let application: ChildProcess;
let browser: Browser;
let page: Page;

/** No inspector can be attached to a package (a fuse), so the page is reached through Chromium's own port. */
beforeAll(async () => {
  execFileSync('npm', ['run', '-s', 'package', '--', '--dir'], { cwd: ROOT, stdio: 'inherit' });
  const args = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${userData}`];
  const env = { ...process.env, DISPLAY: inject('display') };
  application = spawn(EXECUTABLE, args, { env, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  browser = await chromium.connectOverCDP(await debuggerOf(application));
  const [context] = browser.contexts();
  page = context.pages()[0] ?? (await context.waitForEvent('page'));
});

afterAll(async () => {
  await browser?.close();
  if (application?.exitCode === null) {
    application.kill('SIGKILL');
    await once(application, 'exit');
  }
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
});

async function debuggerOf({ stderr }: ChildProcess): Promise<string> {
  let text = '';
  for await (const data of stderr!) {
    text += String(data);
    const found = /DevTools listening on (ws:\/\/\S+)/.exec(text);
    if (found !== null) {
      stderr!.resume();
      return found[1];
    }
  }
  throw new Error(`The packaged application ended: ${text}`);
}

it('shows its window, with the policy, from its own files', async () => {
  await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: 60_000 });
  expect(page.url()).toMatch(/^app:\/\/main\/index\.html/);
  expect(await page.evaluate(async () => (await fetch('app://main/')).headers.get('content-security-policy'))).toBe(CSP);
});

it('holds demo and golden files, and binaries of this system alone', () => {
  const resources = path.join(UNPACKED, 'resources');
  expect(existsSync(path.join(resources, 'demo', 'plan.json'))).toBe(true);
  expect(readdirSync(path.join(resources, 'golden')).length).toBeGreaterThan(10);
  const natives = readdirSync(resources, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(node|so(\.\d+)*|dll|dylib)$/.test(name),
  );
  expect(natives.filter((name) => /onnxruntime_binding/.test(name))).toHaveLength(1);
  expect(natives.filter((name) => /darwin|win32|arm64/.test(name))).toEqual([]);
});

it('has its fuses blown: no Node, no options, no inspector', async () => {
  const wire = await getCurrentFuseWire(EXECUTABLE);
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  ];
  for (const fuse of off) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.DISABLE);
});

it('ends by itself when it is asked to', async () => {
  const ended = once(application, 'exit');
  application.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});
