/**
 * The core service: answers every request that contract.ts marks 'core', and the few that only its host makes. Called by
 * workers/core.ts over a port. Inputs are checked here once more: a host's mistake must not become a stored one.
 */
import type { CoreGrant, CoreStart, MediaAnswer } from '../../shared/app/core-protocol.ts';
import { REQUESTS, type RequestName } from '../../shared/app/contract.ts';
import type { JobView, ProjectView } from '../../shared/app/views.ts';
import { AppError } from '../../shared/errors.ts';
import type { AppContext, CoreRequest, Handlers } from './context.ts';
import { datasetRequests } from './dataset-requests.ts';
import { exportRequests } from './export-requests.ts';
import { hookRequests } from './hook-requests.ts';
import { searchRequests } from './search-requests.ts';
import type { InferenceHost } from './inference-host.ts';
import { machineRequests } from './machine-requests.ts';
import { modelRequests } from './model-requests.ts';
import { closeProject, projectRequests, type Desk } from './project-requests.ts';
import { runRequests } from './run-requests.ts';
import type { Workspace } from './workspace.ts';

export interface CoreEventSink {
  project(view: ProjectView | null): void;
  job(view: JobView): void;
}

type Call = (input: unknown, signal: AbortSignal) => Promise<unknown>;

export class CoreApp implements AppContext {
  readonly resources: string;
  readonly userData: string;
  readonly inference: InferenceHost;
  private readonly desk: Desk;
  private readonly grants = new Map<string, string>();
  private readonly handlers: Handlers<CoreRequest>;
  /** Requests that change which project is open wait for one another. */
  private last: Promise<unknown> = Promise.resolve();

  constructor({ resources, userData }: CoreStart, inference: InferenceHost, events: CoreEventSink) {
    this.resources = resources;
    this.userData = userData;
    this.inference = inference;
    this.desk = { current: null, onProject: (view) => events.project(view), onJob: (view) => events.job(view) };
    this.handlers = {
      ...projectRequests(this, this.desk),
      ...datasetRequests(this),
      ...modelRequests(this),
      ...hookRequests(this),
      ...searchRequests(this),
      ...runRequests(this),
      ...exportRequests(this),
      ...machineRequests(this, this.desk),
    };
  }

  /** Every request by its name, ready to be served on a port. */
  calls(): Record<CoreRequest, Call> {
    const names = Object.keys(this.handlers) as CoreRequest[];
    return Object.fromEntries(names.map((name) => [name, this.call(name)])) as Record<CoreRequest, Call>;
  }

  addGrant({ id, path }: CoreGrant): void {
    this.grants.set(id, path);
  }

  grant(id: string): string {
    const path = this.grants.get(id);
    if (path !== undefined) return path;
    throw new AppError('E_NOT_GRANTED', 'This file was not chosen in this session.', { next: 'Choose it again.' });
  }

  workspace(): Workspace {
    if (this.desk.current !== null) return this.desk.current;
    throw new AppError('E_INPUT', 'No project is open.', { next: 'Open a project, or make a new one.' });
  }

  media(id: string): Promise<MediaAnswer> {
    return this.desk.current?.media.answer(id) ?? Promise.resolve(null);
  }

  stop(): Promise<void> {
    return closeProject(this.desk);
  }

  private call(name: CoreRequest): Call {
    const handler = this.handlers[name] as (input: unknown, signal: AbortSignal) => unknown;
    const opens = name.startsWith('project.') && name !== 'project.view';
    return async (input, signal) => {
      const parsed = parseInput(name, input);
      if (!opens) return handler(parsed, signal);
      const mine = this.last.then(() => handler(parsed, signal));
      this.last = mine.catch(() => undefined);
      return mine;
    };
  }
}

/** Throws E_INPUT that names the request and the field. */
export function parseInput(name: RequestName, input: unknown): unknown {
  const parsed = REQUESTS[name].input.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.length === 0 ? 'its input' : issue.path.map(String).join('.');
  throw new AppError('E_INPUT', `${name}: ${at}: ${issue.message}.`, { next: 'Correct this value.' });
}
