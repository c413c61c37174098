/** The native menus, made from the command table. A pure function of what is open, so that a test can read it. */
import type { MenuItemConstructorOptions } from 'electron';
import type { RecentView } from '../shared/app/contract.ts';
import { COMMANDS, type Command, type CommandId } from '../shared/app/commands.ts';
import { commandTexts, menuTexts } from '../shared/messages/app-commands.ts';
import { nativeTexts, type NativeText } from '../shared/messages/app-native.ts';
import { say, type Locale } from '../shared/messages/catalogue.ts';

export interface MenuContext {
  locale: Locale;
  platform: NodeJS.Platform;
  project: boolean;
  running: boolean;
  recents: readonly RecentView[];
  run(command: CommandId): void;
  openRecent(file: string): void;
}

type Item = MenuItemConstructorOptions;
type Role =
  'quit' | 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll' | 'resetZoom' | 'zoomIn' | 'zoomOut' | 'togglefullscreen';

const SEPARATOR: Item = { type: 'separator' };

export function menuTemplate(context: MenuContext): Item[] {
  const text = (key: NativeText): string => say(nativeTexts, context.locale, key);
  const role = (name: Role): Item => ({ role: name, label: text(`role.${name}`) });
  const menu = (name: Exclude<Command['menu'], null>): Item[] =>
    COMMANDS.filter((command) => command.menu === name).map((command) => item(command, context));
  const mac = context.platform === 'darwin';
  const quit = mac ? [] : [SEPARATOR, role('quit')];
  const edit = (['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'] as const).map(role);
  const zoom = (['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const).map(role);
  return [
    ...(mac ? [{ role: 'appMenu' } satisfies Item] : []),
    {
      id: 'file',
      label: say(menuTexts, context.locale, 'file'),
      submenu: [...menu('file'), SEPARATOR, recent(context, text), ...quit],
    },
    { id: 'edit', label: say(menuTexts, context.locale, 'edit'), submenu: edit },
    { id: 'view', label: say(menuTexts, context.locale, 'view'), submenu: [...menu('view'), SEPARATOR, ...zoom] },
    { id: 'evaluation', label: say(menuTexts, context.locale, 'evaluation'), submenu: menu('evaluation') },
    { id: 'help', label: say(menuTexts, context.locale, 'help'), submenu: menu('help') },
  ];
}

function item({ id, key, needs }: (typeof COMMANDS)[number], context: MenuContext): Item {
  return {
    id,
    label: say(commandTexts, context.locale, id),
    enabled: isEnabled(needs, context),
    ...(key === null ? {} : { accelerator: key }),
    click: () => context.run(id),
  };
}

export function isEnabled(needs: Command['needs'], { project, running }: Pick<MenuContext, 'project' | 'running'>): boolean {
  if (needs === 'nothing') return true;
  return project && (needs !== 'idle' || !running) && (needs !== 'running' || running);
}

function recent({ recents, openRecent, locale }: MenuContext, text: (key: NativeText) => string): Item {
  const known = recents.filter(({ exists }) => exists);
  const submenu: Item[] = known.map(({ file }) => ({ label: file, click: () => openRecent(file) }));
  return {
    id: 'recent',
    label: say(menuTexts, locale, 'recent'),
    submenu: submenu.length > 0 ? submenu : [{ label: text('menu.noRecent'), enabled: false }],
  };
}
