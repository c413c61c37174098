/** The second line of a step in the rail: where it stands, in a few words. */
import type { ProjectView, StepId, StepView } from '../../electron/shared/app/views.ts';
import { stepTexts } from '../../electron/shared/messages/app-frame.ts';
import { fileName, integer, percent } from '../format.svelte.ts';
import { translator } from '../i18n.svelte.ts';
import { job } from '../state/job.svelte.ts';
import { project } from '../state/project.svelte.ts';

const t = translator(stepTexts);

const NOTES: Record<StepId, (view: ProjectView) => string> = {
  dataset: datasetNote,
  model: modelNote,
  hook: hookNote,
  evaluate: evaluateNote,
  export: (view) => t(view.steps.find(({ id }) => id === 'export')?.state === 'done' ? 'exported' : 'notExported'),
};

export function stepNote(step: StepView): string {
  return project.view === null ? '' : NOTES[step.id](project.view);
}

function datasetNote({ datasets }: ProjectView): string {
  const broken = datasets.filter(({ facts }) => facts.state === 'broken').length;
  if (datasets.length === 0) return t('needsSets');
  if (broken > 0) return t.count('setsBroken', broken);
  if (datasets.some(({ facts }) => facts.state === 'reading')) return t('reading');
  const notices = datasets.filter(hasNotice).length;
  if (notices > 0) return t.count('setNotices', notices, { sets: t.count('sets', datasets.length) });
  const images = datasets.reduce((sum, { facts }) => sum + (facts.state === 'ready' ? facts.value.count : 0), 0);
  return `${t.count('sets', datasets.length)}, ${t.count('images', images)}`;
}

function hasNotice({ facts }: ProjectView['datasets'][number]): boolean {
  return facts.state === 'ready' && (facts.value.rejected.length > 0 || facts.value.duplicates.length > 0);
}

function modelNote({ model }: ProjectView): string {
  if (model === null) return t('needsFile');
  if (model.info.state === 'broken') return t('modelBroken');
  return model.info.state === 'reading' ? t('reading') : fileName(model.path);
}

function hookNote({ draft, model }: ProjectView): string {
  if (draft.hook === null) return t(model === null ? 'needsModel' : 'chooseTensor');
  return Array.isArray(draft.hook.tensor) ? t.count('tensors', draft.hook.tensor.length) : draft.hook.tensor;
}

function evaluateNote({ draft, runs }: ProjectView): string {
  if (job.isRunning && job.view?.kind === 'run') {
    return job.view.fraction === null ? t('running') : t('runningAt', { percent: percent(job.view.fraction, 0) });
  }
  const done = runs.filter(({ state }) => state === 'done').map(({ id }) => id);
  if (done.length > 0) return t('runDone', { id: integer(Math.max(...done)) });
  const begun = runs.map(({ id }) => id);
  if (begun.length > 0) return t('runUnfinished', { id: integer(Math.max(...begun)) });
  return t(draft.hook === null ? 'needsHook' : 'notRun');
}
