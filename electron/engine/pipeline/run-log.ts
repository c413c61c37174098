/** What happened in a run, line by line, in the project: for whoever asks later why it took so long or what was lost. */
import type { Results } from '../../shared/results.ts';
import type { LogLine } from '../storage/run-repository.ts';
import type { Project } from '../storage/open-project.ts';

export type Log = (level: LogLine['level'], message: string) => void;

export function runLog({ runs }: Pick<Project, 'runs'>, runId: number): Log {
  return (level, message) => runs.log(runId, { at: new Date().toISOString(), level, message });
}

/** The stages with what they took, every warning, and that it ended well. */
export function logResults(
  log: Log,
  { timing, warnings, environment }: Pick<Results, 'timing' | 'warnings' | 'environment'>,
): void {
  for (const { stage, images, seconds } of timing) log('info', `Stage ${stage}: ${images} images in ${seconds.toFixed(2)} s.`);
  for (const { code, message } of warnings) log('warning', `${code}: ${message}`);
  log('info', `Done on ${environment.provider}.`);
}
