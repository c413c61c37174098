/** Writes made-up images as IDX files, block by block: a set of any size in little memory. */
import { open } from 'node:fs/promises';
import { fillUniforms } from '../sampling/philox.ts';

const SIDE = 28;
const BLOCK_IMAGES = 512;

/** @param stream names the draw. @param contrast 0 to 1; images of another contrast are out-of-distribution. */
export async function writeNoiseIdx(file: string, count: number, draw: { stream: number; contrast: number }): Promise<void> {
  const handle = await open(file, 'w');
  try {
    const header = Buffer.alloc(16);
    [0x00000803, count, SIDE, SIDE].forEach((value, i) => header.writeUInt32BE(value, 4 * i));
    await handle.write(header);
    const size = SIDE * SIDE;
    const uniforms = new Float32Array(size);
    for (let from = 0; from < count; from += BLOCK_IMAGES) {
      const block = new Uint8Array(Math.min(BLOCK_IMAGES, count - from) * size);
      for (let i = 0; i * size < block.length; i++) {
        fillUniforms(uniforms, { seed: SIDE }, { stream: draw.stream, image: from + i, sample: 0 });
        uniforms.forEach((value, p) => (block[i * size + p] = Math.floor(256 * draw.contrast * value)));
      }
      await handle.write(block);
    }
  } finally {
    await handle.close();
  }
}
