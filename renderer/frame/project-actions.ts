/** Making, opening and closing projects: dialogs first, then core, then the first step that still needs something. */
import type { Grant } from '../../electron/shared/app/contract.ts';
import { frameTexts } from '../../electron/shared/messages/app-frame.ts';
import { invoke } from '../bridge.svelte.ts';
import { translator } from '../i18n.svelte.ts';
import { incident } from '../state/incident.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';
import { project } from '../state/project.svelte.ts';
import { route } from '../state/route.svelte.ts';

const t = translator(frameTexts);

export async function newProject(): Promise<void> {
  const grant = await pickOne('new-project', t('newName'));
  if (grant !== null && (await project.send('project.create', { grant: grant.id, name: nameOf(grant) }))) route.go('dataset');
}

export async function openProject(): Promise<void> {
  const grant = await pickOne('project');
  if (grant !== null) await openGrant(grant);
}

/** A project, or a plan, that the system or a drop gave. */
export async function openGrant(grant: Grant): Promise<void> {
  if (grant.name.toLowerCase().endsWith('.json')) return planToProject(grant);
  if (await project.send('project.open', { grant: grant.id })) goToFirstOpenStep();
}

export async function openDemo(): Promise<void> {
  if (await project.send('project.demo', {})) goToFirstOpenStep();
}

export async function newFromPlan(): Promise<void> {
  const plan = await pickOne('plan');
  if (plan !== null) await planToProject(plan);
}

export async function savePlan(): Promise<void> {
  const grant = await pickOne('save-plan', `${project.view?.draft.name ?? ''}.json`);
  if (grant !== null) await attempt(() => invoke('draft.savePlan', { grant: grant.id }));
}

export async function closeProject(): Promise<void> {
  await project.close();
  incident.dismiss();
  route.go('start');
}

/** What the user chose in the system's dialog; null: nothing. */
export async function pickOne(kind: Parameters<typeof pick>[0], name?: string): Promise<Grant | null> {
  return (await pick(kind, name))[0] ?? null;
}

export async function pick(
  kind: 'images-folder' | 'images-file' | 'model' | 'project' | 'new-project' | 'plan' | 'save-plan' | 'out-folder',
  name?: string,
): Promise<Grant[]> {
  return (await attempt(() => invoke('app.pick', { kind, ...(name === undefined ? {} : { name }) }))) ?? [];
}

async function planToProject(plan: Grant): Promise<void> {
  const grant = await pickOne('new-project', nameOf(plan));
  if (grant !== null && (await project.send('project.fromPlan', { plan: plan.id, project: grant.id }))) goToFirstOpenStep();
}

/** A new project starts where something is missing; one that was run before at its runs, unless something broke meanwhile. */
function goToFirstOpenStep(): void {
  const { steps = [], runs = [] } = project.view ?? {};
  const isMissing = (code: string): boolean => runs.length === 0 || !code.endsWith('-reading');
  const open = steps.find(({ blockers }) => blockers.some(({ code }) => isMissing(code)))?.id;
  route.go(open ?? (runs.length > 0 ? 'evaluate' : 'dataset'));
}

function nameOf(grant: Grant): string {
  return grant.name.replace(/\.[^.]+$/, '');
}
