/** `oodlab gpu doctor`: what is missing, with the next step, and a trial of each provider that takes nothing else down. */
import { expect, test } from 'vitest';
import { type Machine, needsOf } from '../../electron/engine/runtime/needs.ts';
import { runCli } from '../helpers/run-cli.ts';

const machine = (files: readonly string[], env: Machine['env'] = {}): Machine => ({
  platform: 'linux',
  env,
  exists: (file) => files.includes(file),
  libraries: ['/lib'],
  runtime: '/ort',
});
const missing = (provider: string, on: Machine): string[] =>
  needsOf(provider, on)
    .filter(({ present }) => !present)
    .map(({ what, next }) => `${what}: ${next}`);

test('every missing piece has its next step; a complete machine lacks nothing', () => {
  const files = ['/dev/nvidiactl', '/lib/libcudart.so.12', '/lib/libcublasLt.so.12', '/ort/libonnxruntime_providers_cuda.so'];
  expect(missing('cuda', machine(files))).toEqual(['cuDNN 9 (libcudnn.so.9): Install cuDNN 9 for CUDA 12 from NVIDIA.']);
  expect(missing('cuda', machine([...files, '/lib/libcudnn.so.9']))).toEqual([]);
  expect(missing('tensorrt', machine([...files, '/lib/libcudnn.so.9']))).toHaveLength(2);
  const named = machine(['/lib/libvulkan.so.1', '/driver.json'], { VK_ICD_FILENAMES: '/driver.json' });
  expect(missing('webgpu', named)).toEqual([]);
  expect(missing('webgpu', { ...named, env: { VK_ICD_FILENAMES: '/gone.json' } })).toEqual([
    'Vulkan driver that VK_DRIVER_FILES or VK_ICD_FILENAMES names (/gone.json): Unset that variable, or name the file of a driver.',
  ]);
  expect(needsOf('webgpu', { ...named, platform: 'darwin' })).toEqual([]);
});

test.runIf(process.platform === 'linux')('without a driver: the CPU runs, WebGPU and CUDA do not, and why', async () => {
  const env = { ...process.env, VK_ICD_FILENAMES: '/gone.json', VK_DRIVER_FILES: '/gone.json', CUDA_VISIBLE_DEVICES: '' };
  const { code, stdout, stderr } = await runCli(['gpu', 'doctor', '--json'], { env });
  expect(code, stderr).toBe(0);
  const { providers } = JSON.parse(stdout) as { providers: { id: string; state: string; why: string | null }[] };
  const of = (id: string): unknown => providers.find((one) => one.id === id);
  expect(of('cpu')).toMatchObject({ state: 'ready', why: null });
  expect(of('webgpu')).toMatchObject({
    state: 'unavailable',
    why: 'The execution provider "webgpu" cannot be used: no usable graphics device was found.',
  });
});
