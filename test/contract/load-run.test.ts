/** A finished run is rebuilt from its project file alone, byte for byte, with data and model gone. */
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadRun } from '../../electron/engine/pipeline/load-run.ts';
import type { FinishedRun } from '../../electron/engine/pipeline/run-plan.ts';
import { metricsCsv } from '../../electron/engine/report/metrics-csv.ts';
import { scoresCsv } from '../../electron/engine/report/scores-csv.ts';
import { openProject } from '../../electron/engine/storage/open-project.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { DEMO, demoPlan, limited } from '../helpers/demo-plan.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const copy = path.join(folder, 'demo');
mkdirSync(copy);
cpSync(path.join(DEMO, 'data'), path.join(copy, 'data'), { recursive: true });
copyFileSync(path.join(DEMO, 'demo_eval.onnx'), path.join(copy, 'demo_eval.onnx'));

const small = (change: (plan: Plan) => void = () => undefined): Plan =>
  demoPlan((plan) => {
    limited(40)(plan);
    plan.model.path = path.join(copy, 'demo_eval.onnx');
    for (const set of plan.datasets) set.path = path.join(copy, path.relative(DEMO, set.path));
    change(plan);
  });

const files = (run: FinishedRun) => ({
  json: JSON.stringify(run.results),
  metrics: metricsCsv(run.results),
  scores: [...scoresCsv(run)].join(''),
});

test('results, figures and scores of both runs come back from the project alone', async () => {
  const first = await runInTest(small(), { folder }, (run) => ({ id: run.id, ...files(run) }));
  // Too few calibration images for this rate: thresholds are -Infinity, which JSON cannot hold.
  const never = small((plan) => {
    plan.datasets = plan.datasets.filter(({ role }) => role !== 'calibrate');
    plan.threshold.falseAlarm = 0.001;
    plan.baselines = ['msp'];
  });
  const second = await runInTest(never, { folder }, (run) => ({ id: run.id, ...files(run) }));
  expect(second.metrics).toContain('-Infinity');
  rmSync(copy, { recursive: true });

  const project = openProject(path.join(folder, 'project.oodlab'), { mustExist: true });
  expect(project.runs.list().map(({ id, state, plan, error }) => [id, state, plan.threshold.falseAlarm, error])).toEqual([
    [second.id, 'done', 0.001, null],
    [first.id, 'done', 0.05, null],
  ]);
  expect({ id: second.id, ...files(loadRun(project)) }).toEqual(second);
  expect({ id: first.id, ...files(loadRun(project, first.id)) }).toEqual(first);
  project.close();
});

test('what cannot be loaded is said in one sentence', async () => {
  const project = openProject(path.join(folder, 'project.oodlab'), { mustExist: true });
  expect(() => loadRun(project, 99)).toThrow(
    expect.objectContaining({ code: 'E_INPUT', message: expect.stringContaining('no run 99') }),
  );
  const failed = project.runs.start({ plan: '{}', planHash: '', baseDir: '/', at: '2026-01-01' });
  project.runs.finish(failed, { state: 'failed', at: '2026-01-02', error: { code: 'E_OOM', message: 'Too much.' } });
  expect(() => loadRun(project, failed)).toThrow(/did not finish: it is failed/);
  expect(project.runs.list()[0]).toMatchObject({ state: 'failed', endedAt: '2026-01-02', error: { code: 'E_OOM' } });

  // A project of an older Oodlab kept less of a run.
  const { detectors, baselines, info } = project.artifacts.json('fitted', 'run-1') as Record<string, unknown>;
  project.artifacts.putJson('fitted', 'run-1', { detectors, baselines, info });
  expect(() => loadRun(project, 1)).toThrow(/older Oodlab/);
  project.samples.clear();
  expect(() => loadRun(project)).toThrow(/thrown away by --fresh/);
  project.close();
  const empty = openProject(path.join(folder, 'empty.oodlab'));
  expect(() => loadRun(empty)).toThrow(/holds no finished run/);
  empty.close();
});
