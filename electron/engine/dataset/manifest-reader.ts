/**
 * Reader of a CSV manifest, documented in README: a header with the column path and, as wanted, label and tags; paths are
 * relative to the file and stay in its folder. Tags are KEY=VALUE with ";" between; any other column is a tag too. Labels
 * that are all whole numbers are the numbers of the classes (below 0: none), others are names.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { streamCsv } from './csv-table.ts';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { firstBytes } from './image-format.ts';
import { fileWithin, namesIn } from './layout-place.ts';
import { throwIfAborted } from './range.ts';
import type { Reader } from './types.ts';

export const manifestReader: Reader = {
  id: 'csv-manifest',
  looksFor: 'a CSV manifest (path,label,tags)',
  async recognise(given) {
    return filesOf(given).length > 0;
  },
  async choices(given) {
    const files = filesOf(given);
    return files.length > 1 ? files : [];
  },
  async open(given, { limit, name, signal }) {
    const [file] = filesOf(given);
    if (file === undefined) {
      throw new AppError('E_DATASET', `${path.basename(given)} has no column "path".`, {
        next: 'Begin it with path,label,tags.',
      });
    }
    const rows = await readRows(file, signal);
    const numbered = rows.every(({ label }) => /^(?:-?\d+)?$/.test(label));
    const named = [...new Set(rows.map(({ label }) => label))].filter((label) => label !== '').sort();
    const entries = rows.slice(0, limit ?? rows.length).map(({ label, ...entry }): FileEntry => {
      if (label === '') return entry;
      return numbered ? { ...entry, label: Number(label) < 0 ? null : Number(label) } : { ...entry, labelName: label };
    });
    const set = { layout: 'csv-manifest', name: name ?? path.parse(file).name, ignored: 0, annotated: true };
    return fileSet({ ...set, root: path.dirname(file), entries, classNames: numbered ? null : named });
  },
};

/** The file, or those directly in a folder. */
function filesOf(given: string): string[] {
  if (isFile(given)) return isManifest(given) ? [given] : [];
  return namesIn(given)
    .filter((name) => /\.csv$/i.test(name))
    .map((name) => path.join(given, name))
    .filter(isManifest);
}

function isManifest(file: string): boolean {
  if (!/\.csv$/i.test(file)) return false;
  const [head] = Buffer.from(firstBytes(file, 4096))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  return head.split(',').some((column) => plain(column) === 'path');
}

const plain = (column: string): string => column.trim().replace(/^"|"$/g, '').toLowerCase();

interface Row extends Pick<FileEntry, 'at' | 'fault'> {
  label: string;
  tags: Record<string, string>;
}

async function readRows(file: string, signal: AbortSignal | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  let columns: string[] | null = null;
  for await (const cells of streamCsv(file, signal)) {
    throwIfAborted(signal);
    if (columns === null)
      columns = cells.map((cell) => (['path', 'label', 'tags'].includes(plain(cell)) ? plain(cell) : cell.trim()));
    else rows.push(readRow(columns, cells, path.dirname(file)));
  }
  if (rows.length > 0) return rows;
  throw new AppError('E_DATASET', `${path.basename(file)} names no images.`, { next: 'Add a row for each image.' });
}

function readRow(columns: readonly string[], cells: readonly string[], folder: string): Row {
  const values = new Map(columns.map((column, i) => [column, (cells[i] ?? '').trim()]));
  const at = values.get('path') ?? '';
  const others = [...values].filter(([column, value]) => !['path', 'label', 'tags', ''].includes(column) && value !== '');
  const row = {
    at,
    label: values.get('label') ?? '',
    tags: Object.fromEntries([...tagsIn(values.get('tags') ?? ''), ...others]),
  };
  const within = fileWithin(folder, at);
  return within === null ? { ...row, fault: "its path leads out of the manifest's folder" } : row;
}

/** A tag without a value is one that applies. */
function tagsIn(text: string): [string, string][] {
  const parts = text.split(/[;|]/).map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [, key, value] = /^([^=:]*)[=:](.*)$/.exec(part) ?? [part, part, 'yes'];
      return [key.trim(), value.trim()];
    });
}
