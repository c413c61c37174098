/**
 * What main and core say to each other over one port (rpc.ts), besides the window's requests. Requests marked 'core' in
 * contract.ts are calls of the same name, their input already parsed; they carry grant ids, which core looks up among
 * the grants it was told.
 */
import type { Events } from './contract.ts';

/** The first call on the port, before any other: core answers once it can serve. */
export interface CoreStart {
  /** Folder with demo/, golden/ and the licences. */
  resources: string;
  /** For temporary projects and caches; exists and is writable. */
  userData: string;
  locale: 'en' | 'fr';
}

export interface CoreHello {
  pid: number;
  node: string;
}

export interface CoreGrant {
  id: string;
  path: string;
}

/** Bytes of a picture by the part of its address behind app://main/media/; null: no such picture. */
export type MediaAnswer = { type: string; bytes: Uint8Array } | null;

/** Calls that only main makes. `core.stop` ends a running job at its last commit and closes the project. */
export interface CoreCalls {
  'core.start': { input: CoreStart; output: CoreHello };
  'core.grant': { input: CoreGrant; output: void };
  'core.media': { input: { id: string }; output: MediaAnswer };
  'core.stop': { input: Record<string, never>; output: void };
}

/** Events that core sends; main passes them to the window unchanged. */
export type CoreEvents = Pick<Events, 'project' | 'job'>;
