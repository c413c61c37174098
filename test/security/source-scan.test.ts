/** Items of the security checklist that hold because a word never appears: read from every source of main, preload and window. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

function sources(...folders: string[]): { name: string; text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|svelte|html)$/.test(name))
      .map((name) => ({ name: path.join(folder, name), text: readFileSync(path.join(ROOT, folder, name), 'utf8') })),
  );
}

const MAIN = ['electron/main', 'electron/preload'];
const WINDOW = ['renderer', 'electron/shared'];

/** What must not be written, and where. Comments are read too: a word that is not there cannot be used. */
const FORBIDDEN: [what: string, pattern: RegExp, folders: string[]][] = [
  ['Node in the page', /nodeIntegration\w*:\s*true/, MAIN],
  ['a page without isolation or sandbox', /(contextIsolation|sandbox):\s*false/, MAIN],
  ['webSecurity, insecure content', /webSecurity|allowRunningInsecureContent/, MAIN],
  ['experimental and Blink switches', /experimentalFeatures|enableBlinkFeatures|appendSwitch/, MAIN],
  ['webview', /webviewTag:\s*true|<webview/, [...MAIN, ...WINDOW]],
  ['a scheme that passes by the policy', /bypassCSP/, MAIN],
  ['pages from files or from elsewhere', /loadFile|loadURL\((?!`\$\{ORIGIN\})/, MAIN],
  ['the system browser', /openExternal/, MAIN],
  ['unvalidated messages', /ipcMain\.(on|once)\b/, MAIN],
  ['certificates that are waved through', /certificate-error|setCertificateVerifyProc/, MAIN],
  ['code from text', /\beval\(|new Function\b|setTimeout\(\s*['"`]/, [...MAIN, ...WINDOW]],
  ['markup from text', /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/, WINDOW],
  ['Node or Electron in the window', /from ['"](node:|electron['"])/, WINDOW],
  ['the network', /\bfetch\(|XMLHttpRequest|new WebSocket|EventSource/, WINDOW],
];

describe('sources', () => {
  it.each(FORBIDDEN)('hold no %s', (_what, pattern, folders) => {
    const files = sources(...folders);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('speak to the bridge in one place', () => {
    const speakers = sources('renderer').filter(({ text }) => /window\.oodlab/.test(text));
    expect(speakers.map(({ name }) => name)).toEqual(['renderer/bridge.svelte.ts']);
  });

  it('listen to the three channels and no other', () => {
    const calls = sources(...MAIN).flatMap(({ text }) =>
      [...text.matchAll(/ipc(?:Main|Renderer)\.\w+\(\s*(\w+)/g)].map(([, name]) => name),
    );
    expect([...new Set(calls)].sort()).toEqual(['DROP_CHANNEL', 'EVENT_CHANNEL', 'REQUEST_CHANNEL']);
  });
});
