/** The hygiene checks in a whole run: from files on disk to results.json. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { writeResults } from '../../electron/engine/report/write-results.ts';
import type { DecodedImage } from '../../electron/shared/domain.ts';
import { parsePlan, type Plan } from '../../electron/shared/plan.ts';
import type { Results } from '../../electron/shared/results.ts';
import { DEMO } from '../helpers/demo-plan.ts';
import { mapPixels, resaved, scene } from '../helpers/made-images.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const SIZE = { width: 28, height: 28, channels: 1 } as const;
const scenes = (from: number, count: number): DecodedImage[] => Array.from({ length: count }, (_, i) => scene(from + i, SIZE));

function writeSet(name: string, images: readonly DecodedImage[]): void {
  mkdirSync(path.join(folder, name));
  images.forEach(({ width, height, channels, pixels }, i) =>
    writeFileSync(
      path.join(folder, name, `${String(i).padStart(3, '0')}.png`),
      encode({ width, height, channels, depth: 8, data: pixels }),
    ),
  );
}
writeSet('fit', scenes(0, 120));
writeSet('test', [...scenes(400, 40), ...scenes(5, 4).map((image) => resaved(image, 85)), scene(50, SIZE)]);
writeSet(
  'bright',
  scenes(600, 40).map((image) => mapPixels(image, (value) => value + 50)),
);
writeSet('alike', scenes(800, 40));

const plan = (change: (plan: Plan) => void = () => undefined): Plan => {
  const made = parsePlan({
    schema: 'oodlab.plan/1',
    model: {
      path: path.join(DEMO, 'demo_eval.onnx'),
      preprocess: { color: 'gray', scale: 1 / 255, mean: [0.5], std: [0.16] },
    },
    hook: { tensor: 'block2.out' },
    sampling: { mechanism: 'dropblock', dropProb: 0.5, blockSize: 5, samples: 16 },
    datasets: [
      { name: 'fit', role: 'fit', path: 'fit' },
      { name: 'test', role: 'test', path: 'test' },
      { name: 'bright', role: 'ood', path: 'bright' },
      { name: 'alike', role: 'ood', path: 'alike' },
    ],
    pca: [4],
    detectors: ['larem'],
    baselines: [],
  });
  change(made);
  return made;
};
const run = (made: Plan): Promise<Results> => runInTest(made, { folder }, ({ results }) => results);
const codesOf = ({ warnings }: Results): string[] => warnings.map(({ code }) => code);

describe('the hygiene checks of a run', () => {
  it('stand in results.json: cues, near-duplicates, what was fed, entropies at the floor', async () => {
    const written = await runInTest(plan(), { folder }, async (finished) => {
      await writeResults(path.join(folder, 'out'), finished);
      return JSON.parse(readFileSync(path.join(folder, 'out', 'results.json'), 'utf8')) as Results;
    });
    const { cues, nearDuplicates, fed, atFloor, unknown } = written.hygiene!;
    const strong = cues.filter(({ separates }) => separates).map(({ ood, cue }) => `${ood}: ${cue}`);
    expect(strong).toContain('bright: brightness');
    expect(strong.filter((text) => text.startsWith('alike'))).toEqual([]);
    expect(cues.find(({ ood, cue }) => ood === 'alike' && cue === 'fileBytes')).toMatchObject({ nInd: 45, nOod: 40 });
    // The four that were resaved; the one that is equal pixel for pixel is counted beside them.
    expect(nearDuplicates.counts).toEqual({ fit: 4, test: 4, bright: 0, alike: 0 });
    expect(nearDuplicates.pairs.map(({ a, b }) => `${a.at} ${b.at}`).sort()).toEqual([
      '005.png 040.png',
      '006.png 041.png',
      '007.png 042.png',
      '008.png 043.png',
    ]);
    expect(written.datasets[1].duplicatesAcrossRoles).toBe(1);
    expect(fed.map(({ set }) => set)).toEqual(['fit', 'test', 'bright', 'alike']);
    expect(fed[0].mean[0]).toBeCloseTo((128 / 255 - 0.5) / 0.16, 1);
    expect(fed[0].deviation[0]).toBeCloseTo(40 / 255 / 0.16, 1);
    expect(atFloor!.fit).toBeGreaterThanOrEqual(0);
    expect(unknown).toEqual([]);
    expect(codesOf(written)).toEqual(expect.arrayContaining(['CUE_OF_PICTURE', 'NEAR_DUPLICATES', 'SMALL_SET']));
    expect(written.warnings.find(({ code }) => code === 'CUE_OF_PICTURE')!.message).toMatch(/^bright can be told .* brightness/);
    expect(codesOf(written)).not.toContain('FED_NOT_NORMALISED');
  });

  it('are the same when another detector is asked for, and notice a normalisation that is off', async () => {
    const before = await run(plan());
    const after = await run(plan((made) => (made.pca = [3])));
    expect(after.hygiene).toEqual(before.hygiene);
    const off = await run(plan((made) => (made.model.preprocess.scale = 1)));
    expect(off.warnings.find(({ code }) => code === 'FED_NOT_NORMALISED')).toMatchObject({ values: { set: 'fit', channel: 1 } });
  });

  it('say which sets they know nothing of in a project of an older Oodlab', async () => {
    await run(plan());
    const db = new Database(path.join(folder, 'project.oodlab'));
    db.exec(`UPDATE chunk SET cues = x'', prints = x''; DELETE FROM artifact WHERE kind = 'hygiene-images'`);
    db.close();
    const results = await run(plan());
    expect(results.hygiene).toMatchObject({ cues: [], unknown: ['fit', 'test', 'bright', 'alike'] });
    expect(codesOf(results)).toContain('HYGIENE_UNKNOWN');
  });
});
