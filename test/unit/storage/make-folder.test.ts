/** Folders that cannot be made end in an error, where Node's recursive mkdir goes on for ever. */
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../electron/engine/storage/make-folder.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();

it('makes what is missing, and takes what is there', () => {
  const deep = path.join(folder, 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
  const link = path.join(folder, 'link');
  symlinkSync(deep, link);
  makeFolder(path.join(link, 'd'));
  expect(existsSync(path.join(deep, 'd'))).toBe(true);
});

it('says so where a file is in the way', () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(path.join(file, 'below'))).toThrow('ENOTDIR');
});

it.runIf(process.platform === 'linux')('says so where no folder can be made', () => {
  expect(() => makeFolder('/proc/oodlab')).toThrow('ENOENT');
  expect(() => makeFolder('/proc/oodlab/below')).toThrow('ENOENT');
  mkdirSync(path.join(folder, 'links'));
  const nowhere = path.join(folder, 'links', 'nowhere');
  symlinkSync(path.join(folder, 'gone', 'away'), nowhere);
  expect(() => makeFolder(path.join(nowhere, 'below'))).toThrow('EEXIST');
});
