/** `npm run package -- --dir`: the unpacked application starts on its own, with its fuses blown, and serves its window. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CSP } from '../../electron/shared/csp.ts';
import { DebuggedPage, debuggingPort } from './helpers/devtools.ts';
import { ROOT } from './helpers/launch.ts';
import { mappedBelow } from './helpers/processes.ts';

const UNPACKED = path.join(ROOT, 'out', 'linux-unpacked');
const EXECUTABLE = path.join(UNPACKED, 'oodlab');
const DEMO = path.join(UNPACKED, 'resources', 'demo');
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

it('runs the demo to its end in its own processes, which load its own natives, and writes nothing beside the demo', async () => {
  const before = stateOf(DEMO);
  const natives = new Set<string>();
  const ask = (name: string): Promise<unknown> => page.evaluate(`window.oodlab.invoke('${name}', {})`);
  await click('Open demo');
  await expect.poll(() => ask('project.view'), { timeout: 60_000 }).toMatchObject({ ok: true, value: { temporary: true } });
  expect(await ask('run.start')).toMatchObject({ ok: true, value: { kind: 'run' } });
  const look = (): Promise<unknown> => {
    for (const file of mappedBelow(application.pid!)) natives.add(path.basename(file));
    return ask('job.view');
  };
  const ended = { timeout: 150_000, interval: 250 };
  await expect.poll(look, ended).toMatchObject({ value: { state: expect.stringMatching(/^(done|failed)$/) } });
  expect(await ask('job.view')).toMatchObject({ value: { state: 'done', error: null, restarts: 0 } });
  expect([...natives].sort()).toEqual(['libonnxruntime.so.1', 'linux-x64.node', 'onnxruntime_binding.node']);
  expect(stateOf(DEMO)).toEqual(before);
});

it('ends by itself when it is asked to', async () => {
  const ended = once(application, 'exit');
  application.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});

it('is the `oodlab` command too, without a display, with its own texts and exit codes', () => {
  const command = (...args: string[]) => {
    const env: NodeJS.ProcessEnv = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' };
    return spawnSync(path.join(UNPACKED, 'resources', 'bin', 'oodlab'), args, { env, cwd: tmpdir(), encoding: 'utf8' });
  };
  const { stdout, stderr, status } = command('inspect', path.join(DEMO, 'demo_eval.onnx'), '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ opsets: { 'ai.onnx': 13 }, parameters: 217770 });
  expect(status).toBe(0);
  expect(command('inspect', '/nowhere.onnx')).toMatchObject({ status: 2, stderr: expect.stringContaining('/nowhere.onnx') });
});

/** A button by its words, pressed in the page itself. */
const click = (words: string): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll('button')].find((button) => button.textContent.includes('${words}')).click()`);

/** Names, sizes, times of change. */
function stateOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { size, mtimeMs } = statSync(path.join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}
