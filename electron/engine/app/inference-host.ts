/**
 * What core needs of the processes that run users' models; workers/core.ts gives it. A model is never run in core itself:
 * a file that crashes the runtime then takes nothing else down.
 */
import type { GraphView, PreflightView } from '../../shared/app/views.ts';
import type { SearchView } from '../../shared/search.ts';
import type { HookPoint, ModelInfo } from '../../shared/domain.ts';
import type { MonitorHost } from '../monitor/host.ts';
import type { HookMap, HookMapRequest, PreflightJob, SearchJob } from '../preflight/job.ts';
import type { OnPreflight } from '../preflight/run-preflight.ts';
import type { OpenSamplers } from '../sampling/job.ts';

/** A process that stays open between calls, so that masks are drawn again at once; one that died is replaced. */
export interface HookProcess {
  graph(path: string, hooks: HookPoint[], signal?: AbortSignal): Promise<GraphView>;
  preflight(job: PreflightJob, onProgress: OnPreflight, signal?: AbortSignal): Promise<Omit<PreflightView, 'planHash'>>;
  search(job: SearchJob, onProgress: OnPreflight, signal?: AbortSignal): Promise<SearchView>;
  hookMap(request: HookMapRequest, signal?: AbortSignal): Promise<HookMap>;
  close(): Promise<void>;
}

export interface InferenceHooks {
  onStart?: (pid: number) => void;
  /** A process died and was replaced. */
  onLost?: (reason: string) => void;
}

export interface InferenceHost {
  samplers(hooks: InferenceHooks): OpenSamplers;
  inspect(file: string, signal?: AbortSignal): Promise<ModelInfo>;
  hooks(): HookProcess;
  monitors(): MonitorHost;
}
