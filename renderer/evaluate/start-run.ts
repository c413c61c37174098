/** Starting a run from wherever it is offered, and what stands in its way. */
import type { StepId } from '../../electron/shared/app/views.ts';
import { evaluateTexts } from '../../electron/shared/messages/app-evaluate.ts';
import { choosesFirst } from '../../electron/shared/select-sets.ts';
import { invoke } from '../bridge.svelte.ts';
import { blockerSentence } from '../frame/blockers.ts';
import { translator } from '../i18n.svelte.ts';
import { incident } from '../state/incident.svelte.ts';
import { job } from '../state/job.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';
import { project } from '../state/project.svelte.ts';
import { route } from '../state/route.svelte.ts';

const BEFORE: readonly StepId[] = ['dataset', 'model', 'hook'];

const t = translator(evaluateTexts);

/** Null when the plan can be run. */
export function runBlocked(): string | null {
  if (job.isBusy) return t('busy');
  return blockerSentence(BEFORE.flatMap((step) => project.blockers(step)));
}

/** Where there is something to choose on, the run leaves the test sets sealed. */
export function startRun(): Promise<void> {
  const draft = project.view?.draft;
  return start(draft !== undefined && choosesFirst(draft));
}

/** The explicit act: only a dialog that says what it means calls it. */
export function openTestSets(): Promise<void> {
  return start(false);
}

async function start(sealed: boolean): Promise<void> {
  if (runBlocked() !== null) return;
  const view = await attempt(() => invoke('run.start', { sealed }));
  if (view === null) return;
  incident.dismiss();
  job.show(view);
  route.go('evaluate');
}
