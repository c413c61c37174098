/**
 * Starts core: as a utility process where the runtime can load better-sqlite3 13 (Node-API 10), else, on the trial runtime,
 * as a child of the Node that comes along. In both cases it speaks the same protocol.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { forkWorker } from '../workers/node-port.ts';
import { serveInference } from './inference-broker.ts';
import { needsNode } from './node-api.ts';
import type { Launched } from './supervisor.ts';
import { startUtility, utilityLink, type Utility } from './utility-process.ts';

export interface CoreFiles {
  /** Folder with core.cjs and inference.cjs. */
  workers: string;
  resources: string;
  /** The Node that is used where Electron's own is too old. */
  node: string;
  onOutput(process: string, text: string): void;
}

export function launchCore(files: CoreFiles): Launched {
  const env = { ...process.env, OODLAB_RESOURCES: files.resources };
  return needsNode() ? launchNode(files, env) : launchUtility(files, env);
}

function launchNode({ workers, node, onOutput }: CoreFiles, env: NodeJS.ProcessEnv): Launched {
  const entry = pathToFileURL(path.join(workers, 'core.cjs'));
  return forkWorker(entry, { execPath: node, env, onStderr: (text) => onOutput('core', text) });
}

export function launchUtility({ workers, onOutput }: CoreFiles, env: NodeJS.ProcessEnv): Launched {
  const start = (name: string): Utility =>
    startUtility({
      entry: path.join(workers, `${name}.cjs`),
      name: `oodlab ${name}`,
      env,
      onOutput: (text) => onOutput(name, text),
    });
  const core = start('core');
  serveInference(core, () => start('inference'));
  return { port: utilityLink(core), pid: core.process.pid ?? 0, kill: core.kill, exited: core.exited.then(() => undefined) };
}
