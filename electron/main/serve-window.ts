/** Connects app:// and the channels of preload to what answers them. */
import { ipcMain, net, protocol, type IpcMainInvokeEvent } from 'electron';
import { DROP_CHANNEL, REQUEST_CHANNEL } from '../shared/app/channels.ts';
import { CSP_DEV } from '../shared/csp.ts';
import { respond, SCHEME, type Content } from './app-protocol.ts';
import type { Grants } from './grants.ts';
import { answer, requireOwnWindow, type Desk } from './requests.ts';

/** Set by `npm run dev` alone, at build time: the address of Vite's server. Empty in every other build. */
declare const DEV_SERVER: string;

/** Before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

export function serveContent(content: Content): void {
  if (DEV_SERVER !== '') protocol.handle(SCHEME, (request) => fromDevServer(request, content));
  else protocol.handle(SCHEME, (request) => respond(request, content));
}

async function fromDevServer(request: Request, content: Content): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (pathname.startsWith('/media/')) return respond(request, content);
  const response = await net.fetch(`${DEV_SERVER}${pathname}${search}`);
  const headers = new Headers(response.headers);
  headers.set('content-security-policy', CSP_DEV);
  return new Response(response.body, { status: response.status, headers });
}

export function serveRequests(desk: Desk, grants: Grants): void {
  ipcMain.handle(REQUEST_CHANNEL, (event: IpcMainInvokeEvent, name: unknown, input: unknown) => answer(desk, event, name, input));
  ipcMain.handle(DROP_CHANNEL, (event: IpcMainInvokeEvent, file: unknown) => {
    requireOwnWindow(desk, event);
    return typeof file === 'string' ? grants.give(file) : null;
  });
}
