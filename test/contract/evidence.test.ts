/** Evidence packs: verified when they are true, refused by name of what was changed. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import { comparePacks, type Verdict, verifyEvidence } from '../../electron/engine/evidence/verify.ts';
import { writeEvidence } from '../../electron/engine/evidence/write-evidence.ts';
import { loadRun } from '../../electron/engine/pipeline/load-run.ts';
import { openProject } from '../../electron/engine/storage/open-project.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { processSamplers } from '../../electron/workers/process-sampler.ts';
import { DEMO, demoPlan } from '../helpers/demo-plan.ts';
import { noiseImages } from '../helpers/image-folder.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const data = path.join(folder, 'data');
const PACKS = { fresh: path.join(folder, 'fresh'), batch: path.join(folder, 'batch-5') };
const fresh = path.join(PACKS.fresh, 'evidence.zip');

/** Image folders and the demo's network, with paths relative to `data`. */
function planOf(batchSize: number): Plan {
  return demoPlan((plan) => {
    plan.model.path = 'net/demo.onnx';
    plan.datasets = (['fit', 'calibrate', 'test', 'ood'] as const).map((role) => ({
      name: `${role} set`,
      role,
      path: `images/${role}`,
      format: 'auto',
      limit: null,
    }));
    plan.pca = [null, 4];
    plan.runtime.batchSize = batchSize;
    plan.runtime.provider = 'cpu';
  });
}

beforeAll(async () => {
  mkdirSync(path.join(data, 'net'), { recursive: true });
  copyFileSync(path.join(DEMO, 'demo_eval.onnx'), path.join(data, 'net', 'demo.onnx'));
  (['fit', 'calibrate', 'test', 'ood'] as const).forEach((role, i) =>
    noiseImages({ folder: path.join(data, 'images', role), count: 24, height: 28, width: 28, channels: 1, seed: i + 1 }),
  );
  writeFileSync(path.join(data, 'images', 'test', 'broken.png'), 'no image');
  for (const [name, out] of Object.entries(PACKS)) {
    mkdirSync(out);
    writeFileSync(path.join(out, 'report.pdf'), '%PDF-1.7 stands for a report');
    await runInTest(planOf(name === 'fresh' ? 32 : 5), { folder: out, baseDir: data }, (run) =>
      writeEvidence({ run, out, attachments: ['report.pdf'] }),
    );
  }
});

const verify = (pack: string, more: { data?: string; runtime?: Record<string, unknown> } = {}): Promise<Verdict> =>
  verifyEvidence({ pack, openSamplers: processSamplers(), threads: 1, onProgress: () => undefined, ...more });

const copyOf = (bytes: Buffer | Uint8Array): string => {
  const file = path.join(mkdtempSync(path.join(folder, 'pack-')), 'evidence.zip');
  writeFileSync(file, bytes);
  return file;
};

test('the fresh pack, and one made with another batch size, are verified; both name the same inputs', async () => {
  const first = await verify(fresh);
  expect(first).toMatchObject({ verified: true, reasons: [] });
  expect(first.comparison!.compared).toBeGreaterThan(72 * 10);
  const other = await verify(path.join(PACKS.batch, 'evidence.zip'), { runtime: { batchSize: 24 } });
  expect(other).toMatchObject({ verified: true, reasons: [] });
  expect(other.manifest!.inputsRoot).toBe(first.manifest!.inputsRoot);
  expect(other.comparison!.worstScore).toBeLessThan(1e-5);
  expect(await comparePacks(fresh, path.join(PACKS.batch, 'evidence.zip'))).toMatchObject({ verified: true });
});

test('the same run gives the same bytes, from the project too, and any ZIP program reads them', () => {
  const again = mkdtempSync(path.join(folder, 'again-'));
  copyFileSync(path.join(PACKS.fresh, 'report.pdf'), path.join(again, 'report.pdf'));
  const project = openProject(path.join(PACKS.fresh, 'project.oodlab'), { mustExist: true });
  return writeEvidence({ run: loadRun(project), out: again, attachments: ['report.pdf'] }).then(() => {
    project.close();
    expect(readFileSync(path.join(again, 'evidence.zip')).equals(readFileSync(fresh))).toBe(true);
    expect(readdirSync(again).sort()).toEqual(['evidence.zip', 'report.pdf']);
    const files = unzipSync(readFileSync(fresh));
    expect(Object.keys(files).sort()).toEqual(
      [
        'README.txt',
        'environment.json',
        'inputs.jsonl',
        'log.txt',
        'manifest.json',
        'metrics.csv',
        'plan.json',
        'report.pdf',
        'results.json',
        'scores.csv',
      ].sort(),
    );
    const lines = Buffer.from(files['inputs.jsonl']).toString().trim().split('\n');
    expect(lines).toHaveLength(1 + 4 * 24 + 1);
    expect(lines.filter((line) => line.includes('"rejected"'))).toEqual([expect.stringContaining('broken.png')]);
  });
});

test('any changed byte is noticed, wherever it lies', async () => {
  const bytes = readFileSync(fresh);
  const places = Array.from({ length: 60 }, (_, i) => Math.floor((i * (bytes.length - 1)) / 59));
  // The ends of the archive and its directory, byte by byte.
  for (let back = 1; back <= 100; back++) places.push(bytes.length - back);
  for (let at = 0; at < 40; at++) places.push(at);
  for (const at of places) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1;
    const { verified, reasons } = await comparePacks(copyOf(changed), fresh);
    expect(verified, `byte ${at}`).toBe(false);
    expect(reasons[0]).toMatch(/is not an intact evidence pack/);
  }
});

test('a file that was edited, added or taken out is named, however well the archive was packed again', async () => {
  const edit = (change: (files: Record<string, Uint8Array>) => void): Promise<Verdict> => {
    const files = unzipSync(readFileSync(fresh));
    change(files);
    return verify(copyOf(zipSync(files)), { data });
  };
  const edited = await edit((files) => (files['metrics.csv'] = strToU8('detector\n')));
  expect(edited).toMatchObject({ verified: false, reasons: [expect.stringContaining('metrics.csv is not the file')] });
  const pdf = await edit((files) => (files['report.pdf'][12] ^= 1));
  expect(pdf.reasons[0]).toContain('report.pdf');
  expect((await edit((files) => (files['more.txt'] = strToU8('x')))).reasons[0]).toContain('more.txt was added');
  expect((await edit((files) => delete files['scores.csv'])).reasons[0]).toContain('scores.csv is missing');
  expect((await edit(() => undefined)).reasons[0]).toContain('not those that were sealed');
});

test('one changed image, a missing one, another model and missing data are named', async () => {
  const image = path.join(data, 'images', 'ood', '3.png');
  const before = readFileSync(image);
  copyFileSync(path.join(data, 'images', 'ood', '4.png'), image);
  const changed = await verify(fresh);
  expect(changed.verified).toBe(false);
  expect(changed.reasons).toEqual([expect.stringMatching(/^Changed image: 3\.png of ood set has the SHA-256/)]);
  rmSync(image);
  expect((await verify(fresh)).reasons).toEqual([expect.stringMatching(/^Missing image: 3\.png of ood set/)]);
  writeFileSync(image, before);

  const model = path.join(data, 'net', 'demo.onnx');
  const net = readFileSync(model);
  copyFileSync(path.join(DEMO, 'demo_dropout.onnx'), model);
  expect((await verify(fresh)).reasons).toEqual([expect.stringMatching(/^Another model: .*demo\.onnx/)]);
  writeFileSync(model, net);

  const moved = path.join(folder, 'moved');
  renameSync(data, moved);
  const lost = await verify(fresh);
  expect(lost.reasons).toHaveLength(5);
  expect(lost.reasons[1]).toMatch(/^Missing: the data set "fit set" \(images\/fit\) is not where the plan had it/);
  expect(await verify(fresh, { data: moved })).toMatchObject({ verified: true });
  renameSync(moved, data);
});

test('figures of further seeds are run again and compared too', async () => {
  const out = mkdtempSync(path.join(folder, 'seeds-'));
  await runInTest(planOf(32), { folder: out, baseDir: data, seeds: 2 }, (run) => writeEvidence({ run, out }));
  const pack = path.join(out, 'evidence.zip');
  const verdict = await verify(pack);
  expect(verdict).toMatchObject({ verified: true, reasons: [] });
  // The pack of one seed lacks them, and that is a difference.
  const other = await comparePacks(pack, fresh);
  expect(other.comparison!.differences.map(({ where }) => where)).toContain('figures of further seeds');
  expect(verdict.comparison!.compared).toBeGreaterThan((await verify(fresh)).comparison!.compared);
});

test('the command line says verified with exit 0, and why not with exit 1; no such pack is exit 2', async () => {
  const good = await runCli(['verify', fresh]);
  expect(good.stderr + good.stdout).toMatch(/\nverified\n$/);
  expect(good.code).toBe(0);
  const bytes = readFileSync(fresh);
  bytes[Math.floor(bytes.length / 2)] ^= 4;
  const bad = await runCli(['verify', copyOf(bytes)]);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/not an intact evidence pack: .*\nnot verified\n$/);
  expect((await runCli(['verify', path.join(folder, 'none.zip')])).code).toBe(2);
});
