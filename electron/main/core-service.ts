/**
 * Core as main sees it: calls go through, events come out, and after a loss the grants and the open project are put back.
 */
import type { Events, Grant, RequestName } from '../shared/app/contract.ts';
import type { CoreCalls, CoreEvents, CoreHello, CoreStart, MediaAnswer } from '../shared/app/core-protocol.ts';
import type { JobView, ProjectView } from '../shared/app/views.ts';
import type { Caller } from '../shared/rpc.ts';
import { coreLost, Supervisor, type Launched } from './supervisor.ts';

export interface CoreServiceOptions {
  launch(): Launched;
  /** Asked at every start: the language may have changed. */
  setup(): CoreStart;
  grants(): Grant[];
  grant(file: string): Grant;
  emit<Name extends 'project' | 'job' | 'coreRestarted'>(name: Name, value: Events[Name]): void;
  log(text: string): void;
}

const HELLO_MS = 10_000;
const DRAIN_MS = 5_000;

export class CoreService {
  private readonly options: CoreServiceOptions;
  private readonly supervisor: Supervisor;
  private project: ProjectView | null = null;
  private job: JobView | null = null;

  constructor(options: CoreServiceOptions) {
    this.options = options;
    this.supervisor = new Supervisor({
      launch: () => options.launch(),
      greet: (caller) => this.greet(caller),
      farewell: (caller) => send(caller, 'core.stop', {}),
      currentJob: () => (this.isBusy ? (this.job?.id ?? null) : null),
      onLost: (reason) => this.onLost(reason),
      onRestarted: (reason) => void this.restore(reason),
      helloMs: HELLO_MS,
      drainMs: DRAIN_MS,
    });
  }

  get isBusy(): boolean {
    return this.job?.state === 'running' || this.job?.state === 'stopping';
  }

  request(name: RequestName, input: unknown): Promise<unknown> {
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
    await Promise.all(this.options.grants().map(({ id, path }) => send(caller, 'core.grant', { id, path })));
  }

  private onProject(view: ProjectView | null): void {
    this.project = view;
    this.options.emit('project', view);
  }

  private onJob(view: JobView): void {
    this.job = view;
    this.options.emit('job', view);
  }

  /** Nobody else can say any more how the job ended. */
  private onLost(reason: string): void {
    this.options.log(`core was lost: ${reason}`);
    if (this.job === null || !this.isBusy) return;
    this.onJob({ ...this.job, seq: this.job.seq + 1, state: 'failed', error: coreLost(reason).toJSON() });
  }

  private async restore(reason: string): Promise<void> {
    const file = this.project?.file;
    this.job = null;
    try {
      if (file !== undefined) await this.request('project.open', { grant: this.options.grant(file).id });
      this.options.emit('coreRestarted', { reason });
    } catch (error) {
      this.options.log(`the project could not be opened again: ${String(error)}`);
      this.onProject(null);
    }
  }
}

function send<Name extends keyof CoreCalls>(
  caller: Caller,
  name: Name,
  input: CoreCalls[Name]['input'],
): Promise<CoreCalls[Name]['output']> {
  return caller.call(name, input);
}
