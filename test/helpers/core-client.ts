/** A real core process for tests, spoken to as main does. */
import path from 'node:path';
import type { CoreHello, MediaAnswer } from '../../electron/shared/app/core-protocol.ts';
import type { RequestInput, RequestOutput, RequestsBy } from '../../electron/shared/app/contract.ts';
import type { JobView, ProjectView } from '../../electron/shared/app/views.ts';
import { Caller } from '../../electron/shared/rpc.ts';
import { forkWorker } from '../../electron/workers/node-port.ts';
import { ROOT } from './run-cli.ts';

export class CoreClient {
  readonly pid: number;
  readonly projects: (ProjectView | null)[] = [];
  readonly jobs: JobView[] = [];
  private readonly child = forkWorker(new URL('../../electron/workers/core.ts', import.meta.url));
  private readonly caller = new Caller(this.child.port);
  private readonly waiting = new Set<() => void>();
  private grants = 0;

  constructor() {
    this.pid = this.child.pid;
    this.caller.on('project', (view) => this.told(this.projects, view as ProjectView | null));
    this.caller.on('job', (view) => this.told(this.jobs, view as JobView));
  }

  static async start(userData: string): Promise<CoreClient> {
    const client = new CoreClient();
    const start = { resources: path.join(ROOT, 'resources'), userData, locale: 'en' };
    await client.caller.call<CoreHello>('core.start', start);
    return client;
  }

  call<Name extends RequestsBy<'core'>>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> {
    return this.caller.call(name, input);
  }

  async grant(file: string): Promise<string> {
    const id = `g${++this.grants}`;
    await this.caller.call('core.grant', { id, path: file });
    return id;
  }

  media(address: string): Promise<MediaAnswer> {
    return this.caller.call('core.media', { id: address.replace('/media/', '') });
  }

  /** Waits until what was told last, or is asked for, fits. */
  async project(fits: (view: ProjectView) => boolean): Promise<ProjectView> {
    for (;;) {
      const view = await this.call('project.view', {});
      if (view !== null && fits(view)) return view;
      await this.next();
    }
  }

  async job(fits: (view: JobView) => boolean): Promise<JobView> {
    for (;;) {
      const view = this.jobs.at(-1);
      if (view !== undefined && fits(view)) return view;
      await this.next();
    }
  }

  async run(input: RequestInput<'run.start'> = {}): Promise<JobView> {
    const { id } = await this.call('run.start', input);
    return this.job((view) => view.id === id && view.state !== 'running' && view.state !== 'stopping');
  }

  kill(): Promise<void> {
    this.child.kill();
    return this.child.exited;
  }

  async stop(): Promise<void> {
    await this.caller.call('core.stop', {}).catch(() => undefined);
    await this.kill();
  }

  private told<T>(list: T[], view: T): void {
    list.push(view);
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private next(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }
}

/** Everything has been read. */
export const settled = (view: ProjectView): boolean =>
  view.datasets.every(({ facts }) => facts.state !== 'reading') && view.model?.info.state !== 'reading';
