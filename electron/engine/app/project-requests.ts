/** Requests about the project itself and its draft; one project is open at a time. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { JobView, ProjectView } from '../../shared/app/views.ts';
import { AppError, isSystemError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan.ts';
import { readPlan, withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import { writeTexts } from '../report/write-results.ts';
import { openProject, type Project } from '../storage/open-project.ts';
import type { AppContext, Handlers } from './context.ts';
import { draftOf, patched, withPaths } from './draft.ts';
import type { Job } from './job.ts';
import { healPaths, Workspace } from './workspace.ts';

type Names =
  | 'project.create'
  | 'project.open'
  | 'project.demo'
  | 'project.fromPlan'
  | 'project.view'
  | 'project.close'
  | 'draft.update'
  | 'draft.savePlan'
  | 'job.view'
  | 'job.cancel'
  | 'job.kill';

/** The application's one place for the open project. */
export interface Desk {
  current: Workspace | null;
  onProject(view: ProjectView | null): void;
  onJob(view: JobView): void;
}

export function projectRequests(app: AppContext, desk: Desk): Handlers<Names> {
  return { ...opening(app, desk), ...working(app, desk) };
}

type Working = 'draft.update' | 'draft.savePlan' | 'job.view' | 'job.cancel' | 'job.kill';

function opening(app: AppContext, desk: Desk): Handlers<Exclude<Names, Working>> {
  const open = (project: Project, options: { name: string; temporary?: boolean }): Workspace => {
    const { inference } = app;
    try {
      desk.current = new Workspace({ project, inference, onProject: desk.onProject, onJob: desk.onJob, ...options });
    } catch (error) {
      project.close();
      throw error;
    }
    return desk.current;
  };
  return {
    'project.create': async ({ grant, name }) => {
      const file = app.grant(grant);
      refuseExisting(file);
      const project = openProject(file);
      await closeProject(desk);
      return open(project, { name }).view();
    },
    'project.open': async ({ grant }) => {
      const file = app.grant(grant);
      // The same file again: what is open stays open, a job in it goes on.
      if (desk.current !== null && path.resolve(file) === desk.current.project.file) return desk.current.view();
      if (!existsSync(file)) {
        throw new AppError('E_INPUT', `${file} does not exist any more.`, {
          next: 'Say where it is now, or take it off the list.',
        });
      }
      // The other one first: when it cannot be opened, what is open stays open.
      const project = openProject(file, { mustExist: true });
      await closeProject(desk);
      return open(project, { name: path.basename(file, path.extname(file)) }).view();
    },
    'project.demo': async () => {
      const demo = path.join(app.resources, 'demo');
      const file = path.join(app.userData, 'demo', 'demo.oodlab');
      if (desk.current?.project.file === file) return desk.current.view();
      const known = existsSync(file);
      const plan = await readPlan(path.join(demo, 'plan.json'));
      const project = openProject(file);
      await closeProject(desk);
      const workspace = open(project, { name: plan.plan.name, temporary: true });
      adopt(workspace, known ? healPaths(workspace.draft, demo) : draftOf(withAbsolutePaths(plan)));
      return workspace.view();
    },
    'project.fromPlan': async ({ plan, project }) => {
      const file = app.grant(project);
      const read = await readPlan(app.grant(plan));
      refuseExisting(file);
      const opened = openProject(file);
      await closeProject(desk);
      const workspace = open(opened, { name: read.plan.name });
      adopt(workspace, draftOf(withAbsolutePaths(read)));
      return workspace.view();
    },
    'project.view': () => desk.current?.view() ?? null,
    'project.close': async () => {
      await closeProject(desk);
      desk.onProject(null);
    },
  };
}

function working(app: AppContext, desk: Desk): Handlers<Working> {
  return {
    'draft.update': (patch) => {
      const workspace = app.workspace();
      workspace.change({ draft: patched(workspace.draft, patch), ...(patch.preprocess && { guess: false }) });
      return workspace.view();
    },
    'draft.savePlan': async ({ grant }) => {
      const file = app.grant(grant);
      await savePlan(app.workspace(), file);
    },
    'job.view': () => desk.current?.job?.view() ?? null,
    'job.cancel': ({ id }) => jobOf(desk, id)?.cancel(),
    'job.kill': ({ id }) => jobOf(desk, id)?.kill(),
  };
}

export async function closeProject(desk: Desk): Promise<void> {
  const workspace = desk.current;
  desk.current = null;
  await workspace?.close();
}

/** Takes over a whole draft: its sets keep the ids that the draft gives them. */
function adopt(workspace: Workspace, draft: Workspace['draft']): void {
  workspace.change({ draft, nextSet: Math.max(0, ...draft.datasets.map(({ id }) => Number(id.slice(4)))) + 1 });
}

/** The plan file as a user would write it: paths relative to where it lies. */
export async function savePlan(workspace: Workspace, file: string): Promise<void> {
  const absolute = withAbsolutePaths({ plan: workspace.plan(), baseDir: workspace.folder });
  await writeTexts(
    path.dirname(file),
    { [path.basename(file)]: [planText(absolute, path.dirname(file))] },
    workspace.project.file,
  );
}

export function planText(absolute: Plan, folder: string): string {
  const relative = (target: string): string => {
    const way = path.relative(folder, target);
    return path.isAbsolute(way) ? target : way.split(path.sep).join('/');
  };
  return `${JSON.stringify(withPaths(absolute, relative), null, 2)}\n`;
}

function jobOf(desk: Desk, id: string): Job | undefined {
  return desk.current?.job?.id === id ? desk.current.job : undefined;
}

function refuseExisting(file: string): void {
  try {
    if (statSync(file).size === 0) return;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return;
    throw new AppError('E_INPUT', `${file} cannot be opened or written.`, {
      next: 'Check that the folder exists and that you may write there.',
      cause: error,
    });
  }
  throw new AppError('E_INPUT', `${file} exists already.`, { next: 'Open it, or choose another name.' });
}
