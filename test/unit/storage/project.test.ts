import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { APPLICATION_ID, NEWEST_VERSION } from '../../../electron/engine/storage/migrate.ts';
import { openProject } from '../../../electron/engine/storage/open-project.ts';
import type { Chunk } from '../../../electron/engine/storage/sample-repository.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
let files = 0;
const newFile = (): string => path.join(folder, `project-${files++}.oodlab`);

function chunk(start: number, rows = 2): Chunk {
  return {
    start,
    stop: start + rows + 1,
    rows,
    indices: Int32Array.from({ length: rows }, (_, i) => start + i),
    labels: Int32Array.from({ length: rows }, () => -1),
    hashes: Uint8Array.from({ length: 32 * rows }, (_, i) => (start + i) % 251),
    ats: Array.from({ length: rows }, (_, i) => `image ${start + i}.png`),
    cues: Float32Array.from({ length: 2 * rows }, (_, i) => start / 3 + i),
    prints: Uint8Array.from({ length: 3 * rows }, (_, i) => (7 * start + i) % 256),
    entropies: Float64Array.from({ length: 3 * rows }, (_, i) => start + i / 7),
    entropyDim: 3,
    latents: Float32Array.from({ length: 3 * rows }, (_, i) => start - i / 3),
    latentDim: 3,
    logits: new Float32Array(0),
    logitDim: 0,
    rejected: [{ index: start + rows, at: 'broken.png', reason: 'truncated PNG file' }],
    redraws: 1,
    seconds: 0.5,
  };
}

describe('a project file', () => {
  it('gives back the chunks bit for bit, in order of their entries, after it was closed', () => {
    const file = newFile();
    const first = openProject(file);
    const set = first.samples.openSet({ key: 'k', name: 'train', spec: '{}', total: 9 });
    for (const start of [6, 0, 3]) first.samples.addChunk(set, chunk(start));
    first.close();
    const again = openProject(file, { mustExist: true });
    expect(again.samples.openSet({ key: 'k', name: 'train', spec: '{}', total: 9 })).toBe(set);
    expect([...again.samples.chunks(set)]).toEqual([chunk(0), chunk(3), chunk(6)]);
    expect([...again.samples.committed(set)].sort()).toEqual([0, 3, 6]);
    again.close();
  });

  it('of the layout before images were traced keeps its vectors, with no traces', () => {
    const file = newFile();
    const older = openProject(file);
    const set = older.samples.openSet({ key: 'k', name: 'a', spec: '{}', total: 3 });
    older.samples.addChunk(set, chunk(0));
    older.close();
    const db = new Database(file);
    db.exec('DROP TABLE look; DROP TABLE extra; ALTER TABLE run DROP COLUMN stamp;');
    db.exec('ALTER TABLE chunk DROP COLUMN cues; ALTER TABLE chunk DROP COLUMN prints; PRAGMA user_version = 20;');
    db.close();
    const project = openProject(file);
    const none = { cues: new Float32Array(0), prints: new Uint8Array(0) };
    expect([...project.samples.chunks(set)]).toEqual([{ ...chunk(0), ...none }]);
    expect([...project.samples.traces(set)]).toMatchObject([{ rows: 2, ...none }]);
    project.samples.addChunk(set, chunk(3));
    expect([...project.samples.traces(set)][1]).toMatchObject({ cues: chunk(3).cues, prints: chunk(3).prints });
    project.close();
  });

  it('keeps further vectors beside their chunk, each in its own type, and clears them with it', () => {
    const project = openProject(newFile());
    const set = project.samples.openSet({ key: 'k', name: 'a', spec: '{}', total: 6 });
    const extras = (from: number) => ({
      joint: { cols: 1, data: Float64Array.of(from, from + 1 / 3, from + 2) },
      penultimate: { cols: 2, data: Float32Array.from({ length: 6 }, (_, i) => from + i / 7) },
    });
    for (const start of [3, 0]) project.samples.addChunk(set, { ...chunk(start), extras: extras(start) });
    expect([...project.samples.extras(set, 'joint')]).toEqual([extras(0).joint, extras(3).joint]);
    expect([...project.samples.extras(set, 'penultimate')]).toEqual([extras(0).penultimate, extras(3).penultimate]);
    expect([...project.samples.extras(set, 'uncertainty')]).toEqual([]);
    project.samples.clear();
    expect([...project.samples.extras(set, 'joint')]).toEqual([]);
    project.close();
  });

  it('never takes the same chunk twice', () => {
    const project = openProject(newFile());
    const set = project.samples.openSet({ key: 'k', name: 'a', spec: '{}', total: 3 });
    project.samples.addChunk(set, chunk(0));
    expect(() => project.samples.addChunk(set, chunk(0))).toThrow(/UNIQUE/);
    expect([...project.samples.chunks(set)]).toHaveLength(1);
    project.close();
  });

  it('marks runs of a process that died as interrupted', () => {
    const file = newFile();
    const first = openProject(file);
    first.runs.start({ plan: '{}', planHash: 'p', baseDir: '/', at: '2026-01-01' });
    first.close();
    const again = openProject(file);
    const id = again.runs.start({ plan: '{}', planHash: 'p', baseDir: '/', at: '2026-01-02' });
    again.runs.finish(id, { state: 'done', at: '2026-01-03', results: '{"a":1}' });
    expect(again.runs.latest('interrupted')).toMatchObject({ startedAt: '2026-01-01' });
    expect(again.runs.latest('running')).toBeUndefined();
    expect(again.runs.latest('done')).toMatchObject({ id, results: '{"a":1}' });
    again.close();
  });

  it('keeps artifacts by kind and key', () => {
    const project = openProject(newFile());
    project.artifacts.putVector('scores', 'k', new Float64Array([1, NaN, -Infinity, 0.1]));
    project.artifacts.putJson('fit', 'k', { mean: [1] });
    expect(project.artifacts.vector('scores', 'k')).toEqual(new Float64Array([1, NaN, -Infinity, 0.1]));
    expect(project.artifacts.json('fit', 'k')).toEqual({ mean: [1] });
    expect(project.artifacts.json('scores', 'other')).toBeUndefined();
    project.close();
  });

  it('is held by one process at a time, and free again after that one was killed', () => {
    const file = newFile();
    openProject(file).close();
    const holder = `import { openProject } from ${JSON.stringify(path.resolve('electron/engine/storage/open-project.ts'))};
      const project = openProject(${JSON.stringify(file)});
      process.kill(process.pid, 'SIGKILL');`;
    const mine = openProject(file);
    expect(() => openProject(file)).toThrow(
      expect.objectContaining({ code: 'E_CONFLICT', message: expect.stringContaining('open in another Oodlab') }),
    );
    mine.close();
    const killed = spawnSync(process.execPath, ['--input-type=module', '-e', holder]);
    expect(killed.signal).toBe('SIGKILL');
    openProject(file).close();
  });

  it.each([
    [
      'another program’s database',
      (file: string) => new Database(file).exec('CREATE TABLE t (a)').close(),
      'E_DB_CORRUPT',
      /another program/,
    ],
    [
      'no database at all',
      (file: string) => writeFileSync(file, 'hello, this is a text file that is long enough to be read as a header'),
      'E_DB_CORRUPT',
      /not a readable Oodlab project/,
    ],
    [
      'a newer layout',
      (file: string) => {
        const db = new Database(file);
        db.exec('CREATE TABLE t (a)');
        db.pragma(`application_id = ${APPLICATION_ID}`);
        db.pragma(`user_version = ${NEWEST_VERSION + 1}`);
        db.close();
      },
      'E_DB_NEWER',
      /newer Oodlab/,
    ],
  ])('refuses %s', (_what, make, code, sentence) => {
    const file = newFile();
    make(file);
    const before = readFileSync(file);
    expect(() => openProject(file)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(sentence) }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('says so when the file was cut short', () => {
    const file = newFile();
    const project = openProject(file);
    const set = project.samples.openSet({ key: 'k', name: 'a', spec: '{}', total: 600 });
    for (let start = 0; start < 600; start += 3) project.samples.addChunk(set, chunk(start));
    project.close();
    truncateSync(file, 9000);
    expect(() => openProject(file).samples.committed(1)).toThrow(/not a readable Oodlab project|malformed/);
  });

  it('says so when it cannot be created', () => {
    const file = path.join(folder, 'a-file', 'project.oodlab');
    writeFileSync(path.join(folder, 'a-file'), '');
    expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'E_INPUT' }));
    expect(() => openProject(path.join(folder, 'missing.oodlab'), { mustExist: true })).toThrow(
      expect.objectContaining({ code: 'E_INPUT' }),
    );
    const sealed = path.join(folder, 'sealed');
    mkdirSync(sealed);
    chmodSync(sealed, 0o500);
    if (process.getuid?.() !== 0)
      expect(() => openProject(path.join(sealed, 'p.oodlab'))).toThrow(expect.objectContaining({ code: 'E_INPUT' }));
  });
});
