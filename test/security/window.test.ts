/** The window's options, its policy, permissions and navigation, each as a table. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { guardContents, isOwnPage } from '../../electron/main/navigation.ts';
import { askWhereToSave } from '../../electron/main/downloads.ts';
import { isPermitted, refusePermissions } from '../../electron/main/permissions.ts';
import { windowOptions } from '../../electron/main/window-options.ts';
import { CSP, CSP_META } from '../../electron/shared/csp.ts';

describe('window options', () => {
  it('are exactly these', () => {
    expect(windowOptions({ preload: '/p/index.cjs', bounds: { x: 1, y: 2, width: 1280, height: 800 }, dark: true })).toEqual({
      x: 1,
      y: 2,
      width: 1280,
      height: 800,
      minWidth: 1000,
      minHeight: 640,
      title: 'Oodlab',
      show: false,
      backgroundColor: '#0f1114',
      webPreferences: {
        preload: '/p/index.cjs',
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        navigateOnDragDrop: false,
      },
    });
  });
});

describe('the policy', () => {
  const directives = new Map(CSP.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)] as const));

  it('starts from nothing and opens only to the application itself', () => {
    expect(directives.get('default-src')).toEqual(["'none'"]);
    const sources = [...directives].filter(([name]) => name.endsWith('-src')).flatMap(([, values]) => values);
    expect(new Set(sources)).toEqual(new Set(["'none'", "'self'", 'data:', 'blob:']));
    expect(CSP).not.toMatch(/unsafe|http|ws:|\*/);
  });

  it('lets data and blobs be pictures, never code', () => {
    for (const [name, values] of directives) if (name !== 'img-src') expect(values.join(' '), name).not.toMatch(/data:|blob:/);
  });

  it('holds trusted types, and no frame, base or form', () => {
    expect(directives.get('require-trusted-types-for')).toEqual(["'script'"]);
    expect(directives.get('trusted-types')).toEqual(['svelte-trusted-html']);
    for (const name of ['frame-ancestors', 'base-uri', 'form-action']) expect(directives.get(name), name).toEqual(["'none'"]);
  });

  it('stands in the page too, less what a meta element ignores', () => {
    expect(CSP_META).toBe(CSP.replace("frame-ancestors 'none'; ", ''));
  });
});

const PERMISSIONS = [
  'clipboard-read', 'clipboard-sanitized-write', 'deprecated-sync-clipboard-read', 'display-capture', 'fileSystem', 'fullscreen',
  'geolocation', 'hid', 'idle-detection', 'keyboardLock', 'media', 'mediaKeySystem', 'midi', 'midiSysex', 'notifications',
  'openExternal', 'pointerLock', 'serial', 'speaker-selection', 'storage-access', 'top-level-storage-access', 'usb',
  'window-management', 'unknown', 'a permission of the future',
]; // prettier-ignore

describe('permissions', () => {
  it.each(PERMISSIONS)('%s', (permission) => expect(isPermitted(permission)).toBe(permission === 'clipboard-sanitized-write'));

  it('are refused on all three ways in', () => {
    const handlers: Record<string, (...args: unknown[]) => unknown> = {};
    const take = (name: string) => (handler: (...args: unknown[]) => unknown) => void (handlers[name] = handler);
    refusePermissions({
      setPermissionRequestHandler: take('request'),
      setPermissionCheckHandler: take('check'),
      setDevicePermissionHandler: take('device'),
    } as never);
    let granted: unknown;
    handlers.request(null, 'media', (answer: unknown) => (granted = answer));
    expect(granted).toBe(false);
    expect(handlers.check(null, 'geolocation')).toBe(false);
    expect(handlers.device({ deviceType: 'usb' })).toBe(false);
  });
});

describe('downloads', () => {
  const folders = {
    value: { chart: '/home/u/Charts' } as Record<string, string>,
    set: (value: Record<string, string>) => void (folders.value = value),
  };
  type Item = { getURL: () => string; getFilename: () => string; getSavePath: () => string; [name: string]: unknown };
  let arrive: (event: { preventDefault(): void }, item: Item) => void;
  askWhereToSave({ on: (_name: string, listener: typeof arrive) => void (arrive = listener) } as never, {
    folders: folders as never,
    documents: '/home/u/Documents',
  });
  function download(
    url: string,
    name: string,
  ): { isRefused: boolean; proposed: string | null; done: ((...args: unknown[]) => void) | null } {
    const seen = { isRefused: false, proposed: null as string | null, done: null as ((...args: unknown[]) => void) | null };
    arrive(
      { preventDefault: () => void (seen.isRefused = true) },
      {
        getURL: () => url,
        getFilename: () => name,
        getSavePath: () => '/media/stick/roc.png',
        setSaveDialogOptions: ({ defaultPath }: { defaultPath: string }) => void (seen.proposed = defaultPath),
        once: (_name: string, listener: (...args: unknown[]) => void) => void (seen.done = listener),
      },
    );
    return seen;
  }

  it('takes only blobs of the own page', () => {
    for (const url of [
      'https://evil.example/x.exe',
      'blob:https://evil.example/1',
      'app://main/index.html',
      'blob:app://main.evil/1',
    ])
      expect(download(url, 'x')).toEqual({ isRefused: true, proposed: null, done: null });
  });

  it('proposes the folder of the last time and remembers the new one', () => {
    const first = download('blob:app://main/1', '../../roc.png');
    expect(first).toMatchObject({ isRefused: false, proposed: '/home/u/Charts/roc.png' });
    first.done!({}, 'cancelled');
    expect(folders.value).toEqual({ chart: '/home/u/Charts' });
    first.done!({}, 'completed');
    expect(download('blob:app://main/2', 'b.csv').proposed).toBe('/media/stick/b.csv');
  });
});

const ADDRESSES: [address: string, own: boolean][] = [
  ['app://main/index.html', true],
  ['app://main/', true],
  ['app://main/media/a/1', true],
  ['APP://MAIN/index.html', false],
  ['app://main.evil/index.html', false],
  ['app://evil/index.html', false],
  ['app://main:80/', false],
  ['app://user@main/', false],
  ['app://main@evil/', false],
  ['app:main', false],
  ['https://main/', false],
  ['https://app/main', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['blob:app://main/1', false],
  ['about:blank', false],
  ['', false],
  ['not an address', false],
];

describe('navigation', () => {
  it.each(ADDRESSES)('%s', (address, own) => expect(isOwnPage(address)).toBe(own));

  it('is refused in every contents, however it starts, and no window or webview opens', () => {
    const app = new EventEmitter();
    guardContents(app as never);
    let openHandler: (() => unknown) | undefined;
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: (handler: () => unknown) => (openHandler = handler),
    });
    app.emit('web-contents-created', {}, contents);
    const prevented = (name: string, url: string): boolean => {
      let stopped = false;
      contents.emit(name, { url, preventDefault: () => (stopped = true) }, url);
      return stopped;
    };
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const [address, own] of ADDRESSES) expect(prevented(name, address), `${name} ${address}`).toBe(!own);
    }
    expect(prevented('will-attach-webview', 'app://main/')).toBe(true);
    expect(openHandler?.()).toEqual({ action: 'deny' });
  });
});
