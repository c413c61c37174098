/**
 * Merkle tree hash of RFC 6962 section 2.1 over SHA-256: a leaf is SHA-256(0x00 | data), a node SHA-256(0x01 | left |
 * right), a tree splits at the largest power of two below its size. One root stands for every leaf and their order.
 */
import { hash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer');

/** @returns the root in hex; of nothing, the SHA-256 of nothing. Memory grows with the logarithm of the leaves. */
export function merkleRoot(leaves: Iterable<string>): string {
  // Complete subtrees, the largest first; two of one size are joined at once.
  const stack: { hash: Buffer; size: number }[] = [];
  const join = (): void => {
    const right = stack.pop()!;
    const left = stack.pop()!;
    stack.push({ hash: sha256(Buffer.concat([NODE, left.hash, right.hash])), size: left.size + right.size });
  };
  for (const leaf of leaves) {
    stack.push({ hash: sha256(Buffer.concat([LEAF, Buffer.from(leaf)])), size: 1 });
    while (stack.length > 1 && stack[stack.length - 2].size === stack[stack.length - 1].size) join();
  }
  while (stack.length > 1) join();
  return (stack[0]?.hash ?? sha256(Buffer.alloc(0))).toString('hex');
}
