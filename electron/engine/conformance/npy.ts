/** Topic npy_npz: files that numpy wrote, and hostile ones that must be refused. All values are exact. */
import { readNpy, NpyError, type NpyArray } from '../npy/npy.ts';
import { readNpz } from '../npy/npz.ts';
import type { Check, GoldenCase, TopicCheck } from './types.ts';

export const npyTopic: TopicCheck = async (golden, check) => {
  const bytes = Buffer.from(golden.base64 as string, 'base64');
  if (golden.kind === 'npz') await npzCase(bytes, golden, check);
  else npyCase(bytes, golden, check);
};

function npyCase(bytes: Buffer, golden: GoldenCase, check: Check): void {
  const got = attempt(() => readNpy(bytes));
  // Text and complex numbers may be refused; Oodlab has no use for them.
  check.same('accepted', got !== null, golden.expect === 'ok');
  if (got === null || golden.expect !== 'ok') return;
  check.same('version', got.version, golden.version);
  arraysAgree(got, golden.array, check);
}

async function npzCase(bytes: Buffer, golden: GoldenCase, check: Check): Promise<void> {
  const members = await readNpz(bytes).catch((error: unknown) => nullIfRefused(error));
  check.same('accepted', members !== null, golden.expect === 'ok');
  if (members === null || golden.expect !== 'ok') return;
  check.same(
    'names',
    members.map(({ name }) => name),
    golden.names,
  );
  const wanted = golden.arrays as Record<string, unknown>[];
  members.forEach(({ content }, i) => {
    if ('error' in wanted[i]) check.same('refused', content instanceof NpyError, true);
    else if (Buffer.isBuffer(content)) check.same('bytes', content.toString('base64'), wanted[i].bytes);
    else if (content instanceof NpyError) check.fail(content.message);
    else arraysAgree(content, wanted[i], check);
  });
}

/** numpy calls an array Fortran-ordered only if its order matters. */
function arraysAgree({ shape, data }: NpyArray, golden: unknown, check: Check): void {
  const wanted = golden as { shape: number[]; data: unknown[]; dtype: string };
  check.same('shape', shape, wanted.shape);
  check.same(
    'values',
    Array.from<number | bigint, unknown>(data, goldenValue),
    wanted.data.map((value) => asFloat32(value, wanted.dtype)),
  );
}

/** As golden files write numbers: -0 as 0 in JSON, non-finite ones and integers of 2^53 and more as text. */
function goldenValue(value: number | bigint): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  const small = value < 2n ** 53n && value > -(2n ** 53n);
  return small ? Number(value) : String(value);
}

/** float32 values are printed with their own shortest digits. */
function asFloat32(value: unknown, dtype: string): unknown {
  return typeof value === 'number' && dtype.endsWith('f4') ? Math.fround(value) : value;
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    return nullIfRefused(error);
  }
}

function nullIfRefused(error: unknown): null {
  if (error instanceof NpyError) return null;
  throw error;
}
