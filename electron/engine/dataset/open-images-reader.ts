/**
 * Reader of Open Images (storage.googleapis.com/openimages/web/download_v7.html): SPLIT/*.jpg with CSV files of boxes or
 * image labels beside it, or SPLIT/data and SPLIT/labels as FiftyOne writes them. The classes that are there come as the tag
 * "objects", joined by "+": a label with Confidence 0 was looked for and is not there. Ids are text.
 */
import path from 'node:path';
import { isFile } from './idx.ts';
import { foldersIn, isFolder, joinNames, namesIn } from './layout-place.ts';
import { splitReader } from './split-folders.ts';
import { streamCsv } from './csv-table.ts';

const SPLITS = ['train', 'validation', 'test'];
const LABELS = /^(?:oidv\d+-)?(train|validation|test)-annotations-(?:bbox|human-imagelabels(?:-boxable)?)\.csv$/;
const CLASSES = /^(?:(?:oidv\d+-)?class-descriptions(?:-boxable)?|classes)\.csv$/;
const FIFTYONE = ['detections.csv', 'classifications.csv'];

export const openImagesReader = splitReader({
  id: 'open-images',
  looksFor: 'Open Images (SPLIT and SPLIT-annotations-bbox.csv)',
  splitFolders(root) {
    return SPLITS.flatMap((split) => {
      const folder = ['', 'images'].map((up) => path.join(root, up, split)).find(isFolder);
      if (folder === undefined || labelFiles(root, split).length === 0) return [];
      return [isFolder(path.join(folder, 'data')) ? path.join(folder, 'data') : folder];
    });
  },
  splitName,
  splitOfFile(file, folders) {
    const split = LABELS.exec(path.basename(file))?.[1];
    return folders.find((folder) => splitName(folder) === split);
  },
  accepts: (at) => /\.jpe?g$/i.test(at),
  async tags({ root, folder, paths, signal }) {
    const names = await classNames(root, splitName(folder), signal);
    const objects = new Map(paths.map((at) => [path.posix.parse(at).name, new Set<string>()]));
    for (const file of labelFiles(root, splitName(folder))) {
      for await (const [id, label, confidence] of columns(file, ['ImageID', 'LabelName', 'Confidence'], signal)) {
        if (Number(confidence) > 0) objects.get(id)?.add(names.get(label) ?? label);
      }
    }
    return {
      of(at): Record<string, string> {
        const there = joinNames(objects.get(path.posix.parse(at).name) ?? []);
        return there === '' ? {} : { objects: there };
      },
    };
  },
});

function splitName(folder: string): string {
  return path.basename(path.basename(folder) === 'data' ? path.dirname(folder) : folder);
}

/** The root and the folders in it, where files of labels lie. */
function placesOf(root: string, split: string): string[] {
  const inner = foldersIn(root).filter((name) => !SPLITS.includes(name) && name !== 'images');
  return [
    root,
    ...['labels', 'metadata'].map((name) => path.join(root, split, name)),
    ...inner.map((name) => path.join(root, name)),
  ];
}

function labelFiles(root: string, split: string): string[] {
  const official = placesOf(root, split).flatMap((place) =>
    namesIn(place)
      .filter((name) => LABELS.exec(name)?.[1] === split)
      .map((name) => path.join(place, name)),
  );
  return [...official, ...FIFTYONE.map((name) => path.join(root, split, 'labels', name)).filter(isFile)];
}

/** Rows of a class and its name, without a header. */
async function classNames(root: string, split: string, signal: AbortSignal | undefined): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const place of placesOf(root, split)) {
    for (const file of namesIn(place).filter((name) => CLASSES.test(name))) {
      for await (const [id, name] of streamCsv(path.join(place, file), signal)) names.set(id, name ?? id);
    }
  }
  return names;
}

/** The values of some columns. */
async function* columns(file: string, wanted: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<string[]> {
  let places: number[] | null = null;
  for await (const row of streamCsv(file, signal)) {
    if (places === null) places = wanted.map((name) => row.indexOf(name));
    else yield places.map((place) => row[place] ?? '');
  }
}
