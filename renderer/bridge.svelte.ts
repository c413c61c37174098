/**
 * The only place that talks to the host (preload in Electron, scripts/web-host.ts in a browser) and that takes snapshots of
 * reactive state. Answers are values; what went wrong is thrown as AppError.
 */
import type {
  Envelope,
  EventName,
  Events,
  Grant,
  RequestInput,
  RequestName,
  RequestOutput,
} from '../electron/shared/app/contract.ts';
import { AppError } from '../electron/shared/errors.ts';

export interface Host {
  invoke(name: RequestName, input: unknown): Promise<Envelope<unknown>>;
  on<Name extends EventName>(event: Name, listener: (value: Events[Name]) => void): () => void;
  /** For files that were dropped: null when the file has no path, as a picture dragged out of a page. */
  grantFile(file: File): Promise<Grant | null>;
}

declare global {
  interface Window {
    readonly oodlab: Host;
  }
}

export async function invoke<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> {
  const envelope = await window.oodlab.invoke(name, $state.snapshot(input));
  if (!envelope.ok) throw AppError.from(envelope.error);
  return envelope.value as RequestOutput<Name>;
}

export function on<Name extends EventName>(event: Name, listener: (value: Events[Name]) => void): () => void {
  return window.oodlab.on(event, listener);
}

export async function grantFiles(files: Iterable<File>): Promise<Grant[]> {
  const grants: Grant[] = [];
  for (const file of files) {
    const grant = await window.oodlab.grantFile(file);
    if (grant !== null) grants.push(grant);
  }
  return grants;
}
