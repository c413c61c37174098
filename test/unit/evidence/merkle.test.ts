/** The Merkle root against RFC 6962's own definition, written recursively, and against certificate-transparency vectors. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { merkleRoot } from '../../../electron/engine/evidence/merkle.ts';

const sha = (...parts: (string | Buffer)[]): Buffer => parts.reduce((h, part) => h.update(part), createHash('sha256')).digest();

/** Section 2.1, as it stands there. */
function mth(leaves: string[]): Buffer {
  if (leaves.length === 0) return sha('');
  if (leaves.length === 1) return sha('\0', leaves[0]);
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return sha('\u0001', mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

test('every size from 0 to 70 gives the root of the definition', () => {
  for (let n = 0; n <= 70; n++) {
    const leaves = Array.from({ length: n }, (_, i) => `leaf ${i * 7919}`);
    expect(merkleRoot(leaves)).toBe(mth(leaves).toString('hex'));
  }
});

test('known roots: of nothing, and of one empty leaf', () => {
  expect(merkleRoot([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(merkleRoot([''])).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
});
