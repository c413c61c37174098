/** The demo on ONNX Runtime's WebGPU, on the software Vulkan of Debian's chromium: the code of a graphics card without one. */
import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Results } from '../../electron/shared/results.ts';
import { needSystemPackages } from '../../scripts/system-packages.ts';
import { demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { runCli } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const ICD = '/usr/lib/chromium/vk_swiftshader_icd.json';
const folder = tempFolder();
const plan = writePlan(
  folder,
  demoPlan((changed) => {
    limited(16)(changed);
    changed.runtime.batchSize = 8;
    changed.datasets = changed.datasets.filter(({ role }, i, all) => all.findIndex((set) => set.role === role) === i);
    Object.assign(changed, { pca: [null], detectors: ['larem'], baselines: ['msp'] });
  }),
);

const onDebian = process.platform === 'linux' && process.arch === 'x64';
beforeAll(() =>
  needSystemPackages([
    ['libvulkan1', '/usr/lib/x86_64-linux-gnu/libvulkan.so.1'],
    ['chromium-common', ICD],
  ]),
);

async function run(provider: string, vulkan: string): Promise<{ code: number | null; said: string; out: string }> {
  const out = mkdtempSync(path.join(folder, 'out-'));
  const env = { ...process.env, VK_ICD_FILENAMES: vulkan, VK_DRIVER_FILES: vulkan };
  const args = ['run', plan, '--out', out, '--provider', provider, '--no-monitor'];
  const { code, stdout, stderr } = await runCli(args, { env });
  return { code, said: stdout + stderr, out };
}

const resultsIn = (out: string): Results => JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as Results;
const scoresIn = (out: string): string[][] =>
  readFileSync(path.join(out, 'scores.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

test.runIf(onDebian)('agrees with the CPU, and says what ran where', { timeout: 180_000 }, async () => {
  const [gpu, cpu] = [await run('webgpu', ICD), await run('cpu', ICD)];
  expect(gpu.code, gpu.said).toBe(0);
  const { environment, warnings } = resultsIn(gpu.out);
  expect(environment.provider).toBe('webgpu');
  const { images, worst, bound, nodes } = environment.providerCheck!;
  expect(images).toBe(8);
  expect(worst).toBeGreaterThan(0); // Otherwise the CPU was compared with itself.
  expect(worst).toBeLessThanOrEqual(bound);
  expect(nodes).toBeGreaterThan(5);
  expect(gpu.said).toMatch(/Before the run, webgpu and the CPU computed 8 images: they differ by at most \d\.\de-\d/);
  expect(gpu.said).toMatch(/webgpu ran (all )?\d+ (of \d+ nodes and left to the CPU: \w+ × \d+|nodes)/);
  expect(warnings.map(({ code }) => code)).not.toContain('BATCH_HALVED');
  expect(cpu.code, cpu.said).toBe(0);
  const [own, other] = [scoresIn(gpu.out), scoresIn(cpu.out)];
  expect(own.length).toBe(other.length);
  own.forEach((cells, row) =>
    cells.forEach((cell, column) => {
      const wanted = other[row][column];
      if (cell === wanted) return;
      expect(Math.abs(Number(cell) - Number(wanted)), `${wanted} in row ${row}`).toBeLessThanOrEqual(
        bound * Math.max(1, Math.abs(Number(wanted))),
      );
    }),
  );
});

test.runIf(onDebian)('without a graphics device: one sentence, and the CPU only when it is asked for', async () => {
  const gpu = await run('webgpu', '/nowhere.json');
  expect(gpu.code).not.toBe(0);
  expect(gpu.said).toContain('"webgpu" cannot be used: no usable graphics device was found.');
  expect(gpu.said).toContain('--provider cpu');
});
