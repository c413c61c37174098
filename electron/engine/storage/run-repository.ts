/** Runs of a project: one row for each start of an evaluation, with its plan, state and results, and the log lines. */
import type Database from 'better-sqlite3';
import type { ErrorData } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import type { Protocol } from '../../shared/results.ts';

export type RunState = 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';

export interface RunRow {
  id: number;
  state: RunState;
  plan: string;
  planHash: string;
  baseDir: string;
  startedAt: string;
  results: string | null;
}

/** A line of the list of runs: everything but the results, which may be megabytes. */
export interface RunHead extends Omit<RunRow, 'plan' | 'results'> {
  /** null: still running, or its process died. */
  endedAt: string | null;
  /** As it was started, every default written out. */
  plan: Plan;
  error: ErrorData | null;
  /** null: it has none, or an older Oodlab made it. */
  stamp: RunStamp | null;
}

export type RunStamp = Pick<Protocol, 'state' | 'looks'>;

export interface LogLine {
  at: string;
  level: 'info' | 'warning' | 'error';
  message: string;
}

const HEAD = 'id, state, plan, plan_hash AS planHash, base_dir AS baseDir, started_at AS startedAt';
const COLUMNS = `${HEAD}, results`;

export class RunRepository {
  private readonly db: Database.Database;

  constructor(db: Database.Database) {
    this.db = db;
  }

  /** Starts a run. Runs that were still marked running belong to a process that died: they become interrupted. */
  start(run: { plan: string; planHash: string; baseDir: string; at: string }): number {
    return this.db.transaction(() => {
      this.markInterrupted();
      const insert = this.db.prepare(
        "INSERT INTO run (state, plan, plan_hash, base_dir, started_at) VALUES ('running', ?, ?, ?, ?)",
      );
      return Number(insert.run(run.plan, run.planHash, run.baseDir, run.at).lastInsertRowid);
    })();
  }

  /** Only for a caller that runs none itself: the project is locked, so whoever did is gone. */
  markInterrupted(): void {
    this.db.prepare("UPDATE run SET state = 'interrupted' WHERE state = 'running'").run();
  }

  finish(id: number, end: { state: RunState; at: string; results?: string; stamp?: RunStamp; error?: ErrorData }): void {
    this.db
      .prepare('UPDATE run SET state = ?, ended_at = ?, results = ?, error = ?, stamp = ? WHERE id = ?')
      .run(end.state, end.at, end.results ?? null, textOf(end.error), textOf(end.stamp), id);
  }

  latest(state?: RunState): RunRow | undefined {
    const where = state === undefined ? '' : 'WHERE state = ?';
    const statement = this.db.prepare(`SELECT ${COLUMNS} FROM run ${where} ORDER BY id DESC LIMIT 1`);
    return (state === undefined ? statement.get() : statement.get(state)) as RunRow | undefined;
  }

  find(id: number): RunRow | undefined {
    return this.db.prepare(`SELECT ${COLUMNS} FROM run WHERE id = ?`).get(id) as RunRow | undefined;
  }

  /** Every run, the newest first. */
  list(): RunHead[] {
    const rows = this.db.prepare(`SELECT ${HEAD}, ended_at AS endedAt, error, stamp FROM run ORDER BY id DESC`).all();
    return (
      rows as (Omit<RunHead, 'plan' | 'error' | 'stamp'> & Record<'error' | 'stamp', string | null> & { plan: string })[]
    ).map((row) => ({
      ...row,
      plan: JSON.parse(row.plan) as Plan,
      error: row.error === null ? null : (JSON.parse(row.error) as ErrorData),
      stamp: row.stamp === null ? null : (JSON.parse(row.stamp) as RunStamp),
    }));
  }

  /** How many warnings the results of a run carry; 0 without results. */
  warningCount(id: number): number {
    const select = this.db.prepare("SELECT json_array_length(results, '$.warnings') AS count FROM run WHERE id = ?");
    return (select.get(id) as { count: number | null } | undefined)?.count ?? 0;
  }

  log(runId: number, line: LogLine): void {
    this.db
      .prepare('INSERT INTO log (run_id, at, level, message) VALUES (?, ?, ?, ?)')
      .run(runId, line.at, line.level, line.message);
  }

  logLines(runId: number): LogLine[] {
    return this.db.prepare('SELECT at, level, message FROM log WHERE run_id = ? ORDER BY id').all(runId) as LogLine[];
  }
}

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
