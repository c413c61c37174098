/** What every group of requests is given, and the type that ties a group's functions to the contract. */
import type { z } from 'zod';
import type { RequestOutput, Requests, RequestsBy } from '../../shared/app/contract.ts';
import type { InferenceHost } from './inference-host.ts';
import type { Workspace } from './workspace.ts';

export interface AppContext {
  readonly resources: string;
  readonly userData: string;
  readonly inference: InferenceHost;
  /** The open project. Throws E_INPUT when there is none. */
  workspace(): Workspace;
  /** Path behind a grant. Throws E_NOT_GRANTED. */
  grant(id: string): string;
}

export type CoreRequest = RequestsBy<'core'>;

export type Handlers<Names extends CoreRequest> = {
  [Name in Names]: (
    input: z.output<Requests[Name]['input']>,
    signal: AbortSignal,
  ) => RequestOutput<Name> | Promise<RequestOutput<Name>>;
};
