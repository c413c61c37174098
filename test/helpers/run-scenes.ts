/** The states that need a model that was run: hook, plan, run, results, comparison, export. Over a real demo project. */
import type { Page } from '@playwright/test';
import type { JobView, ProjectView, RunSummary } from '../../electron/shared/app/views.ts';
import type { ErrorData } from '../../electron/shared/errors.ts';
import { CORRUPTION_IDS, SEVERITIES } from '../../electron/shared/corruptions.ts';
import { severityChart } from '../../electron/shared/charts/severity.ts';
import { stabilityChart } from '../../electron/shared/charts/seed-stability.ts';
import { NOISE_SAMPLES, type Noise } from '../../electron/shared/noise.ts';
import type { Estimate, Results, SeverityLadder } from '../../electron/shared/results.ts';
import type { CoreClient } from './core-client.ts';
import { exportScenes } from './export-scenes.ts';
import { Refusal, type Answers, type FakeState } from './fake-answers.ts';
import type { Scene } from './page-scenes.ts';
import { madeSearch } from './made-search.ts';
import type { RealProject } from './real-project.ts';

const never = <T>(): Promise<T> => new Promise(() => undefined);
function refuse(error: ErrorData): () => never {
  return () => {
    throw new Refusal(error);
  };
}
const LOST: ErrorData = {
  code: 'E_PROVIDER_UNAVAILABLE',
  message: 'The provider "webgpu" is not available on this computer.',
  next: 'Choose cpu, or install what it needs.',
};
const FULL: ErrorData = { code: 'E_DISK_FULL', message: 'The disk is full.', next: 'Free some space and run again.' };
const DB: ErrorData = { code: 'E_DB_CORRUPT', message: 'The project file is damaged.', next: 'Open a copy of it.' };

/** Shows a panel of the results: behind its tab, or, where a wide window has all of them side by side, on that page. */
const tab =
  (index: number) =>
  async (page: Page): Promise<void> => {
    const places = page.locator('[role=tab], .panels > .panel');
    await places.nth(index).waitFor();
    const tabs = page.locator('[role=tab]');
    if ((await tabs.count()) > 0) await tabs.nth(index).click();
    else await places.nth(index).scrollIntoViewIfNeeded();
  };

export function runScenes({ view, sealed, running, core }: RealProject): Record<string, Scene> {
  const half = running[Math.floor(running.length / 2)];
  const results = `#/evaluate/1`;
  return {
    ...hookScenes(view, half),
    'evaluate-ready': { route: '#/evaluate/plan', mockup: '05-evaluate-ready' },
    'evaluate-more': { route: '#/evaluate/plan', act: unfold },
    'evaluate-running': { route: '#/evaluate', state: working(view, half), mockup: '05-running' },
    'evaluate-stopping': { route: '#/evaluate', state: working(view, { ...half, state: 'stopping' }) },
    'evaluate-cancelled': { route: '#/evaluate/1', state: ended(view, { state: 'cancelled' }) },
    'evaluate-interrupted': { route: '#/evaluate/1', state: ended(view, { state: 'interrupted' }) },
    'evaluate-continued': { route: '#/evaluate/1', state: continued(view) },
    'evaluate-failed': {
      route: '#/evaluate/1',
      state: ended(view, { state: 'failed', error: LOST }),
      mockup: '09-state-provider-lost',
    },
    results: { route: results, mockup: '06-results', wide: '06-results-wide' },
    'results-loading': { route: results, answers: { 'run.results': () => never() } },
    'results-error': { route: results, answers: { 'run.results': refuse(DB) } },
    'results-unfolded': { route: results, act: (page) => page.locator('.disc').first().click() },
    'results-warnings': { route: results, act: (page) => page.locator('.reading .link').last().click() },
    'results-exploring': { route: results, act: explore, mockup: '06-results-drag' },
    'results-roc': { route: results, act: tab(1), mockup: '06-results-roc' },
    'results-pca': { route: results, act: tab(2), mockup: '06-results-pca' },
    'results-map': { route: results, act: tab(3), mockup: '06-results-map' },
    'results-worst': { route: results, act: tab(4), mockup: '06-results-worst' },
    'results-image': { route: results, act: enlarge },
    'results-stability': { route: results, act: tab(5), mockup: '06-results-stability' },
    'results-noise': { route: results, act: tab(5), answers: noisy(core) },
    'results-severity': { route: results, act: tab(6), answers: climbed(core) },
    'results-severity-none': { route: results, act: tab(6) },
    'results-checks': { route: results, act: tab(7) },
    'results-table': { route: results, act: (page) => page.getByRole('button', { name: /table/i }).first().click() },
    ...sealedScenes(sealed),
    compare: { route: '#/compare', mockup: '07-compare' },
    'compare-few': { route: '#/compare', state: { project: { ...view, runs: view.runs.slice(0, 1) } } },
    ...exportScenes({ view, half, full: refuse(FULL), core }),
  };
}

/** The real run as if it had been made with --seeds 5 --noise. */
function noisy(core: CoreClient): Answers {
  const stabilityOf = ({ metrics }: Results): NonNullable<Results['stability']> => ({
    seeds: [0, 1, 2, 3, 4],
    rows: metrics.map(({ detector, pca, ood, alarmRateInd: ind, detectionRateOod: rate, auroc }) => ({
      detector,
      pca,
      ood,
      alarmRatesInd: [0, 1, 2, 3, 4].map((k) => ind * (1 + k / 10)),
      detectionRatesOod: [0, 1, 2, 3, 4].map((k) => rate * (1 - k / 10)),
      aurocs: [0, 1, 2, 3, 4].map(() => auroc.value),
    })),
  });
  const noiseOf = ({ metrics }: Results): Noise => ({
    seeds: [0, 1, 2, 3, 4],
    flipBound: 0.01,
    detectors: ['larem', 'lared'].map((detector) => ({
      detector,
      pca: null,
      recommended: detector === 'lared' ? 64 : null,
      levels: NOISE_SAMPLES.map((samples) => ({
        samples,
        scoreSd: 40 / samples,
        scoreSdRelative: 4 / samples,
        flips: 1.3 / samples,
        flipsNear: 4 / samples,
        flipsPair: 0.64 / samples,
        sets: [],
        aurocs: metrics
          .filter((row) => row.detector === detector && row.pca === null)
          .map(({ ood, auroc }) => ({ ood, ...auroc })),
      })),
    })),
    reading: [],
  });
  return {
    'run.results': async (input) => {
      const answer = await core.call('run.results', input);
      return {
        ...answer,
        results: { ...answer.results, stability: stabilityOf(answer.results), noise: noiseOf(answer.results) },
      };
    },
    'run.charts': async (input) => {
      const [answer, { results }] = [await core.call('run.charts', input), await core.call('run.results', { run: input.run })];
      const { locale, config } = input;
      const of = { locale, stability: stabilityOf(results), metrics: results.metrics, config, ind: 'Fashion test' };
      return { ...answer, stability: stabilityChart(of) };
    },
  };
}

/** The real run as if it had climbed the severity ladder. */
function climbed(core: CoreClient): Answers {
  const around = (value: number): Estimate => ({ value, low: Math.max(0, value - 0.06), high: Math.min(1, value + 0.06) });
  const ladderOf = ({ statistics }: Results): SeverityLadder => {
    const config = statistics!.main!;
    return {
      from: 'Fashion test',
      seed: 0,
      clean: { count: 200, accuracy: around(0.93), detectors: [{ ...config, alarmRate: around(0.06) }] },
      steps: CORRUPTION_IDS.flatMap((corruption, k) =>
        SEVERITIES.map((severity) => ({
          corruption,
          severity,
          count: 200,
          accuracy: around(0.93 - 0.01 * severity * (k + 1)),
          detectors: [{ ...config, detectionRate: around(0.06 + 0.01 * severity * (18 - k)), auroc: around(0.8) }],
        })),
      ),
    };
  };
  return {
    'run.charts': async (input) => {
      const [answer, { results }] = [await core.call('run.charts', input), await core.call('run.results', { run: input.run })];
      return { ...answer, severity: severityChart({ ...results, severity: ladderOf(results) }, input.config, input.locale) };
    },
  };
}

function hookScenes(view: ProjectView, job: JobView): Record<string, Scene> {
  const rating: JobView = {
    ...job,
    kind: 'preflight',
    runId: null,
    stages: [{ name: 'preflight', state: 'running', done: 21, total: 64, rate: 80, seconds: null }],
    fraction: 21 / 64,
    item: null,
  };
  return {
    hook: { route: '#/hook', mockup: '04-hook' },
    'hook-unrated': { route: '#/hook', answers: { 'hook.preflight.last': () => null } },
    'hook-rating': { route: '#/hook', state: { job: rating }, answers: { 'hook.preflight.last': () => null } },
    'hook-search': {
      route: '#/hook',
      answers: { 'hook.search.last': madeSearch },
      act: (page) => page.locator('.heatcell').scrollIntoViewIfNeeded(),
    },
    'hook-loading': { route: '#/hook', answers: { 'hook.graph': () => never() } },
    'hook-error': { route: '#/hook', answers: { 'hook.graph': refuse(FULL) } },
    'hook-empty': {
      route: '#/hook',
      state: { project: { ...view, model: null, draft: { ...view.draft, model: null, hook: null } } },
    },
    'evaluate-empty': {
      route: '#/evaluate/plan',
      state: {
        project: {
          ...view,
          runs: [],
          datasets: [],
          model: null,
          planHash: null,
          draft: { ...view.draft, datasets: [], model: null, hook: null },
          steps: view.steps.map(({ id }) => ({ id, state: 'empty', blockers: [{ code: 'no-sets' }, { code: 'no-model' }] })),
        },
      },
      mockup: '09-state-empty',
    },
  };
}

/** The third run; asked as the first look at the test sets, and as a later one. */
function sealedScenes(view: ProjectView): Record<string, Scene> {
  const route = '#/evaluate/3';
  const act = async (page: Page): Promise<void> => {
    await page.locator('.acts button:has(.lucide-lock)').click();
    await page.getByRole('alertdialog').waitFor();
  };
  const first = { ...view, looks: 0, runs: view.runs.filter(({ id }) => id === 3) };
  return {
    'results-sealed': { route, state: { project: view }, mockup: '06-results-sealed' },
    'dialog-open-sealed': { route, state: { project: first }, act, mockup: '10-dialog-open-sealed' },
    'dialog-open-again': { route, state: { project: view }, act },
  };
}

function working(view: ProjectView, job: JobView): Partial<FakeState> {
  const run: RunSummary = { ...view.runs.find(({ id }) => id === 1)!, state: 'running', endedAt: null };
  return { job, project: { ...view, runs: [run] } };
}

function ended(view: ProjectView, patch: Partial<RunSummary>): Partial<FakeState> {
  return { project: { ...view, runs: view.runs.filter(({ id }) => id === 1).map((run) => ({ ...run, ...patch })) } };
}

/** A run that was interrupted, and the one of the same plan that went on from it. */
function continued(view: ProjectView): Partial<FakeState> {
  const runs = view.runs
    .filter(({ id }) => id === 1)
    .flatMap((run) => [
      { ...run, id: 2 },
      { ...run, state: 'interrupted' as const },
    ]);
  return { project: { ...view, runs } };
}

async function unfold(page: Page): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
  await page.locator('#body').evaluate((body) => body.scrollTo(0, 0));
}

async function explore(page: Page): Promise<void> {
  await page.getByRole('slider').focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.locator('.reading.expl').waitFor();
}

async function enlarge(page: Page): Promise<void> {
  await tab(4)(page);
  await page.locator('.thumbbtn').first().click();
  await page.getByRole('dialog').waitFor();
}
