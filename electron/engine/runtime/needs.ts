/**
 * What a provider needs of a machine, looked for among its files: nothing is loaded, since a library that does not fit can end
 * the process. Whether a provider really runs, only a trial tells (probe-provider.ts).
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';

export interface Need {
  what: string;
  present: boolean;
  /** What brings it. */
  next: string;
}

/** The machine as it is looked at. */
export interface Machine {
  platform: string;
  env: Record<string, string | undefined>;
  /** Whether a file is there. */
  exists: (file: string) => boolean;
  /** Folders of the dynamic loader, and the one of ONNX Runtime's own libraries. */
  libraries: readonly string[];
  runtime: string;
}

const SYSTEM = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib/x86_64-linux-gnu',
  '/usr/local/lib',
  '/usr/local/cuda/lib64',
];
const DRIVER_LISTS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

export function libraryFolders(env: Machine['env']): string[] {
  return [...(env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== ''), ...SYSTEM];
}

/** Empty: nothing that could be looked for among files; the trial alone tells. */
export function needsOf(provider: string, machine: Machine): Need[] {
  if (machine.platform !== 'linux') return [];
  if (provider === 'webgpu') return webgpu(machine);
  if (provider === 'cuda') return cuda(machine);
  return provider === 'tensorrt' ? [...cuda(machine), ...tensorrt(machine)] : [];
}

function webgpu({ env, exists, libraries }: Machine): Need[] {
  const named = (env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES)?.split(':').filter((file) => file !== '');
  return [
    {
      what: 'Vulkan loader (libvulkan.so.1)',
      present: has('libvulkan.so.1', libraries, exists),
      next: 'Install it; on Debian and Ubuntu: sudo apt-get install libvulkan1',
    },
    {
      what:
        named === undefined
          ? 'Vulkan driver'
          : `Vulkan driver that VK_DRIVER_FILES or VK_ICD_FILENAMES names (${named.join(', ')})`,
      present: named === undefined ? DRIVER_LISTS.some(holdsDriver) : named.some(exists),
      next:
        named === undefined
          ? 'Install the driver of your graphics card: the one of NVIDIA, or for AMD and Intel: sudo apt-get install mesa-vulkan-drivers'
          : 'Unset that variable, or name the file of a driver.',
    },
  ];
}

function cuda({ exists, libraries, runtime }: Machine): Need[] {
  const library = (what: string, name: string, next: string): Need => ({
    what: `${what} (${name})`,
    present: has(name, libraries, exists),
    next,
  });
  return [
    {
      what: 'NVIDIA driver (/dev/nvidiactl)',
      present: exists('/dev/nvidiactl'),
      next: 'Install the driver of your card from NVIDIA or your distribution; without an NVIDIA card choose webgpu or cpu.',
    },
    library('CUDA 12', 'libcudart.so.12', 'Install the CUDA 12 toolkit from NVIDIA.'),
    library('cuBLAS 12', 'libcublasLt.so.12', 'Install the CUDA 12 toolkit from NVIDIA.'),
    library('cuDNN 9', 'libcudnn.so.9', 'Install cuDNN 9 for CUDA 12 from NVIDIA.'),
    runtimeLibrary('cuda', { exists, runtime }),
  ];
}

function tensorrt({ exists, libraries, runtime }: Machine): Need[] {
  return [
    {
      what: 'TensorRT 10 (libnvinfer.so.10)',
      present: has('libnvinfer.so.10', libraries, exists),
      next: 'Install TensorRT 10 for CUDA 12 from NVIDIA.',
    },
    runtimeLibrary('tensorrt', { exists, runtime }),
  ];
}

function runtimeLibrary(provider: string, { exists, runtime }: Pick<Machine, 'exists' | 'runtime'>): Need {
  const name = `libonnxruntime_providers_${provider}.so`;
  return {
    what: `ONNX Runtime's library for it (${name})`,
    present: exists(path.join(runtime, name)),
    next: 'In the checkout, with internet: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node',
  };
}

function has(library: string, folders: readonly string[], exists: Machine['exists']): boolean {
  return folders.some((folder) => exists(path.join(folder, library)));
}

function holdsDriver(folder: string): boolean {
  try {
    return readdirSync(folder).some((file) => file.endsWith('.json'));
  } catch {
    return false;
  }
}
