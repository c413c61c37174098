/** Who looked at the test sets, how often, and what was chosen without them. Real data sets and stages, made vectors. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRun } from '../../electron/engine/pipeline/load-run.ts';
import { type FinishedRun, runPlan } from '../../electron/engine/pipeline/run-plan.ts';
import { scoresCsv } from '../../electron/engine/report/scores-csv.ts';
import { openProject, type Project } from '../../electron/engine/storage/open-project.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { parsePlan } from '../../electron/shared/plan.ts';
import { protocolSentences, selectionOffer, stampOf, stampText } from '../../electron/shared/protocol-reading.ts';
import type { MetricsRow } from '../../electron/shared/results.ts';
import { demoPlan, limited } from '../helpers/demo-plan.ts';
import { madeSamplers } from '../helpers/made-samplers.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
let projects = 0;

/** MNIST lies apart in the first feature, the others hardly: detectors differ on them. */
const shift = (set: string, feature: number): number =>
  set.startsWith('MNIST') && feature === 0 ? 0.5 : set.startsWith('Textures') && feature > 3 ? 0.2 : 0;

const plan = (change: (plan: Plan) => void = () => undefined): Plan =>
  demoPlan((base) => {
    limited(80)(base);
    base.pca = [null, 2];
    base.baselines = [];
    base.datasets = base.datasets.filter(({ name }) => ['Fashion train', 'Fashion test', 'MNIST digits'].includes(name));
    change(base);
  });

const withTextures = (base: Plan, role: 'select' | 'ood'): void =>
  void base.datasets.push(
    ...demoPlan(limited(80))
      .datasets.filter(({ name }) => name === 'Textures')
      .map((set) => ({ ...set, role })),
  );

async function inProject<T>(use: (run: (plan: Plan, sealed?: boolean) => Promise<FinishedRun>, project: Project) => Promise<T>) {
  const project = openProject(path.join(folder, `p${projects++}.oodlab`));
  try {
    return await use(
      (of, sealed) =>
        runPlan({
          file: { plan: of, baseDir: folder },
          project,
          openSamplers: madeSamplers(shift),
          processes: 1,
          threads: 1,
          sealed,
          onProgress: () => undefined,
        }),
      project,
    );
  } finally {
    project.close();
  }
}

/** Written out again: the mean of each candidate, the first of the largest. */
function bestOf(rows: readonly MetricsRow[]): string {
  const means = new Map<string, number[]>();
  for (const { detector, pca, auroc } of rows) {
    const key = JSON.stringify({ detector, pca });
    means.set(key, [...(means.get(key) ?? []), auroc.value]);
  }
  const mean = ([, values]: [string, number[]]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return [...means].reduce((best, next) => (mean(next) > mean(best) ? next : best))[0];
}

describe('looks at the test sets', () => {
  test('the first choice is confirmatory, the same choice again no new look, a changed one exploratory', async () => {
    await inProject(async (run, project) => {
      const first = (await run(plan())).results.protocol!;
      expect(first).toMatchObject({ state: 'confirmatory', looks: 1 });
      expect(stampText(first, 'en')).toBe('Confirmatory');
      expect((await run(plan())).results.protocol).toEqual(first);
      const elsewhere = plan((of) => {
        of.name = 'another name';
        of.runtime.batchSize = 7;
      });
      expect((await run(elsewhere)).results.protocol).toEqual(first);
      project.samples.clear();
      const changed = (await run(plan((of) => (of.detectors = ['larem'])))).results;
      expect(changed.protocol).toMatchObject({ state: 'exploratory', looks: 2 });
      expect(protocolSentences(changed, 'en').join(' ')).toContain('for another choice');
      const third = (await run(plan((of) => (of.sampling.seed = 5)))).results;
      expect(stampText(third.protocol!, 'en')).toBe('Exploratory, test seen 3 times');
      expect((await run(plan())).results.protocol).toEqual(first);
      expect(project.looks.total()).toBe(3);
      expect(project.runs.list().map(({ stamp }) => stamp?.looks)).toEqual([1, 3, 2, 1, 1, 1]);
    });
  });

  test('a set that nobody has seen is seen for the first time, whatever happened to the others', async () => {
    await inProject(async (run) => {
      await run(plan());
      const { results } = await run(
        plan((of) => {
          of.threshold.falseAlarm = 0.1;
          withTextures(of, 'ood');
        }),
      );
      expect(results.protocol!.sets).toEqual([
        { name: 'Fashion test', looks: 2 },
        { name: 'MNIST digits', looks: 2 },
        { name: 'Textures', looks: 1 },
      ]);
      expect(protocolSentences(results, 'en').at(-1)).toBe('Seen for the first time: Textures.');
    });
  });

  test('a run that was cancelled has shown nothing', async () => {
    await inProject(async (_run, project) => {
      const stop = new AbortController();
      const cancelled = runPlan({
        file: { plan: plan(), baseDir: folder },
        project,
        openSamplers: madeSamplers(shift),
        processes: 1,
        threads: 1,
        signal: stop.signal,
        onProgress: ({ stage }) => (stage === 'score' ? stop.abort() : undefined),
      });
      await expect(cancelled).rejects.toThrow();
      expect(project.looks.total()).toBe(0);
    });
  });
});

describe('sealed', () => {
  test('no score and no figure of a test image exists; opened with the same plan it is confirmatory', async () => {
    await inProject(async (run, project) => {
      const chosen = plan((of) => withTextures(of, 'select'));
      const sealed = await run(chosen, true);
      const { metrics, protocol, selection, statistics } = sealed.results;
      expect([metrics, statistics!.comparisons]).toEqual([[], []]);
      expect(protocol).toMatchObject({ state: 'sealed', looks: 0 });
      expect(selection!.metrics.map(({ ood }) => ood)).toEqual(['Textures', 'Textures', 'Textures', 'Textures']);
      expect(project.looks.total()).toBe(0);
      const csv = [...scoresCsv(sealed)].join('');
      expect(csv).toContain('Textures,select');
      expect(csv).not.toMatch(/Fashion test|MNIST/);
      expect([...scoresCsv(loadRun(project, sealed.id))].join('')).toBe(csv);

      const opened = await run(chosen);
      expect(opened.results.protocol).toMatchObject({ state: 'confirmatory', looks: 1 });
      expect(opened.results.selection).toEqual(selection);
    });
  });
});

describe('the choice', () => {
  test('is the largest mean AUROC on the select sets, and what the run is about', async () => {
    await inProject(async (run) => {
      const { results } = await run(plan((of) => withTextures(of, 'select')));
      const { selection, statistics } = results;
      expect(selection).toMatchObject({ rule: 'select', candidates: 4, optimistic: false, ood: ['Textures'] });
      expect(JSON.stringify(selection!.chosen)).toBe(bestOf(selection!.metrics));
      expect(statistics!.main).toEqual(selection!.chosen);
      const other = results.detectors.find(({ detector, pca }) => detector !== selection!.chosen!.detector && pca === null)!;
      expect(stampOf(results, selection!.chosen!)!.state).toBe('confirmatory');
      expect(stampOf(results, other)!.state).toBe('exploratory');
    });
  });

  test('split sets a seeded share aside: every image is in one of the two, and figures use the rest', async () => {
    await inProject(async (run) => {
      const { results, roles, scored } = await run(plan((of) => (of.selection = { rule: 'split', share: 0.25 })));
      expect(results.metrics[0]).toMatchObject({ nInd: 60, nOod: 60 });
      expect(results.selection!.metrics[0]).toMatchObject({ nInd: 20, nOod: 20, ood: 'MNIST digits (select)' });
      expect(JSON.stringify(results.selection!.chosen)).toBe(bestOf(results.selection!.metrics));
      for (const name of ['Fashion test', 'MNIST digits']) {
        const parts = roles.parts.filter(({ set }) => set.set.name.startsWith(name));
        expect(parts.map(({ role }) => role).sort()).toEqual([name === 'Fashion test' ? 'test' : 'ood', 'select'].sort());
        expect(parts[0].keep!.map((mark, i) => mark + parts[1].keep![i])).toEqual(new Uint8Array(80).fill(1));
        for (const { set, keep } of parts)
          expect(scored[0].scores.get(set.set.name)).toHaveLength(keep!.reduce((a, b) => a + b, 0));
      }
      expect(protocolSentences(results, 'en')[0]).toContain('set aside from the test and OoD sets');
    });
  });

  test('by the reference’s rule is the best on the test sets, and never confirmed', async () => {
    await inProject(async (run) => {
      const { results } = await run(plan((of) => (of.selection.rule = 'reference')));
      expect(JSON.stringify(results.selection!.chosen)).toBe(bestOf(results.metrics));
      expect(results.selection!.optimistic).toBe(true);
      expect(results.protocol).toMatchObject({ state: 'exploratory', looks: 1, optimistic: true });
      expect(protocolSentences(results, 'en').join(' ')).toContain('its figures there are too good');
    });
  });

  test('without select sets says what it would cost to have some: 1/√0.8 is 12 % wider', async () => {
    await inProject(async (run) => {
      const { results } = await run(plan());
      expect(results.selection).toMatchObject({ rule: 'none', chosen: null, candidates: 4 });
      expect(results.statistics!.main).toEqual({ detector: 'lared', pca: null });
      expect(selectionOffer(results, 'en').join(' ')).toMatch(/20\.0\s% of the test and OoD images.*about 12\.0\s% wider/);
    });
  });

  test.each([
    [{ selection: { rule: 'select' } }, /no OoD set has the role "select"/],
    [{ selection: { rule: 'best' } }, /selection\.rule/],
    [{ datasets: [{ name: 'a', role: 'fit', path: 'a', side: 'ind' }] }, /has a side, but only a select set/],
  ])('a plan with %j is refused', (part, sentence) => {
    const { schema, model, hook, datasets } = plan();
    expect(() => parsePlan({ schema, model, hook, datasets, ...part })).toThrow(sentence);
  });
});
