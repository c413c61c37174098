import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { createBatchLoader, type BatchLoader, type LoadedBatch } from '../../../electron/engine/dataset/batch-loader.ts';
import { LoaderThread } from '../../../electron/engine/dataset/loader-thread-handle.ts';
import { openDataset } from '../../../electron/engine/dataset/open-dataset.ts';
import { preprocessInto } from '../../../electron/engine/dataset/preprocess.ts';
import { preprocessSchema } from '../../../electron/shared/plan.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { EXPECTED, IMAGES, idxImages, idxLabels } from './fixtures.ts';

const root = tempFolder();
const idx = tempFolder();
const NAMES = ['png-rgb-8.png', 'empty.png', 'png-gray-1.png', 'jpeg-444.jpg', 'webp-lossy.webp', 'text.png', 'bmp-4.bmp'];
NAMES.forEach((name, i) => copyFileSync(path.join(IMAGES, name), path.join(root, `${i}-${name}`)));
writeFileSync(path.join(idx, 'a-images-idx3-ubyte'), idxImages(9, 5, 6));
writeFileSync(path.join(idx, 'a-labels-idx1-ubyte'), idxLabels([0, 1, 2, 3, 4, 5, 6, 7, 8]));

const SETS = [
  { key: 'folder', path: root, format: 'auto', limit: null, name: 'folder' },
  { key: 'idx', path: idx, format: 'auto', limit: 8 },
];
const INPUT = { dtype: 'float32', height: 4, width: 6, channels: 3, batchAxis: true } as const;
const PREPROCESS = preprocessSchema.parse({ resize: { height: 4, width: 6 }, mean: [0.5, 0.4, 0.3], std: [0.2] });
const open: BatchLoader[] = [];
afterAll(() => Promise.all(open.map((loader) => loader.close())));

function loader(options: Partial<Parameters<typeof createBatchLoader>[0]>): BatchLoader {
  const made = createBatchLoader({ sets: SETS, preprocess: PREPROCESS, input: INPUT, ...options });
  open.push(made);
  return made;
}

/** Decoded and preprocessed in this thread. */
async function direct(set: (typeof SETS)[number], from: number, to: number): Promise<Pick<LoadedBatch, 'ats' | 'data'>> {
  const ats: string[] = [];
  const rows: Float32Array[] = [];
  for await (const record of (await openDataset(set.path, set)).images({ from, to })) {
    const image = await record.load().catch(() => null);
    if (image === null) continue;
    const out = new Float32Array(72);
    preprocessInto(image, PREPROCESS, { ...INPUT, layout: 'NCHW' }, { out, offset: 0 });
    ats.push(record.at);
    rows.push(out);
  }
  return { ats, data: Float32Array.from(rows.flatMap((row) => [...row])) };
}

describe('batch loader', () => {
  it.each([1, 3])('gives the same as decoding directly, %d threads', async (threads) => {
    const made = loader({ threads });
    const ranges: [number, number][] = [
      [0, 7],
      [0, 1],
      [1, 2],
      [2, 7],
      [5, 50],
      [6, 7],
      [0, 2],
    ];
    const batches = await Promise.all(ranges.flatMap(([from, to]) => SETS.map((set) => made.load(set.key, from, to))));
    let i = 0;
    for (const [from, to] of ranges) {
      for (const set of SETS) {
        const batch = batches[i++];
        const wanted = await direct(set, from, to);
        expect(batch.ats).toEqual(wanted.ats);
        expect(batch.data).toEqual(wanted.data);
        expect(batch).toMatchObject({ from, to, shape: [wanted.ats.length, 3, 4, 6] });
      }
    }
  });

  it('lists rejected images, hashes and labels', async () => {
    const made = loader({ threads: 2 });
    const batch = await made.load('folder', 0, 7);
    expect([...batch.indices]).toEqual([0, 2, 3, 4, 6]);
    expect(batch.rejected).toEqual([
      { index: 1, at: '1-empty.png', reason: 'the file is empty' },
      { index: 5, at: '5-text.png', reason: 'it is not a PNG, JPEG, BMP or WebP image' },
    ]);
    expect(batch.sha256[0]).toBe(EXPECTED.exact['png-rgb-8.png'].sha256);
    expect([...batch.labels]).toEqual([-1, -1, -1, -1, -1]);
    expect([...(await made.load('idx', 3, 20)).labels]).toEqual([3, 4, 5, 6, 7]);
    expect((await made.load('folder', 1, 2)).shape).toEqual([0, 3, 4, 6]);
  });

  it('writes bytes and channels last', async () => {
    const preprocess = preprocessSchema.parse({ color: 'gray', layout: 'NHWC' });
    const made = loader({ preprocess, input: { ...INPUT, dtype: 'uint8', height: 5, channels: 1 }, threads: 2 });
    const { data, shape } = await made.load('idx', 0, 3);
    expect(shape).toEqual([3, 5, 6, 1]);
    expect(data).toEqual(new Uint8Array(idxImages(3, 5, 6).subarray(16)));
  });

  it('ends the load when an image does not fit the model', async () => {
    const made = loader({ preprocess: preprocessSchema.parse({}), threads: 2 });
    await expect(made.load('folder', 0, 7)).rejects.toMatchObject({
      code: 'E_DATASET',
      message: expect.stringContaining('0-png-rgb-8.png: An image is 9x13'),
      next: 'Set model.preprocess.resize.',
    });
    await expect(made.load('nothing', 0, 7)).rejects.toMatchObject({ code: 'E_INTERNAL' });
  });

  it('can be cancelled and closed', async () => {
    const made = loader({ threads: 1 });
    const controller = new AbortController();
    const cancelled = made.load('folder', 0, 7, controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'E_CANCELLED' });
    expect((await made.load('folder', 0, 7)).ats).toHaveLength(5);
    const pending = made.load('folder', 0, 7);
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'E_CANCELLED' }), made.close()]);
    await expect(made.load('folder', 0, 1)).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });

  it('says so when memory or a thread is lost', async () => {
    const made = loader({ input: { ...INPUT, height: 1e7, width: 1e7 }, threads: 1 });
    await expect(made.load('idx', 0, 8)).rejects.toMatchObject({ code: 'E_OOM' });
    const thread = new LoaderThread({ sets: SETS, preprocess: PREPROCESS, target: { ...INPUT, layout: 'NCHW' } });
    const request = { set: 'folder', from: 0, to: 7 };
    const { signal } = new AbortController();
    const pending = thread.load(request, signal);
    const { worker } = thread as unknown as { worker: Worker };
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'E_WORKER_LOST' }), worker.terminate()]);
    await expect(thread.load(request, signal)).rejects.toMatchObject({ code: 'E_WORKER_LOST' });
  });
});
