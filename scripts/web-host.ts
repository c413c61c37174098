/**
 * The window in a plain browser: serves dist/renderer with the production policy and answers the contract with a real core
 * in a Node child. For developing views and for tests; dialogs are replaced by grants for paths named on the command line.
 *   npx node scripts/web-host.ts [--port P] [--user-data DIR] [--resources DIR] [PATH ...]
 */
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { forkWorker } from '../electron/workers/node-port.ts';
import type { CoreGrant, MediaAnswer } from '../electron/shared/app/core-protocol.ts';
import { REQUESTS, type Envelope, type Grant, type RequestName, type Settings } from '../electron/shared/app/contract.ts';
import { CSP } from '../electron/shared/csp.ts';
import { AppError, toAppError } from '../electron/shared/errors.ts';
import { Caller } from '../electron/shared/rpc.ts';
import { VERSION } from '../electron/shared/version.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist', 'renderer');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const EVENTS = ['project', 'job'] as const;

/** `window.oodlab` as the preload gives it, over HTTP: calls by POST, events by server-sent events. */
const BRIDGE = `const listeners = new Map();
new EventSource('/__events').onmessage = ({ data }) => {
  const { name, value } = JSON.parse(data);
  for (const listener of listeners.get(name) ?? []) listener(value);
};
window.oodlab = Object.freeze({
  invoke: (name, input) => fetch('/__invoke/' + name, { method: 'POST', body: JSON.stringify(input) }).then((answer) => answer.json()),
  on(event, listener) {
    if (!listeners.has(event)) listeners.set(event, new Set());
    listeners.get(event).add(listener);
    return () => listeners.get(event).delete(listener);
  },
  grantFile: (file) => fetch('/__grant', { method: 'POST', body: JSON.stringify(file.name) }).then((answer) => answer.json()),
});
`;
const PLACEHOLDER = '<!doctype html><title>Oodlab</title><p>dist/renderer is missing: run npm run build.</p>';

export interface WebHost {
  url: string;
  corePid: number;
  grant(file: string): Promise<Grant>;
  close(): Promise<void>;
}

interface HostOptions {
  port: number;
  userData: string;
  resources: string;
  /** Answers of app.pick, one after the other, over and over. */
  paths: readonly string[];
}

export async function startWebHost({ port, userData, resources, paths }: HostOptions): Promise<WebHost> {
  mkdirSync(userData, { recursive: true });
  const child = forkWorker(new URL('../electron/workers/core.ts', import.meta.url));
  const core = new Caller(child.port);
  const windows = new Set<ServerResponse>();
  const send = (name: string, value: unknown): void => {
    for (const window of windows) window.write(`data: ${JSON.stringify({ name, value })}\n\n`);
  };
  for (const name of EVENTS) core.on(name, (value) => send(name, value));
  await core.call('core.start', { resources, userData, locale: 'en' });

  const grants = new Map<string, Grant>();
  const grant = async (file: string): Promise<Grant> => {
    const absolute = path.resolve(file);
    const made: Grant = { id: `g${grants.size + 1}`, name: path.basename(absolute), path: absolute };
    grants.set(made.id, made);
    await core.call('core.grant', { id: made.id, path: absolute } satisfies CoreGrant);
    return made;
  };
  const main = mainAnswers({ grant, paths, send });

  const site: Site = {
    invoke: (name, input) => invoke({ core, main }, name, input),
    grantNamed: (name) => grant(findPath(paths, name)),
    media: (id) => core.call<MediaAnswer>('core.media', { id }),
    windows,
  };
  const server = createServer((request, response) => {
    void serveRequest(site, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}/`,
    corePid: child.pid,
    grant,
    close: async () => {
      for (const window of windows) window.end();
      server.close();
      server.closeAllConnections();
      await core.call('core.stop', {}).catch(() => undefined);
      child.kill();
      await child.exited;
    },
  };
}

interface Answerers {
  core: Caller;
  main(name: string, input: unknown): Promise<unknown>;
}

async function invoke({ core, main }: Answerers, name: string, input: unknown): Promise<Envelope<unknown>> {
  try {
    if (!Object.hasOwn(REQUESTS, name)) throw new AppError('E_INPUT', `There is no request "${name}".`);
    const request = REQUESTS[name as RequestName];
    const parsed = request.input.safeParse(input);
    if (!parsed.success) throw new AppError('E_INPUT', `${name}: ${parsed.error.issues[0].message}.`);
    return { ok: true, value: (await (request.by === 'core' ? core.call(name, parsed.data) : main(name, parsed.data))) ?? null };
  } catch (error) {
    return { ok: false, error: toAppError(error).toJSON() };
  }
}

interface Site {
  invoke(name: string, input: unknown): Promise<Envelope<unknown>>;
  grantNamed(name: string): Promise<Grant>;
  media(id: string): Promise<MediaAnswer>;
  windows: Set<ServerResponse>;
}

async function serveRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST') {
    const body = JSON.parse(await textOf(request)) as unknown;
    if (pathname === '/__grant') return json(response, await site.grantNamed(String(body)));
    return json(response, await site.invoke(pathname.replace('/__invoke/', ''), body));
  }
  if (pathname === '/__events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    site.windows.add(response);
    request.on('close', () => site.windows.delete(response));
    return;
  }
  if (pathname === '/__bridge.js') return file(response, '.js', Buffer.from(BRIDGE));
  if (!pathname.startsWith('/media/')) return page(response, pathname);
  const found = await site.media(pathname.slice('/media/'.length));
  if (found === null) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': found.type, 'cache-control': 'private, max-age=60' });
  response.end(found.bytes);
}

async function page(response: ServerResponse, pathname: string): Promise<void> {
  const wanted = path.join(DIST, pathname === '/' ? 'index.html' : path.normalize(decodeURIComponent(pathname)));
  if (!wanted.startsWith(DIST)) return void response.writeHead(404).end();
  if (!existsSync(wanted)) {
    if (pathname === '/') return file(response, '.html', Buffer.from(PLACEHOLDER));
    return void response.writeHead(404).end();
  }
  const bytes = await readFile(wanted);
  if (path.extname(wanted) !== '.html') return file(response, path.extname(wanted), bytes);
  file(response, '.html', Buffer.from(bytes.toString('utf8').replace('<head>', '<head><script src="/__bridge.js"></script>')));
}

function file(response: ServerResponse, extension: string, bytes: Buffer): void {
  const type = TYPES[extension] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP, 'cache-control': 'no-store' });
  response.end(bytes);
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8') || 'null';
}

/** A dropped file has no path in a browser: one of the named paths with its name is taken. */
function findPath(paths: readonly string[], name: string): string {
  return paths.find((entry) => path.basename(entry) === name) ?? path.join(process.cwd(), name);
}

interface MainOptions {
  grant(file: string): Promise<Grant>;
  paths: readonly string[];
  send(event: string, value: unknown): void;
}

/** Stand-ins for what main does. */
function mainAnswers({ grant, paths, send }: MainOptions): (name: string, input: unknown) => Promise<unknown> {
  let settings: Settings = { theme: 'system', locale: 'en' };
  let picked = 0;
  return async (name, input) => {
    if (name === 'app.info') {
      return { version: VERSION, platform: process.platform, electron: '', node: process.versions.node, settings };
    }
    if (name === 'app.settings') {
      settings = { ...settings, ...(input as Partial<Settings>) };
      send('settings', settings);
      return settings;
    }
    if (name.startsWith('app.recents')) return name === 'app.recents.open' ? grant((input as { file: string }).file) : [];
    if (name === 'app.pick') return paths.length === 0 ? [] : [await grant(paths[picked++ % paths.length])];
    if (name === 'app.typed') return grant((input as { path: string }).path);
    return null;
  };
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, 'user-data': { type: 'string' }, resources: { type: 'string' } },
  });
  const host = await startWebHost({
    port: Number(values.port ?? 0),
    userData: values['user-data'] ?? mkdtempSync(path.join(tmpdir(), 'oodlab-web-')),
    resources: values.resources ?? path.join(ROOT, 'resources'),
    paths: positionals,
  });
  console.log(host.url);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void host.close().then(() => process.exit(0)));
}
