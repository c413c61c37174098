/**
 * Sampled vectors of the data sets, in chunks. A chunk is written in one transaction: after a kill it is there whole
 * or not at all, and an image can never be counted twice because (set, start) is the key.
 */
import type Database from 'better-sqlite3';
import type { RejectedImage } from '../../shared/domain.ts';
import { float32FromBlob, float64FromBlob, int32FromBlob, toBlob } from './blobs.ts';

export interface RejectedEntry extends RejectedImage {
  index: number;
}

/**
 * Vectors that only some detectors and baselines read. joint: joint entropy of the samples [rows, 1]. penultimate: what the
 * last layer reads [rows, F]. dense: scores of pixels or boxes made one of the image [rows, 4]. uncertainty: predictive entropy and mutual information of the sampled logits [rows, 2].
 * first-N: entropies of the first N samples of each image [rows, D].
 */
export type NamedExtra = 'joint' | 'penultimate' | 'uncertainty' | 'dense';
export type FirstKind = `first-${number}`;
export type ExtraKind = NamedExtra | FirstKind;
export type ByExtra<T> = Partial<Record<NamedExtra, T>> & Record<FirstKind, T>;

/** N of "first-N". */
export function firstOf(kind: FirstKind): number {
  return Number(kind.slice('first-'.length));
}

export function isFirst(kind: string): kind is FirstKind {
  return kind.startsWith('first-');
}

export interface Extra {
  cols: number;
  data: Float64Array | Float32Array;
}

/** Vectors of the accepted images among entries [start, stop) of a set. */
export interface Chunk {
  start: number;
  stop: number;
  rows: number;
  indices: Int32Array;
  /** -1: no label. */
  labels: Int32Array;
  /** SHA-256 of the decoded pixels, 32 bytes an image. */
  hashes: Uint8Array;
  ats: string[];
  /** float32 [rows, TRACE] and [rows, PRINT_BYTES] of the hygiene checks; empty where they are not known. */
  cues: Float32Array;
  prints: Uint8Array;
  /** float64 [rows, entropyDim]; empty when the mechanism is none. */
  entropies: Float64Array;
  entropyDim: number;
  /** float32 [rows, latentDim]: the reduced latent without sampling. */
  latents: Float32Array;
  latentDim: number;
  /** float32 [rows, logitDim]; empty when no logits were asked for. */
  logits: Float32Array;
  logitDim: number;
  /** Those that the job asked for. */
  extras?: ByExtra<Extra>;
  rejected: RejectedEntry[];
  /** Masks that dropped every position and were drawn again. */
  redraws: number;
  seconds: number;
}

/** A chunk without its vectors. */
export type ChunkHead = Omit<
  Chunk,
  'entropies' | 'entropyDim' | 'latents' | 'latentDim' | 'logits' | 'logitDim' | 'cues' | 'prints' | 'extras'
>;

/** What the hygiene checks read of a chunk. */
export type ChunkTrace = Pick<Chunk, 'start' | 'rows' | 'labels' | 'hashes' | 'ats' | 'cues' | 'prints'>;

interface HeadRow {
  start: number;
  stop: number;
  rows: number;
  indices: Buffer;
  labels: Buffer;
  hashes: Buffer;
  ats: string;
  rejected: string;
  redraws: number;
  seconds: number;
}

interface ChunkRow extends HeadRow {
  entropy_dim: number;
  latent_dim: number;
  logit_dim: number;
  entropies: Buffer;
  latents: Buffer;
  logits: Buffer;
  cues: Buffer;
  prints: Buffer;
}

/** The vectors that every job leaves. */
export type VectorKind = 'entropy' | 'latent' | 'logits';

/** Columns of the vector and of its length, and how the vector is read. */
const VECTORS = {
  entropy: ['entropies', 'entropy_dim', float64FromBlob],
  latent: ['latents', 'latent_dim', float32FromBlob],
  logits: ['logits', 'logit_dim', float32FromBlob],
} as const;

type VectorRow = Pick<ExtraRow, 'start' | 'cols' | 'data'>;
type TraceRow = Pick<ChunkRow, 'start' | 'rows' | 'labels' | 'hashes' | 'ats' | 'cues' | 'prints'>;
interface ExtraRow {
  start: number;
  cols: number;
  data: Buffer;
}

const HEAD = 'start, stop, rows, indices, labels, hashes, ats, rejected, redraws, seconds';

export class SampleRepository {
  private readonly db: Database.Database;
  private readonly insertChunk: Database.Statement;
  private readonly insertExtra: Database.Statement;

  constructor(db: Database.Database) {
    this.db = db;
    this.insertChunk =
      db.prepare(`INSERT INTO chunk (set_id, start, stop, rows, entropy_dim, latent_dim, logit_dim, indices, labels, hashes,
      ats, entropies, latents, logits, rejected, redraws, seconds, cues, prints)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.insertExtra = db.prepare('INSERT INTO extra (set_id, start, kind, cols, data) VALUES (?, ?, ?, ?, ?)');
  }

  /** Finds or makes the set with this content key. `spec` is the JSON that was hashed, kept for people who ask. */
  openSet(set: { key: string; name: string; spec: string; total: number }): number {
    this.db
      .prepare('INSERT OR IGNORE INTO sample_set (key, name, spec, total) VALUES (?, ?, ?, ?)')
      .run(set.key, set.name, set.spec, set.total);
    return this.findSet(set.key)!;
  }

  findSet(key: string): number | undefined {
    return (this.db.prepare('SELECT id FROM sample_set WHERE key = ?').get(key) as { id: number } | undefined)?.id;
  }

  /** Starts of the chunks that are committed. */
  committed(setId: number): Set<number> {
    const rows = this.db.prepare('SELECT start FROM chunk WHERE set_id = ?').all(setId) as { start: number }[];
    return new Set(rows.map((row) => row.start));
  }

  addChunk(setId: number, chunk: Chunk): void {
    this.db.transaction(() => {
      this.insertHead(setId, chunk);
      for (const [kind, { cols, data }] of Object.entries(chunk.extras ?? {}))
        this.insertExtra.run(setId, chunk.start, kind, cols, toBlob(data));
    })();
  }

  /** What was hashed into the key of a set; '' where there is none. */
  specOf(key: string): string {
    const row = this.db.prepare('SELECT spec FROM sample_set WHERE key = ?').get(key) as { spec: string } | undefined;
    return row?.spec ?? '';
  }

  /** Copies a chunk of another project with all that hangs on it, as it stands there. @returns false when it is not there. */
  copyChunk(other: SampleRepository, { from, to, start }: { from: number; to: number; start: number }): boolean {
    const chunk = other.db.prepare('SELECT * FROM chunk WHERE set_id = ? AND start = ?').get(from, start) as RawRow | undefined;
    if (chunk === undefined) return false;
    const extras = other.db.prepare('SELECT * FROM extra WHERE set_id = ? AND start = ?').all(from, start) as RawRow[];
    this.db.transaction(() => {
      insertRaw(this.db, 'chunk', { ...chunk, set_id: to });
      for (const extra of extras) insertRaw(this.db, 'extra', { ...extra, set_id: to });
    })();
    return true;
  }

  private insertHead(setId: number, chunk: Chunk): void {
    this.insertChunk.run(
      setId,
      chunk.start,
      chunk.stop,
      chunk.rows,
      chunk.entropyDim,
      chunk.latentDim,
      chunk.logitDim,
      toBlob(chunk.indices),
      toBlob(chunk.labels),
      toBlob(chunk.hashes),
      JSON.stringify(chunk.ats),
      toBlob(chunk.entropies),
      toBlob(chunk.latents),
      toBlob(chunk.logits),
      JSON.stringify(chunk.rejected),
      chunk.redraws,
      chunk.seconds,
      toBlob(chunk.cues),
      toBlob(chunk.prints),
    );
  }

  /** Further vectors of the chunks, in the order of their entries; none where the job did not ask for them. */
  *extras(setId: number, kind: ExtraKind): Generator<Extra> {
    const next = this.db.prepare(
      'SELECT start, cols, data FROM extra WHERE set_id = ? AND kind = ? AND start > ? ORDER BY start LIMIT 1',
    );
    let row = next.get(setId, kind, -1) as ExtraRow | undefined;
    while (row !== undefined) {
      yield { cols: row.cols, data: kind === 'penultimate' ? float32FromBlob(row.data) : float64FromBlob(row.data) };
      row = next.get(setId, kind, row.start) as ExtraRow | undefined;
    }
  }

  /** Chunks in the order of their entries, one in memory at a time; their extras stay where they are. */
  *chunks(setId: number): Generator<Chunk> {
    for (const row of this.rows<ChunkRow>('*', setId)) yield fromRow(row);
  }

  /** One kind of vector alone, chunk by chunk: a detector is scored without reading what it does not look at. */
  *vectors(setId: number, kind: VectorKind): Generator<Extra> {
    const [data, cols, read] = VECTORS[kind];
    for (const row of this.rows<VectorRow>(`start, ${cols} AS cols, ${data} AS data`, setId)) {
      yield { cols: row.cols, data: read(row.data) };
    }
  }

  /** Chunks without their vectors. */
  *chunkHeads(setId: number): Generator<ChunkHead> {
    for (const row of this.rows<HeadRow>(HEAD, setId)) yield headOf(row);
  }

  *traces(setId: number): Generator<ChunkTrace> {
    for (const row of this.rows<TraceRow>('start, rows, labels, hashes, ats, cues, prints', setId)) {
      yield {
        start: row.start,
        rows: row.rows,
        labels: int32FromBlob(row.labels),
        hashes: new Uint8Array(row.hashes),
        ats: JSON.parse(row.ats) as string[],
        ...tracesOf(row),
      };
    }
  }

  /** By key and not as one open cursor: other statements may run on the connection between two chunks. */
  private *rows<Row extends { start: number }>(columns: string, setId: number): Generator<Row> {
    const next = this.db.prepare(`SELECT ${columns} FROM chunk WHERE set_id = ? AND start > ? ORDER BY start LIMIT 1`);
    let row = next.get(setId, -1) as Row | undefined;
    while (row !== undefined) {
      yield row;
      row = next.get(setId, row.start) as Row | undefined;
    }
  }

  /** Removes every sampled vector: the next run starts afresh. */
  clear(): void {
    this.db.transaction(() => {
      this.db.exec('DELETE FROM extra; DELETE FROM chunk; DELETE FROM sample_set; DELETE FROM artifact;');
    })();
  }
}

type RawRow = Record<string, unknown>;

function insertRaw(db: Database.Database, table: 'chunk' | 'extra', row: RawRow): void {
  const columns = Object.keys(row);
  const places = columns.map((column) => `@${column}`);
  db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`).run(row);
}

function headOf(row: HeadRow): ChunkHead {
  return {
    start: row.start,
    stop: row.stop,
    rows: row.rows,
    indices: int32FromBlob(row.indices),
    labels: int32FromBlob(row.labels),
    hashes: new Uint8Array(row.hashes),
    ats: JSON.parse(row.ats) as string[],
    rejected: JSON.parse(row.rejected) as RejectedEntry[],
    redraws: row.redraws,
    seconds: row.seconds,
  };
}

function fromRow(row: ChunkRow): Chunk {
  return {
    ...headOf(row),
    entropies: float64FromBlob(row.entropies),
    entropyDim: row.entropy_dim,
    latents: float32FromBlob(row.latents),
    latentDim: row.latent_dim,
    logits: float32FromBlob(row.logits),
    logitDim: row.logit_dim,
    ...tracesOf(row),
  };
}

function tracesOf({ cues, prints }: Pick<ChunkRow, 'cues' | 'prints'>): Pick<Chunk, 'cues' | 'prints'> {
  return { cues: float32FromBlob(cues), prints: new Uint8Array(prints) };
}
