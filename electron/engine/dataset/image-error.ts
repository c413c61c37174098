/** A damaged or unsupported image. `reason` is the sentence without the file's name: lists show the name beside it. */
import { AppError } from '../../shared/errors.ts';

export class ImageError extends AppError {
  readonly reason: string;

  constructor(name: string, reason: string, cause?: unknown) {
    super('E_DATASET', `${name}: ${reason}.`, {
      next: 'Replace or remove the file.',
      ...(cause === undefined ? {} : { cause }),
    });
    this.reason = reason;
  }
}

/** The reason to show for anything that `load` threw. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof ImageError) return thrown.reason;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Larger images are refused from their header, before anything is allocated for them. */
export const MAX_PIXELS = 100_000_000;

/** Refuses empty and oversized images by what their header says. */
export function checkSize(width: number, height: number, name: string): void {
  if (width < 1 || height < 1) throw new ImageError(name, `its header gives a size of ${width}x${height}`);
  if (width * height > MAX_PIXELS) {
    throw new ImageError(name, `${width}x${height} is larger than the limit of ${MAX_PIXELS / 1e6} megapixels`);
  }
}
