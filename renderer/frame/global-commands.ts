/** What the commands do that are the same on every page. Bound once by App; also takes what the host sends. */
import { STEPS } from '../../electron/shared/app/views.ts';
import { invoke, on } from '../bridge.svelte.ts';
import { commands } from '../state/commands.svelte.ts';
import { incident } from '../state/incident.svelte.ts';
import { job } from '../state/job.svelte.ts';
import { overlay } from '../state/overlay.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';
import { route } from '../state/route.svelte.ts';
import { closeProject, newFromPlan, newProject, openDemo, openGrant, openProject, savePlan } from './project-actions.ts';

export function bindGlobalCommands(): () => void {
  const undo = [
    commands.bind('project.new', newProject),
    commands.bind('project.open', openProject),
    commands.bind('project.demo', openDemo),
    commands.bind('project.fromPlan', newFromPlan),
    commands.bind('project.close', closeProject),
    commands.bind('plan.save', savePlan),
    ...STEPS.map((step) => commands.bind(`step.${step}`, () => route.go(step))),
    commands.bind('view.compare', () => route.go('compare')),
    commands.bind('view.inspector', () => (overlay.isInspectorOpen = !overlay.isInspectorOpen)),
    commands.bind('view.palette', () => overlay.open('palette')),
    commands.bind('job.cancel', () => job.cancel()),
    commands.bind('app.settings', () => route.go('settings')),
    commands.bind('app.selftest', () => route.go('selftest')),
    commands.bind('app.prepare', () => route.go('prepare')),
    commands.bind('app.glossary', openGlossary),
    commands.bind('app.about', () => overlay.open('about')),
    commands.bind('app.logs', () => attempt(() => invoke('app.logs', {}))),
    commands.bind('app.diagnostics', () => attempt(() => invoke('app.diagnostics', {}))),
    on('command', (id) => commands.run(id)),
    on('quitRequested', () => overlay.open('quit')),
    on('openFile', (grant) => void openGrant(grant)),
    on('coreLost', (loss) => incident.show(loss)),
  ];
  return () => undo.forEach((unbind) => unbind());
}

/** At the term that the focus is in, if it names one. */
function openGlossary(): void {
  const term = document.activeElement?.closest<HTMLElement>('[data-term]')?.dataset.term;
  route.go('glossary', ...(term === undefined ? [] : [term]));
}
