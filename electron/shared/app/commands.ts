/**
 * The command table: one row for each command that has a menu item, a shortcut or a line in the command palette. The native
 * menu (main), the palette and the key handler (renderer) are all made from it; labels stand in messages/app-commands.ts.
 */
export interface Command {
  id: string;
  /** In which menu it stands; null: palette and keyboard only. */
  menu: 'file' | 'view' | 'evaluation' | 'help' | null;
  /** In the notation of Electron's accelerators. */
  key: string | null;
  /** When it is available: always, with a project, with a project and no job, while a job runs. */
  needs: 'nothing' | 'project' | 'idle' | 'running';
}

export const COMMANDS = [
  { id: 'project.new', menu: 'file', key: 'CmdOrCtrl+N', needs: 'nothing' },
  { id: 'project.open', menu: 'file', key: 'CmdOrCtrl+O', needs: 'nothing' },
  { id: 'project.fromPlan', menu: 'file', key: 'CmdOrCtrl+Shift+O', needs: 'nothing' },
  { id: 'plan.save', menu: 'file', key: 'CmdOrCtrl+Shift+S', needs: 'project' },
  { id: 'project.close', menu: 'file', key: 'CmdOrCtrl+Shift+W', needs: 'project' },
  { id: 'app.settings', menu: 'file', key: 'CmdOrCtrl+,', needs: 'nothing' },

  { id: 'step.dataset', menu: 'view', key: 'CmdOrCtrl+1', needs: 'project' },
  { id: 'step.model', menu: 'view', key: 'CmdOrCtrl+2', needs: 'project' },
  { id: 'step.hook', menu: 'view', key: 'CmdOrCtrl+3', needs: 'project' },
  { id: 'step.evaluate', menu: 'view', key: 'CmdOrCtrl+4', needs: 'project' },
  { id: 'step.export', menu: 'view', key: 'CmdOrCtrl+5', needs: 'project' },
  { id: 'step.next', menu: 'view', key: 'CmdOrCtrl+Enter', needs: 'project' },
  { id: 'view.compare', menu: 'view', key: 'CmdOrCtrl+Shift+C', needs: 'project' },
  { id: 'view.inspector', menu: 'view', key: 'CmdOrCtrl+I', needs: 'project' },
  { id: 'view.palette', menu: 'view', key: 'CmdOrCtrl+K', needs: 'nothing' },

  { id: 'dataset.add', menu: 'evaluation', key: 'CmdOrCtrl+Shift+A', needs: 'project' },
  { id: 'model.choose', menu: 'evaluation', key: 'CmdOrCtrl+Shift+M', needs: 'project' },
  { id: 'run.start', menu: 'evaluation', key: 'CmdOrCtrl+R', needs: 'idle' },
  { id: 'job.cancel', menu: 'evaluation', key: 'CmdOrCtrl+.', needs: 'running' },

  { id: 'project.demo', menu: 'help', key: 'CmdOrCtrl+Shift+D', needs: 'nothing' },
  { id: 'app.prepare', menu: 'help', key: null, needs: 'nothing' },
  { id: 'app.selftest', menu: 'help', key: null, needs: 'nothing' },
  { id: 'app.glossary', menu: 'help', key: 'F1', needs: 'nothing' },
  { id: 'app.logs', menu: 'help', key: null, needs: 'nothing' },
  { id: 'app.diagnostics', menu: 'help', key: null, needs: 'nothing' },
  { id: 'app.about', menu: 'help', key: null, needs: 'nothing' },
] as const satisfies readonly Command[];

export type CommandId = (typeof COMMANDS)[number]['id'];
