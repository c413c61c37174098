/** The writer against numpy's own bytes and the reader; hostile headers beyond the golden file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { npyHead, readNpy } from '../../../electron/engine/npy/npy.ts';
import { ROOT } from '../../helpers/run-cli.ts';

const CHAIN = path.join(ROOT, 'test', 'fixtures', 'demo-reference', 'chain');

test.each(['entropy.npy', 'train_entropy.npy', 'larem_mean.npy'])('%s: written again, the bytes are those of numpy', (name) => {
  const bytes = readFileSync(path.join(CHAIN, name));
  const { data, shape, descr } = readNpy(bytes);
  const dtype = descr === '<f4' ? 'float32' : 'float64';
  const again = Buffer.concat([npyHead(dtype, shape), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
  expect(again.equals(bytes)).toBe(true);
});

const file = (header: string, data = Buffer.alloc(48)): Buffer => {
  const text = Buffer.from(header, 'latin1');
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  head.writeUInt16LE(text.length, 8);
  return Buffer.concat([head, text, data]);
};

test.each([
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (5)}", 'header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (2,,3)}", 'header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (1e1,)}", 'header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (9007199254740993,)}", 'header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), 'shape': (1, 1)}", 'header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)} + x", 'header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296)}", 'cut off'],
  ["{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 'Python objects'],
  ["{'descr': 'constructor', 'fortran_order': False, 'shape': (1,)}", 'not supported'],
  ["{'__proto__': 'a', 'fortran_order': False, 'shape': (1,)}", 'header'],
])('refused: %s', (header, why) => {
  expect(() => readNpy(file(header))).toThrow(why);
});
