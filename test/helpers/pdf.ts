/** What poppler reads out of a PDF: text, facts, and the box of every word. */
import { execFileSync } from 'node:child_process';
import { decode, type DecodedPng } from 'fast-png';
import { needSystemPackages } from '../../scripts/system-packages.ts';

/** Installs poppler-utils where that is possible, else throws with its name. */
export const needPoppler = (): Promise<void> => needSystemPackages([['poppler-utils', '/usr/bin/pdftotext']]);

const poppler = (tool: string, args: string[]): string => execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });

/** Text in reading order, every kind of space as one plain space; of one page where it is named. */
export function pdfText(file: string, page?: number): string {
  const only = page === undefined ? [] : ['-f', String(page), '-l', String(page)];
  return poppler('pdftotext', ['-layout', ...only, file, '-']).replace(/[\s\u00a0\u202f]+/g, ' ');
}

export const pdfInfo = (file: string): string => poppler('pdfinfo', [file]);
export const pdfStructure = (file: string): string => poppler('pdfinfo', ['-struct', file]);
export const pdfFonts = (file: string): string => poppler('pdffonts', [file]);

/** The first page as poppler draws it, at a width in pixels. */
export function pdfFirstPage(file: string, width: number): DecodedPng {
  const size = ['-scale-to-x', String(width), '-scale-to-y', '-1'];
  const args = ['-png', '-singlefile', '-f', '1', ...size, file];
  return decode(execFileSync('pdftoppm', args, { maxBuffer: 2 ** 28 }));
}

export interface WordBox {
  page: number;
  text: string;
  xMin: number;
  yMin: number;
  xMax: number;
  yMax: number;
}

export function pdfWords(file: string): { width: number; height: number; words: WordBox[] } {
  const xml = poppler('pdftotext', ['-bbox', file, '-']);
  const words: WordBox[] = [];
  let page = 0;
  let size = { width: 0, height: 0 };
  for (const line of xml.split('\n')) {
    const head = /<page width="([\d.]+)" height="([\d.]+)"/.exec(line);
    if (head !== null) {
      page++;
      size = { width: Number(head[1]), height: Number(head[2]) };
    }
    const word = /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)<\/word>/.exec(line);
    if (word === null) continue;
    const [xMin, yMin, xMax, yMax] = word.slice(1, 5).map(Number);
    words.push({ page, text: word[5], xMin, yMin, xMax, yMax });
  }
  return { ...size, words };
}
