/**
 * The first minutes of a user who has never opened a terminal: first start, the demo in one click, the run, its results,
 * the export; all with the mouse. What leaves the window must be what the command line writes.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PLAN } from '../../electron/cli/commands/demo.ts';
import { readPlan, withAbsolutePaths } from '../../electron/engine/pipeline/resolve-plan.ts';
import type { MonitorCard } from '../../electron/shared/monitor-card.ts';
import type { Results } from '../../electron/shared/results.ts';
import { needPoppler, pdfInfo, pdfText } from '../helpers/pdf.ts';
import { runCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { answerDialogs } from './helpers/dialogs.ts';
import { type Application, launch } from './helpers/launch.ts';
import { figuresOf, shows, tableRows } from './helpers/results-table.ts';

const folder = tempFolder();
/** By `oodlab demo`; by `oodlab run` with whole paths, as the window's plan has them; by the window. */
const [demo, run, out] = ['demo', 'run', 'window'].map((name) => path.join(folder, name));
let app: Application;

const bytes = (place: string, file: string): Buffer => readFileSync(path.join(place, file));
const results = (place: string): Results => JSON.parse(bytes(place, 'results.json').toString()) as Results;
const click = (name: string | RegExp): Promise<void> => app.page.getByRole('button', { name }).first().click();
const heading = (name: string): Promise<void> => app.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args);
  expect(code, stderr).toBe(0);
  return stdout;
}

beforeAll(async () => {
  await needPoppler();
  mkdirSync(out);
  const plan = path.join(folder, 'plan.json');
  writeFileSync(plan, JSON.stringify(withAbsolutePaths(await readPlan(DEMO_PLAN))));
  await cli('demo', '--seeds', '1', '--no-monitor', '--out', demo);
  await cli('run', plan, '--out', run); // In a project of its own: a second look at the test sets is counted.
  app = await launch();
  app.page.setDefaultTimeout(180_000);
});
afterAll(() => app?.close());

describe('in the window', () => {
  it('opens the demo in one click; menus and title follow', async () => {
    console.log(`launch to usable window: ${app.usableMs.toFixed(0)} ms`);
    await click('Open demo');
    await heading('Dataset');
    const menu = () => app.electron.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('run.start')!.enabled);
    await expect.poll(menu, { timeout: 60_000 }).toBe(true);
    const title = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].getTitle());
    await expect.poll(title, { timeout: 60_000 }).toBe('Fashion-MNIST demo · Oodlab');
  });

  it('goes through its steps, whose figures are there', async () => {
    await click('Next: Model');
    await heading('Model');
    for (const step of ['Layer hook', 'Evaluate']) {
      await click(`Next: ${step}`);
      await heading(step);
    }
  });

  it('runs at once, even while the preprocessing is still being checked, and main is never kept waiting', async () => {
    await app.watchLoop();
    const machine = monitorEventLoopDelay({ resolution: 5 });
    machine.enable();
    await click('Run evaluation');
    await heading('Run 1');
    const { p99, max } = await app.loopDelay();
    const busy = machine.percentile(99) / 1e6 - 5;
    console.log(
      `event loop of main during the run: p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms; of this idle process: p99 ${busy.toFixed(1)} ms`,
    );
    // What a process that does nothing waits for a core is no work of main's.
    expect(p99).toBeLessThan(50 + 2 * busy);
  });

  it('exports everything into a folder of the user’s choice', async () => {
    await answerDialogs(app.electron, [out]);
    await click('Next: Export');
    await heading('Export');
    await click('Change…');
    await app.page.getByText(out, { exact: true }).waitFor();
    await click('Export 6 items');
    await expect.poll(() => app.page.getByText('Written', { exact: true }).count(), { timeout: 180_000 }).toBe(6);
    await app.page.getByRole('heading', { name: 'Agrees with the evaluation' }).waitFor();
    expect(readdirSync(out).sort()).toEqual(
      ['evidence.zip', 'metrics.csv', 'monitor', 'plan.json', 'report.pdf', 'results.json', 'scores.csv'].sort(),
    );
  });

  it('shows in its table what results.json says', async () => {
    await app.page.getByRole('link', { name: /^Run 1/ }).click();
    await heading('Run 1');
    const { metrics } = results(out);
    const chosen = metrics.filter(({ detector, pca }) => detector === 'lared' && pca === null);
    await expect.poll(async () => (await tableRows(app.page)).length, { timeout: 60_000 }).toBe(chosen.length);
    for (const [i, [name, ...cells]] of (await tableRows(app.page)).entries()) {
      expect(name).toContain(chosen[i].ood);
      figuresOf(chosen[i]).forEach(({ estimate, unit }, at) =>
        expect(shows(cells[at], estimate, unit), `${name}: ${cells[at]} for ${JSON.stringify(estimate)}`).toBe(true),
      );
    }
  });

  it('complained about nothing, and ends by itself', async () => {
    expect(app.problems()).toEqual([]);
    expect(await app.close()).toBe(true);
  });
});

describe('what left the window', () => {
  it('has the figures, scores and monitor of the command line, byte for byte', () => {
    for (const file of ['scores.csv', 'metrics.csv']) expect(bytes(out, file).equals(bytes(demo, file)), file).toBe(true);
    for (const file of ['monitor.onnx', 'README.md'])
      expect(bytes(path.join(out, 'monitor'), file).equals(bytes(path.join(run, 'monitor'), file)), file).toBe(true);
    const [mine, theirs] = [out, run].map((place) => cardOf(bytes(path.join(place, 'monitor'), 'monitor.json')));
    expect(mine).toBe(theirs);
    expect({ ...results(out), timing: null }).toEqual({ ...results(run), timing: null });
  });

  it('has a report that reads as the command line’s, but for dates and times', () => {
    const report = path.join(out, 'report.pdf');
    expect(pdfInfo(report)).toMatch(/Tagged:\s+yes/);
    const text = readable(report);
    for (const head of ['Scope and intended use', 'Data', 'Method and configuration', 'Operating point', 'Failure analysis'])
      expect(text).toMatch(new RegExp(`\\d+ ${head}`));
    expect(text).toBe(readable(path.join(run, 'report.pdf')));
  });

  it('has a plan that a command line reads as the one that was run', async () => {
    const mine = withAbsolutePaths(await readPlan(path.join(out, 'plan.json')));
    expect(mine).toEqual(results(out).plan);
    const { plan } = await readPlan(path.join(folder, 'plan.json'));
    expect({ ...mine, runtime: plan.runtime }).toEqual(plan);
  });

  it('has an evidence pack with the command line’s files, and oodlab verify says verified', async () => {
    const [mine, theirs] = [out, run].map((place) => unzipSync(bytes(place, 'evidence.zip')));
    expect(Object.keys(mine)).toEqual(Object.keys(theirs));
    for (const file of ['README.txt', 'plan.json', 'metrics.csv', 'scores.csv', 'inputs.jsonl'])
      expect(Buffer.from(mine[file]).equals(theirs[file]), file).toBe(true);
    expect(cardOf(mine['monitor/monitor.json'])).toBe(cardOf(theirs['monitor/monitor.json']));
    expect(Buffer.from(mine['report.pdf']).equals(bytes(out, 'report.pdf'))).toBe(true);
    expect(await cli('verify', path.join(out, 'evidence.zip'))).toMatch(/\nverified\n$/);
  });
});

/** A monitor's card without what was measured with a clock. */
function cardOf(json: Uint8Array): string {
  return JSON.stringify({ ...(JSON.parse(Buffer.from(json).toString()) as MonitorCard), latency: null });
}

/** The words of a report without what no two runs share: dates, hashes of dated contents, seconds and rates of stages. */
function readable(file: string): string {
  return pdfText(file)
    .replace(/\d{4}-\d\d-\d\d, \d\d:\d\d UTC/g, 'DATE')
    .replace(/Content SHA-256 [0-9a-f]+(…[0-9a-f]+)?/g, 'CONTENT')
    .replace(/Latency of one image .*? The target hardware/s, 'LATENCY ')
    .replace(/Stage Set Images Seconds Images a second .*? (?=Provider )/, 'STAGES ');
}
