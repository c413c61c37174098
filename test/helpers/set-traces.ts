/** Traces of images in memory, as the loader would take them and the project would give them back. */
import { createHash } from 'node:crypto';
import { emptyTraces, writeTrace } from '../../electron/engine/hygiene/image-trace.ts';
import type { SetTraces } from '../../electron/engine/hygiene/set-traces.ts';
import type { DecodedImage, Role } from '../../electron/shared/domain.ts';

interface Made {
  images: readonly DecodedImage[];
  labels?: readonly number[];
  classNames?: string[] | null;
  /** The network is fed (byte - mean) / sd. */
  mean?: number;
  sd?: number;
}

export function tracesOf(name: string, role: Role, { images, labels, classNames = null, mean = 128, sd = 40 }: Made): SetTraces {
  const traces = emptyTraces(images.length);
  images.forEach((image, row) => {
    const { channels, width, height } = image;
    const values = Float32Array.from(image.pixels, (byte) => (byte - mean) / sd);
    writeTrace(traces, row, image, { values, offset: 0, channels, width, pixels: width * height, planar: false });
  });
  return {
    ...traces,
    set: {
      set: { name, role, path: name, format: 'auto', limit: null },
      layout: 'folder',
      entries: images.length,
      sha256: name,
      classNames,
      id: 0,
      key: name,
      count: images.length,
      rejected: [],
      redraws: 0,
      seconds: 0,
    },
    rows: images.length,
    labels: Int32Array.from(labels ?? images.map(() => -1)),
    hashes: new Uint8Array(Buffer.concat(images.map(({ pixels }) => createHash('sha256').update(pixels).digest()))),
    ats: images.map((_, i) => `${name}/${i}.png`),
  };
}
