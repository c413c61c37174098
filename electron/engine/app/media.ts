/**
 * Pictures of data set images by id: `SOURCE/INDEX/SIZE`, where a source is a set that core itself has named before. A
 * path never comes from outside. Readers stay open and pictures are kept, both up to a limit, least used first out.
 */
import type { MediaAnswer } from '../../shared/app/core-protocol.ts';
import { AppError } from '../../shared/errors.ts';
import { openSet, sourceOf, type SetSource } from '../dataset/set-source.ts';
import type { ImageRecord, OpenedSet } from '../dataset/types.ts';
import { contentKey } from '../pipeline/keys.ts';
import { thumbnail } from './pictures.ts';

export type ImageSource = SetSource;

export const THUMBNAIL = 96;
const LARGEST = 1024;
const OPEN_SETS = 8;
const KEPT_BYTES = 32 << 20;

export class Media {
  private readonly sources = new Map<string, ImageSource>();
  private readonly open = new Map<string, Promise<OpenedSet>>();
  private readonly kept = new Map<string, Uint8Array>();
  private keptBytes = 0;

  /** Address of an image of a set, as the window uses it. Another last part gives another size. */
  address(source: ImageSource, index: number, size = THUMBNAIL): string {
    return `/media/${this.name(source)}/${index}/${size}`;
  }

  /** Sets whose addresses the window may still hold from before core was started again. */
  know(sources: readonly ImageSource[]): void {
    for (const source of sources) this.name(source);
  }

  /** null: no such picture. */
  async answer(id: string): Promise<MediaAnswer> {
    const match = /^([0-9a-f]{16})\/(\d{1,9})\/(\d{1,4})$/.exec(id);
    const source = match === null ? undefined : this.sources.get(match[1]);
    if (match === null || source === undefined || Number(match[3]) < 16 || Number(match[3]) > LARGEST) return null;
    const known = this.kept.get(id);
    if (known !== undefined) {
      this.keep(id, known);
      return { type: 'image/png', bytes: known };
    }
    try {
      const record = await this.record(source, Number(match[2]));
      const bytes = thumbnail(await record.load(), Number(match[3]));
      this.keep(id, bytes);
      return { type: 'image/png', bytes };
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  /** One image of a set. Throws E_INPUT when there is none at this index. */
  async record(source: ImageSource, index: number): Promise<ImageRecord> {
    const [record] = await this.records(source, index, index + 1);
    if (record !== undefined) return record;
    throw new AppError('E_INPUT', `There is no image ${index} in this data set.`, { next: 'Choose another image.' });
  }

  async records(source: ImageSource, from: number, to: number): Promise<ImageRecord[]> {
    const set = await this.set(source);
    const records: ImageRecord[] = [];
    for await (const record of set.images({ from, to })) records.push(record);
    return records;
  }

  set(source: ImageSource): Promise<OpenedSet> {
    const name = this.name(source);
    const set = this.open.get(name) ?? openSet(source, { verify: false });
    this.open.delete(name);
    this.open.set(name, set);
    set.catch(() => this.open.delete(name));
    for (const oldest of this.open.keys()) if (this.open.size > OPEN_SETS) this.open.delete(oldest);
    return set;
  }

  /** The files of a set may have changed: nothing of it is kept. */
  forget(source: ImageSource): void {
    const name = this.name(source);
    this.open.delete(name);
    for (const [id, bytes] of this.kept) {
      if (!id.startsWith(name)) continue;
      this.kept.delete(id);
      this.keptBytes -= bytes.length;
    }
  }

  private name(given: ImageSource): string {
    const source = sourceOf(given);
    const name = contentKey(source).slice(0, 16);
    this.sources.set(name, source);
    return name;
  }

  private keep(id: string, bytes: Uint8Array): void {
    if (this.kept.delete(id)) this.keptBytes -= bytes.length;
    this.kept.set(id, bytes);
    this.keptBytes += bytes.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.keptBytes <= KEPT_BYTES) break;
      this.kept.delete(oldest);
      this.keptBytes -= length;
    }
  }
}
