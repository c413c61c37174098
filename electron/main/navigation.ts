/** The window shows app://main and nothing else: no navigation elsewhere, no new window, no webview, in any contents. */
import type { App, Event, WebContents } from 'electron';
import { ORIGIN } from './app-protocol.ts';

export function isOwnPage(address: string): boolean {
  const url = parse(address);
  return url !== null && `${url.protocol}//${url.host}` === ORIGIN && url.username === '' && url.password === '';
}

function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

export function guardContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => guard(contents));
}

function guard(contents: WebContents): void {
  const stay = (event: Event & { url?: string }, address?: string): void => {
    if (!isOwnPage(event.url ?? address ?? '')) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
