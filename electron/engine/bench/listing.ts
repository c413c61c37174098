/** How a large folder and large archives are listed: time to the first image, the longest pause on the way, peak memory. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { encode } from 'fast-png';
import { openDataset } from '../dataset/open-dataset.ts';
import type { PartOptions } from './bench-options.ts';
import { benchRow, type BenchRow } from './bench-report.ts';
import { ResidentWatch } from './resident-size.ts';
import { writeSparseTar, writeSparseZip } from './sparse-archives.ts';

const SIDE = 32;

export async function listing(options: PartOptions): Promise<BenchRow[]> {
  const { folder, effort, onStep, signal } = options;
  const { images, gigabytes } = effort.listing;
  const first = encode({ width: SIDE, height: SIDE, channels: 3, data: new Uint8Array(3 * SIDE * SIDE).fill(100) });
  const imageBytes = Math.floor((gigabytes * 1e9) / images);
  const archive = (name: string) => ({ file: path.join(folder, name), images, imageBytes, first });
  const size = `${images.toLocaleString('en')} images`;
  const sets: [id: string, what: string, make: (place: string) => Promise<void>][] = [
    ['folder', `a folder of ${size}`, (place) => writeFolder(place, images, first)],
    ['images.zip', `a ZIP archive of ${size}, ${gigabytes} GB`, () => writeSparseZip(archive('images.zip'))],
    ['images.tar', `a TAR archive of ${size}, ${gigabytes} GB`, () => writeSparseTar(archive('images.tar'))],
  ];
  const rows: BenchRow[] = [];
  for (const [id, what, make] of sets) {
    signal?.throwIfAborted();
    onStep(`listing: writing ${what}`);
    const place = path.join(folder, id);
    await make(place);
    onStep(`listing: opening ${what}`);
    rows.push(...rowsOf(id, what, await firstImage(place)));
  }
  return rows;
}

async function writeFolder(place: string, images: number, bytes: Uint8Array): Promise<void> {
  await mkdir(place);
  for (let i = 0; i < images; i++) await writeFile(path.join(place, `${i}.png`), bytes);
}

interface Opened {
  count: number;
  seconds: number;
  pauseSeconds: number;
  peakBytes: number;
}

async function firstImage(place: string): Promise<Opened> {
  const pauses = monitorEventLoopDelay({ resolution: 5 });
  const watch = new ResidentWatch(() => []);
  try {
    pauses.enable();
    const started = performance.now();
    const set = await openDataset(place, { format: 'auto', limit: null });
    for await (const record of set.images({ to: 1 })) await record.load();
    const seconds = (performance.now() - started) / 1000;
    return { count: set.count, seconds, pauseSeconds: pauses.max / 1e9, peakBytes: watch.take() };
  } finally {
    pauses.disable();
    watch.stop();
  }
}

function rowsOf(id: string, what: string, { count, seconds, pauseSeconds, peakBytes }: Opened): BenchRow[] {
  const note = `${count} listed`;
  return [
    benchRow({ id: `listing.${id}.first`, what: `first image of ${what}`, measured: seconds, unit: 's', note }),
    benchRow({ id: `listing.${id}.pause`, what: `longest pause of the event loop meanwhile`, measured: pauseSeconds, unit: 's' }),
    benchRow({ id: `listing.${id}.peak`, what: `peak resident size meanwhile`, measured: peakBytes / 1e6, unit: 'MB' }),
  ];
}
