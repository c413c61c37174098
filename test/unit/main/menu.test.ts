/** The native menus against the command table. */
import { describe, expect, it } from 'vitest';
import { menuTemplate, type MenuContext } from '../../../electron/main/menu.ts';
import { COMMANDS } from '../../../electron/shared/app/commands.ts';

describe('menus', () => {
  const context = (patch: Partial<MenuContext> = {}): MenuContext => ({
    locale: 'en',
    platform: 'linux',
    project: false,
    running: false,
    recents: [],
    run: () => undefined,
    openRecent: () => undefined,
    ...patch,
  });
  type Item = {
    id?: string;
    label?: string;
    enabled?: boolean;
    accelerator?: string;
    role?: string;
    click?: () => void;
    submenu?: Item[];
  };
  const items = (patch?: Partial<MenuContext>): Item[] =>
    (menuTemplate(context(patch)) as Item[]).flatMap((menu) => menu.submenu ?? []);
  const enabled = (patch: Partial<MenuContext>): string[] =>
    items(patch)
      .filter((entry) => entry.id !== undefined && entry.enabled === true)
      .map((entry) => entry.id!);

  it('hold every command that has a menu, each once, and no shortcut twice', () => {
    const ids = items()
      .map(({ id }) => id)
      .filter((id) => id !== undefined && id !== 'recent');
    expect(ids.sort()).toEqual(
      COMMANDS.filter(({ menu }) => menu !== null)
        .map(({ id }) => id)
        .sort(),
    );
    const keys = COMMANDS.map(({ key }) => key).filter((key) => key !== null);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('offer what can be done now', () => {
    expect(enabled({})).not.toContain('run.start');
    expect(enabled({ project: true })).toContain('run.start');
    expect(enabled({ project: true })).not.toContain('job.cancel');
    expect(enabled({ project: true, running: true })).toContain('job.cancel');
    expect(enabled({ project: true, running: true })).not.toContain('run.start');
    expect(enabled({ running: true })).not.toContain('job.cancel');
  });

  it('run the command, and open the recent project, that was chosen', () => {
    const done: string[] = [];
    const recents = [
      { file: '/a.oodlab', name: 'a', openedAt: '', standing: null, exists: true },
      { file: '/gone.oodlab', name: 'b', openedAt: '', standing: null, exists: false },
    ];
    const all = items({ recents, run: (id) => done.push(id), openRecent: (file) => done.push(file) });
    all.find(({ id }) => id === 'app.about')?.click?.();
    const recent = all.find(({ id }) => id === 'recent')?.submenu ?? [];
    expect(recent.map(({ label }) => label)).toEqual(['/a.oodlab']);
    recent[0].click?.();
    expect(done).toEqual(['app.about', '/a.oodlab']);
  });

  it('follow the platform: quit is in the application menu of a Mac', () => {
    const first = (platform: NodeJS.Platform) => (menuTemplate(context({ platform })) as Item[])[0].role;
    expect([first('darwin'), first('linux')]).toEqual(['appMenu', undefined]);
    expect(items({ platform: 'darwin' }).some(({ role }) => role === 'quit')).toBe(false);
    expect(items({ platform: 'win32' }).some(({ role }) => role === 'quit')).toBe(true);
  });
});
