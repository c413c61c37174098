/** Entropies that leave as .npy and come back give the same figures; numpy reads what Oodlab wrote. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { npyHead, readNpy } from '../../electron/engine/npy/npy.ts';
import { demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { runCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const out = path.join(folder, 'run');
const arrays = path.join(folder, 'arrays');
interface Index {
  sets: { name: string; role: string; arrays: { file: string; dtype: string; shape: number[] }[]; images: string[] }[];
  scores: { set: string; role: string; file: string; shape: number[]; columns: string[] }[];
}
let index: Index;

beforeAll(async () => {
  const plan = demoPlan((changed) => {
    limited(60)(changed);
    changed.pca = [null, 4];
    changed.baselines = [];
    changed.runtime.provider = 'cpu';
  });
  expect((await runCli(['run', writePlan(folder, plan), '--out', out])).code).toBe(0);
  expect((await runCli(['export', '--project', path.join(out, 'project.oodlab'), '--npy', arrays])).code).toBe(0);
  index = JSON.parse(readFileSync(path.join(arrays, 'index.json'), 'utf8')) as Index;
});

test('every set leaves its entropies and latents, every scored part its scores, as in scores.csv', () => {
  for (const { arrays: files, images } of index.sets) {
    expect(files.map(({ dtype }) => dtype)).toEqual(expect.arrayContaining(['float64', 'float32']));
    expect(images).toHaveLength(60);
    for (const { file, shape } of files) expect(readNpy(readFileSync(path.join(arrays, file))).shape).toEqual(shape);
  }
  const rows = readFileSync(path.join(out, 'scores.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const first = rows[0].indexOf(`${index.scores[0].columns[0]} score`);
  const csv = rows.slice(1).map((row) => Number(row[first]));
  const npy = index.scores.flatMap(({ file, shape }) => {
    const { data } = readNpy(readFileSync(path.join(arrays, file)));
    return Array.from({ length: shape[0] }, (_, row) => data[row * shape[1]]);
  });
  expect(npy).toEqual(csv);
});

test('the same entropies brought back give the same metrics.csv, without the stamp: nobody counts looks at files', async () => {
  const fileOf = (name: string): string => {
    const set = index.sets.find((entry) => entry.name === name)!;
    return path.join(arrays, set.arrays.find(({ file }) => file.includes('_h_z_'))!.file);
  };
  const named = (role: string): string[] =>
    index.sets.filter((set) => set.role === role).map(({ name }) => `${name}=${fileOf(name)}`);
  const again = path.join(folder, 'again');
  const args = ['entropies', '--pca', 'none,4', '--out', again, '--seed', '0'];
  for (const role of ['fit', 'calibrate', 'test', 'ood']) if (named(role).length > 0) args.push(`--${role}`, ...named(role));
  const result = await runCli(args);
  expect(result.stderr).toContain('metrics.csv');
  expect(result.code).toBe(0);
  const stamped = readFileSync(path.join(out, 'metrics.csv'), 'utf8');
  const bare = stamped.replace(/,(stamp|Confirmatory)$/gm, '');
  expect(bare).not.toBe(stamped);
  expect(readFileSync(path.join(again, 'metrics.csv'), 'utf8')).toBe(bare);
});

test('what is no entropy file is refused with its name', async () => {
  const bad = path.join(folder, 'bad.npy');
  const refused = async (bytes: Buffer): Promise<string> => {
    writeFileSync(bad, bytes);
    const { code, stderr } = await runCli(['entropies', '--fit', bad, '--test', `t=${bad}`, '--ood', `o=${bad}`]);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused(Buffer.from('hello'))).toMatch(/bad\.npy: it is not a \.npy file/);
  expect(await refused(Buffer.concat([npyHead('float64', [4]), Buffer.alloc(32)]))).toMatch(/shape is \(4\)/);
  const hole = Buffer.from(Float64Array.of(1, 2, NaN, 4).buffer);
  expect(await refused(Buffer.concat([npyHead('float64', [2, 2]), hole]))).toMatch(/row 1 holds NaN/);
});
