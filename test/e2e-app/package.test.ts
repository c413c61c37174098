/** `npm run package -- --dir`: the unpacked application starts on its own, with its fuses blown, and serves its window. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CSP } from '../../electron/shared/csp.ts';
import { DebuggedPage, debuggingPort } from './helpers/devtools.ts';
import { ROOT } from './helpers/launch.ts';

const UNPACKED = path.join(ROOT, 'out', 'linux-unpacked');
const EXECUTABLE = path.join(UNPACKED, 'oodlab');
const userData = mkdtempSync(path.join(tmpdir(), 'oodlab-packaged-'));
let application: ChildProcess;
let page: DebuggedPage;

/** No inspector can be attached to a package (a fuse), so the page is reached through Chromium's own port. */
beforeAll(async () => {
  execFileSync('npm', ['run', '-s', 'package', '--', '--dir'], { cwd: ROOT, stdio: 'inherit' });
  const args = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${userData}`];
  const env = { ...process.env, DISPLAY: inject('display') };
  application = spawn(EXECUTABLE, args, { env, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  page = await DebuggedPage.open(await debuggingPort(application.stderr!));
});

afterAll(async () => {
  page?.close();
  if (application?.exitCode === null) {
    application.kill('SIGKILL');
    await once(application, 'exit');
  }
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
});

it('shows its window, with the policy, from its own files', async () => {
  await expect.poll(() => page.evaluate("document.querySelector('h1')?.textContent"), { timeout: 60_000 }).toBeTruthy();
  expect(await page.evaluate('location.href')).toMatch(/^app:\/\/main\/index\.html/);
  expect(await page.evaluate("fetch('app://main/').then((answer) => answer.headers.get('content-security-policy'))")).toBe(CSP);
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

it('runs the demo to its end in its own processes', async () => {
  const ask = (name: string): Promise<unknown> => page.evaluate(`window.oodlab.invoke('${name}', {})`);
  expect(await ask('project.demo')).toMatchObject({ ok: true, value: { temporary: true } });
  expect(await ask('run.start')).toMatchObject({ ok: true, value: { kind: 'run' } });
  const ended = { timeout: 150_000, interval: 500 };
  await expect.poll(() => ask('job.view'), ended).toMatchObject({ value: { state: expect.stringMatching(/^(done|failed)$/) } });
  expect(await ask('job.view')).toMatchObject({ value: { state: 'done', error: null, restarts: 0 } });
});

it('ends by itself when it is asked to', async () => {
  const ended = once(application, 'exit');
  application.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});
