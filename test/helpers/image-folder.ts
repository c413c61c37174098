/** Writes small PNG images of seeded noise. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';
import { fillUniforms } from '../../electron/engine/sampling/philox.ts';

export interface NoiseImages {
  folder: string;
  count: number;
  height: number;
  width: number;
  channels?: 1 | 3;
  seed?: number;
}

/** @returns the folder. */
export function noiseImages({ folder, count, height, width, channels = 3, seed = 1 }: NoiseImages): string {
  mkdirSync(folder, { recursive: true });
  const uniforms = new Float32Array(height * width * channels);
  for (let i = 0; i < count; i++) {
    fillUniforms(uniforms, { seed }, { stream: 1, image: i, sample: 0 });
    const data = Uint8Array.from(uniforms, (value) => Math.floor(value * 256));
    writeFileSync(path.join(folder, `${i}.png`), encode({ width, height, channels, depth: 8, data }));
  }
  return folder;
}
