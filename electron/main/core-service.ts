/**
 * Core as main sees it: calls go through, events come out, and after a loss the grants and the open project are put back,
 * and a run goes on.
 */
import type { Events, Grant, RequestName } from '../shared/app/contract.ts';
import type { CoreCalls, CoreEvents, CoreHello, CoreStart, MediaAnswer } from '../shared/app/core-protocol.ts';
import type { JobView, ProjectView } from '../shared/app/views.ts';
import { AppError } from '../shared/errors.ts';
import type { Caller } from '../shared/rpc.ts';
import { coreLost, Supervisor, type Launched } from './supervisor.ts';

export interface CoreServiceOptions {
  launch(): Launched;
  /** Asked at every start: the language may have changed. */
  setup(): CoreStart;
  grants(): Grant[];
  grant(file: string): Grant;
  emit<Name extends 'project' | 'job' | 'coreLost'>(name: Name, value: Events[Name]): void;
  log(text: string): void;
}

const HELLO_MS = 10_000;
const DRAIN_MS = 5_000;

export class CoreService {
  private readonly options: CoreServiceOptions;
  private readonly supervisor: Supervisor;
  private project: ProjectView | null = null;
  private job: JobView | null = null;
  /** Core was up at least once. */
  private hasStarted = false;
  /** Core is being started again, and the run that it was at will go on then. */
  private willResume = false;
  /** Id of the job that went on by itself after a loss. */
  private resumed: string | null = null;

  constructor(options: CoreServiceOptions) {
    this.options = options;
    this.supervisor = new Supervisor({
      launch: () => options.launch(),
      greet: (caller) => this.greet(caller),
      farewell: (caller) => send(caller, 'core.stop', {}),
      currentJob: () => (this.isBusy ? (this.job?.id ?? null) : null),
      onLost: (reason) => this.onLost(reason),
      onRestarted: (reason) => void this.onRestarted(reason),
      onDown: (reason) => this.onDown(reason),
      helloMs: HELLO_MS,
      drainMs: DRAIN_MS,
    });
  }

  get isBusy(): boolean {
    return this.job?.state === 'running' || this.job?.state === 'stopping';
  }

  /** Whether quitting would lose something: a check is made again by itself. */
  get holdsWork(): boolean {
    return this.isBusy && this.job?.kind !== 'check';
  }

  request(name: RequestName, input: unknown): Promise<unknown> {
    if (this.willResume && (name === 'job.cancel' || name === 'job.kill')) {
      this.willResume = false;
      this.endJob('cancelled', new AppError('E_CANCELLED', 'Cancelled.'));
    }
    // The start page need not wait for core: nothing is open before its first start, and no job was made.
    if (!this.hasStarted && (name === 'project.view' || name === 'job.view')) return Promise.resolve(null);
    return this.supervisor.call(name, input);
  }

  media(id: string): Promise<MediaAnswer> {
    return this.supervisor.call('core.media', { id });
  }

  async start(): Promise<void> {
    await this.supervisor.start();
  }

  /** Told of a new grant; a core that does not run yet gets it with its greeting. */
  async allow({ id, path }: Grant): Promise<void> {
    const { state } = this.supervisor;
    if (state === 'ready' || state === 'starting') await this.supervisor.call('core.grant', { id, path });
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }

  private async greet(caller: Caller): Promise<void> {
    caller.on('project', (value) => this.onProject(value as CoreEvents['project']));
    caller.on('job', (value) => this.onJob(value as CoreEvents['job']));
    const { pid, node } = (await send(caller, 'core.start', this.options.setup())) satisfies CoreHello;
    this.options.log(`core is ready: process ${pid}, Node ${node}`);
    const file = this.project?.file;
    const project = file === undefined ? null : this.options.grant(file).id;
    await Promise.all(this.options.grants().map(({ id, path }) => send(caller, 'core.grant', { id, path })));
    if (project !== null) await this.reopen(caller, project);
    this.hasStarted = true;
  }

  /** Once only: a project that ends core must not end it for ever. */
  private async reopen(caller: Caller, grant: string): Promise<void> {
    this.project = null;
    try {
      await caller.call('project.open', { grant });
    } catch (error) {
      this.options.log(`the project could not be opened again: ${String(error)}`);
      this.onProject(null);
    }
  }

  private onProject(view: ProjectView | null): void {
    this.project = view;
    this.options.emit('project', view);
  }

  private onJob(view: JobView): void {
    this.job = view;
    this.options.emit('job', view);
  }

  /** Nobody else can say any more how the job ended. A run counts as running until it is known whether it goes on. */
  private onLost(reason: string): void {
    this.options.log(`core was lost: ${reason}`);
    const { job } = this;
    this.willResume = job?.kind === 'run' && job.state === 'running' && job.id !== this.resumed;
    if (!this.willResume) this.endJob('failed', coreLost(reason));
    this.options.emit('coreLost', { reason, state: 'starting' });
  }

  private async onRestarted(reason: string): Promise<void> {
    const { willResume } = this;
    this.willResume = false;
    const isResumed = willResume && (await this.resume(reason));
    this.options.emit('coreLost', { reason, state: isResumed ? 'resumed' : 'open' });
  }

  /** The run at hand goes on by itself, once: one that ends core again waits for the user. */
  private async resume(reason: string): Promise<boolean> {
    try {
      const { id } = (await this.request('run.start', {})) as JobView;
      this.resumed = id;
      return true;
    } catch (error) {
      this.options.log(`the run could not be resumed: ${String(error)}`);
      this.endJob('failed', coreLost(reason));
      return false;
    }
  }

  private onDown(reason: string): void {
    this.willResume = false;
    this.endJob('failed', coreLost(reason));
    this.options.emit('coreLost', { reason, state: 'failed' });
  }

  private endJob(state: 'failed' | 'cancelled', error: AppError): void {
    if (this.job === null || !this.isBusy) return;
    this.onJob({ ...this.job, seq: this.job.seq + 1, state, error: error.toJSON() });
  }
}

function send<Name extends keyof CoreCalls>(
  caller: Caller,
  name: Name,
  input: CoreCalls[Name]['input'],
): Promise<CoreCalls[Name]['output']> {
  return caller.call(name, input);
}
