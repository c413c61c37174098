/**
 * Looks at a network in an inference process that stays open between calls: its graph, pre-flights, searches, maps for pictures of
 * masks. A process that dies is replaced at the next call.
 */
import type { PreflightView, GraphView } from '../shared/app/views.ts';
import type { HookPoint } from '../shared/domain.ts';
import type { SearchView } from '../shared/search.ts';
import { Caller } from '../shared/rpc.ts';
import type { HookMap, HookMapRequest, PreflightJob, SearchJob } from '../engine/preflight/job.ts';
import type { OnPreflight } from '../engine/preflight/run-preflight.ts';
import type { Child } from './node-port.ts';
import { startInference } from './start-inference.ts';

export class ProcessPreflight {
  private open: { child: Child; caller: Caller } | null = null;
  private starting: Promise<Caller> | null = null;

  graph(path: string, hooks: HookPoint[], signal?: AbortSignal): Promise<GraphView> {
    return this.call('graph', { path, hooks }, signal);
  }

  preflight(job: PreflightJob, onProgress: OnPreflight, signal?: AbortSignal): Promise<Omit<PreflightView, 'planHash'>> {
    return this.rate('preflight', job, onProgress, signal);
  }

  search(job: SearchJob, onProgress: OnPreflight, signal?: AbortSignal): Promise<SearchView> {
    return this.rate('search', job, onProgress, signal);
  }

  private async rate<T>(
    method: string,
    job: PreflightJob | SearchJob,
    onProgress: OnPreflight,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const caller = await this.caller();
    caller.on('preflight', (value) => {
      const { done, total } = value as { done: number; total: number };
      onProgress(done, total);
    });
    return caller.call<T>(method, job, signal);
  }

  hookMap(request: HookMapRequest, signal?: AbortSignal): Promise<HookMap> {
    return this.call('hookMap', request, signal);
  }

  async close(): Promise<void> {
    const open = this.open;
    this.open = null;
    open?.child.kill();
    await open?.child.exited;
  }

  private async call<T>(method: string, params: unknown, signal?: AbortSignal): Promise<T> {
    return (await this.caller()).call<T>(method, params, signal);
  }

  private caller(): Promise<Caller> {
    if (this.open !== null) return Promise.resolve(this.open.caller);
    this.starting ??= this.start().finally(() => (this.starting = null));
    return this.starting;
  }

  private async start(): Promise<Caller> {
    const child = await startInference();
    const caller = new Caller(child.port);
    this.open = { child, caller };
    void child.exited.then(() => {
      if (this.open?.child === child) this.open = null;
    });
    return caller;
  }
}
