/**
 * One long job: its stages, rate and time left as plain snapshots, at most ten a second and always the last one. Cancel
 * lets the batch at hand end; kill ends the inference processes at once.
 */
import type { JobStage, JobView } from '../../shared/app/views.ts';
import type { Progress } from '../../shared/domain.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { Throttle } from './throttle.ts';

const INTERVAL_MS = 100;
const RATE_POINTS = 240;

export interface JobStages {
  name: string;
  /** Share of the whole job, for the one bar. */
  weight: number;
}

export class Job {
  readonly abort = new AbortController();
  private readonly stages: readonly JobStages[];
  private readonly pids = new Set<number>();
  private readonly started = performance.now();
  private readonly stageStarted = new Map<string, number>();
  private readonly throttle: Throttle;
  private readonly emit: (view: JobView) => void;
  private state: JobView;
  private rateEvery = 0.25;

  constructor(id: string, kind: JobView['kind'], stages: readonly JobStages[], emit: (view: JobView) => void) {
    this.stages = stages;
    this.emit = emit;
    this.state = {
      id,
      kind,
      seq: 0,
      state: 'running',
      runId: null,
      startedAt: new Date().toISOString(),
      elapsedSeconds: 0,
      stages: stages.map(({ name }): JobStage => ({ name, state: 'waiting', done: 0, total: null, rate: null, seconds: null })),
      fraction: 0,
      etaSeconds: null,
      item: null,
      rates: [],
      saved: null,
      provider: null,
      batchSize: null,
      restarts: 0,
      error: null,
    };
    this.throttle = new Throttle(INTERVAL_MS, () => this.emit(this.view()));
  }

  get id(): string {
    return this.state.id;
  }

  get kind(): JobView['kind'] {
    return this.state.kind;
  }

  get running(): boolean {
    return this.state.state === 'running' || this.state.state === 'stopping';
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  view(): JobView {
    const { state } = this;
    return structuredClone({ ...state, elapsedSeconds: this.running ? this.seconds() : state.elapsedSeconds });
  }

  set(change: Partial<Pick<JobView, 'runId' | 'saved' | 'provider' | 'batchSize' | 'item'>>): void {
    this.change(change);
  }

  progress({ stage, done, total, rate, etaSeconds, item }: Progress): void {
    const at = this.state.stages.findIndex(({ name }) => name === stage);
    if (at < 0) return;
    if (!this.stageStarted.has(stage)) this.stageStarted.set(stage, performance.now());
    const seconds = (performance.now() - this.stageStarted.get(stage)!) / 1000;
    const stages = this.state.stages.map((entry, i): JobStage => {
      if (i < at) return { ...entry, state: 'done' };
      if (i > at) return entry;
      return { ...entry, state: done >= total ? 'done' : 'running', done, total, rate, seconds };
    });
    this.change({ stages, etaSeconds, fraction: this.fraction(stages), item: item ?? null });
    if (stage === 'sample' && rate !== null) this.addRate(rate);
  }

  processStarted(pid: number): void {
    this.pids.add(pid);
    if (this.killed) this.killProcesses();
  }

  processLost(): void {
    this.change({ restarts: this.state.restarts + 1 });
  }

  cancel(): void {
    if (!this.running) return;
    this.change({ state: 'stopping' });
    this.abort.abort(new AppError('E_CANCELLED', 'Cancelled.', { next: 'Start again to go on from here.' }));
  }

  private killed = false;
  private readonly killers: (() => void)[] = [];

  /** For processes that are not the job's own. */
  onKill(action: () => void): void {
    this.killers.push(action);
  }

  kill(): void {
    this.cancel();
    this.killed = true;
    if (this.running) for (const action of this.killers) action();
    this.killProcesses();
  }

  /** Runs the work of the job; its end is always told. */
  async run<T>(work: (job: Job) => Promise<T>): Promise<T> {
    this.throttle.now();
    try {
      const value = await work(this);
      const stages = this.state.stages.map((stage): JobStage => ({ ...stage, state: 'done' }));
      this.end({ state: 'done', stages, fraction: 1 });
      return value;
    } catch (thrown) {
      const error = toAppError(this.signal.aborted ? this.signal.reason : thrown);
      this.end({ state: error.code === 'E_CANCELLED' ? 'cancelled' : 'failed', error: error.toJSON() });
      throw error;
    }
  }

  private end(change: Partial<JobView>): void {
    this.state = {
      ...this.state,
      ...change,
      etaSeconds: null,
      item: null,
      elapsedSeconds: this.seconds(),
      seq: this.state.seq + 1,
    };
    this.throttle.now();
  }

  private change(change: Partial<JobView>): void {
    if (!this.running) return;
    this.state = { ...this.state, ...change, seq: this.state.seq + 1 };
    this.throttle.request();
  }

  private seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  private fraction(stages: readonly JobStage[]): number {
    const whole = this.stages.reduce((sum, { weight }) => sum + weight, 0);
    const part = ({ state, done, total }: JobStage): number => (state === 'done' ? 1 : total ? Math.min(1, done / total) : 0);
    return stages.reduce((sum, stage, i) => sum + part(stage) * this.stages[i].weight, 0) / whole;
  }

  /** Every second point goes when there are too many, and the next ones come half as often. */
  private addRate(rate: number): void {
    const { rates } = this.state;
    const at = this.seconds();
    if (rates.length > 0 && at - rates[rates.length - 1][0] < this.rateEvery) return;
    const next: JobView['rates'] = [...rates, [at, rate]];
    if (next.length > RATE_POINTS) this.rateEvery *= 2;
    this.state = { ...this.state, rates: next.length > RATE_POINTS ? next.filter((_, i) => i % 2 === 0) : next };
  }

  private killProcesses(): void {
    for (const pid of this.pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
}
