/** Samplers without a network: vectors are made from the name of the set and the number of the image, at once. */
import type { BatchResult, OpenSamplers, SamplerInfo } from '../../electron/engine/sampling/job.ts';
import { philoxUniform } from '../../electron/engine/sampling/philox.ts';

const DIM = 6;

const INFO: SamplerInfo = {
  modelSha256: 'made',
  input: 'image',
  inputShape: [1, 28, 28],
  logits: null,
  hookKind: 'conv',
  hookShapes: [[DIM, 7, 7]],
  entropyDim: DIM,
  latentDim: DIM,
  logitDim: 0,
  batchSize: 64,
  provider: 'cpu',
  threads: 1,
  runtimeVersion: 'none',
  bankRedraws: 0,
  warnings: [],
};

/** @param shift of each set's entropies: how far it lies from the fit images. */
export function madeSamplers(shift: (set: string, feature: number) => number): OpenSamplers {
  return (job) =>
    Promise.resolve([
      {
        info: INFO,
        close: () => Promise.resolve(),
        batch: ({ set, from, to }) => Promise.resolve(made({ set, from, to, seed: job.sampling.seed, shift })),
      },
    ]);
}

function made(of: {
  set: string;
  from: number;
  to: number;
  seed: number;
  shift: (set: string, feature: number) => number;
}): BatchResult {
  const { set, from, to, seed, shift } = of;
  const rows = to - from;
  const stream = [...set].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65521, 7);
  const value = (row: number, feature: number): number => {
    const image = philoxUniform(11, stream, (from + row) * DIM + feature);
    const draw = philoxUniform(seed, stream + 1, (from + row) * DIM + feature);
    return image + 0.2 * draw + shift(set, feature);
  };
  const entropies = Float64Array.from({ length: rows * DIM }, (_, i) => value(Math.floor(i / DIM), i % DIM));
  const hashes = new Uint8Array(32 * rows);
  for (let row = 0; row < rows; row++) new DataView(hashes.buffer).setUint32(32 * row, stream * 65536 + from + row);
  return {
    rows,
    indices: Int32Array.from({ length: rows }, (_, row) => from + row),
    labels: new Int32Array(rows).fill(-1),
    hashes,
    ats: Array.from({ length: rows }, (_, row) => `${set}#${from + row}`),
    entropies,
    latents: Float32Array.from(entropies),
    logits: new Float32Array(0),
    cues: new Float32Array(0),
    prints: new Uint8Array(0),
    rejected: [],
    redraws: 0,
    seconds: 0,
  };
}
