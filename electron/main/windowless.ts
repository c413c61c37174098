/**
 * The `oodlab` command of the installed application (resources/bin): the same program, without window and display, since a
 * fuse forbids to run it as Node. The command line runs where core would: in a utility process, or on the trial runtime in
 * the Node that comes along. That Node is waited for here, before Chromium looks for a display, which the trial runtime needs.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { app } from 'electron';
import { serveInference } from './inference-broker.ts';
import { needsNode } from './node-api.ts';
import type { Paths } from './paths.ts';
import { startUtility, type Utility } from './utility-process.ts';

/** What stands behind `--windowless --`; null when a window is asked for. */
export function windowlessArguments(argv: readonly string[]): string[] | null {
  const end = argv.indexOf('--');
  return end > 0 && argv[end - 1] === '--windowless' ? argv.slice(end + 1) : null;
}

export function runWindowless(args: readonly string[], files: Pick<Paths, 'workers' | 'resources' | 'node'>): void {
  const env = { ...process.env, OODLAB_RESOURCES: files.resources };
  const entry = path.join(files.workers, 'cli.cjs');
  if (needsNode()) process.exit(spawnSync(files.node, [entry, ...args], { stdio: 'inherit', env }).status ?? 1);
  // Ctrl-C reaches every process of the terminal: the command decides when this one ends.
  process.on('SIGINT', () => undefined);
  void app.whenReady().then(() => {
    const command = startUtility({ entry, name: 'oodlab command', env, args });
    serveInference(command, () => inference(files.workers, env));
    command.process.once('exit', (code) => app.exit(code));
  });
}

function inference(workers: string, env: NodeJS.ProcessEnv): Utility {
  const onOutput = (text: string): void => void process.stderr.write(text);
  return startUtility({ entry: path.join(workers, 'inference.cjs'), name: 'oodlab inference', env, onOutput });
}
