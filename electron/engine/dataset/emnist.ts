/**
 * What is special about EMNIST (nist.gov/itl/products-and-services/emnist-dataset): its IDX images are transposed, its
 * letters are numbered from 1, and emnist-KIND-mapping.txt tells the character codes of each class.
 */
import path from 'node:path';
import { isFile } from './idx.ts';
import { linesOf } from './layout-place.ts';

export interface Emnist {
  /** Number of the first class in the files. */
  firstLabel: number;
  classNames: string[] | null;
}

const IMAGES = /^emnist-(balanced|byclass|bymerge|digits|letters|mnist)-(?:train|test)-images-idx3-ubyte(?:\.gz)?$/;

/** null: the file is not one of EMNIST. */
export function emnistOf(imagesFile: string): Emnist | null {
  const kind = IMAGES.exec(path.basename(imagesFile))?.[1];
  if (kind === undefined) return null;
  const firstLabel = kind === 'letters' ? 1 : 0;
  const mapping = path.join(path.dirname(imagesFile), `emnist-${kind}-mapping.txt`);
  return { firstLabel, classNames: isFile(mapping) ? namesIn(mapping, firstLabel) : null };
}

/** Lines of a class and the codes of its characters, the first of which names it. */
function namesIn(mapping: string, firstLabel: number): string[] | null {
  const names: string[] = [];
  for (const line of linesOf(mapping)) {
    const [label, code] = line.split(/\s+/).map(Number);
    if (label !== firstLabel + names.length || !(code > 32 && code < 127)) return null;
    names.push(String.fromCharCode(code));
  }
  return new Set(names).size === names.length ? names : null;
}
