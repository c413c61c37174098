/**
 * The built window in Debian's chromium against a host that is not there: dist/renderer over http with the production policy,
 * and `window.oodlab` answered in this process. Collects what a page must never do: violations of the policy, script errors,
 * requests beyond the origin.
 */
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import type { EventName, Events, RequestName } from '../../electron/shared/app/contract.ts';
import { CSP } from '../../electron/shared/csp.ts';
import { answer, type Answers, type FakeState } from './fake-answers.ts';
import { fakeProject } from './fake-project.ts';
import type { SystemPackage } from '../../scripts/system-packages.ts';
import type { RealProject } from './real-project.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DIST = path.join(ROOT, 'dist/renderer');
const PICTURES = path.join(ROOT, 'renderer/start/demo');
/** Milliseconds that an element may take to appear: a machine that does other work is slow, not wrong. */
const PATIENCE = 120_000;
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface Window {
  page: Page;
  state: FakeState;
  faults: string[];
  /** Requests without an answer yet, but for those that a scene never answers. */
  waiting(): number;
  emit<Name extends EventName>(event: Name, value: Events[Name]): Promise<void>;
  close(): Promise<void>;
}

export interface WindowOptions {
  state?: Partial<FakeState>;
  answers?: Answers;
  context?: BrowserContextOptions;
  /** Hash route that it starts at. */
  route?: string;
}

/** Chromium without its own window: the whole browser draws one for every page, and takes twice the time. */
export const CHROMIUM: SystemPackage = ['chromium-headless-shell', '/usr/bin/chromium-headless-shell'];

export class FakeHost {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #real: RealProject | null;

  private constructor(server: Server, browser: Browser, real: RealProject | null) {
    this.#server = server;
    this.#browser = browser;
    this.#real = real;
  }

  /** @param real answers what a scene does not answer itself; without one the stand-in does. */
  static async start(real: RealProject | null = null): Promise<FakeHost> {
    const server = createServer((request, response) => {
      void serve(new URL(request.url ?? '/', 'http://localhost').pathname, real).then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': CSP });
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = process.env['OODLAB_CHROMIUM'] ?? CHROMIUM[1];
    return new FakeHost(server, await chromium.launch({ executablePath, args: ['--no-sandbox'] }), real);
  }

  async open({ state: patch = {}, answers = {}, context = {}, route = '' }: WindowOptions = {}): Promise<Window> {
    const state: FakeState = {
      project: this.#real?.view ?? fakeProject(),
      job: null,
      settings: { theme: 'light', locale: 'en' },
      recents: [],
      media: (set, index) => `media/${set}/${index}.png`,
      asked: [],
      ...patch,
    };
    const faults: string[] = [];
    const browsing = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...context,
    });
    browsing.setDefaultTimeout(PATIENCE);
    const page = await browsing.newPage();
    watch(page, faults);
    const behind = { state, own: answers, core: this.#real?.core ?? null };
    let waiting = 0;
    await page.exposeFunction('fakeInvoke', async (name: RequestName, input: unknown) => {
      const isAnswered = answers[name] === undefined;
      if (isAnswered) waiting++;
      const reply = await answer(behind, name, input);
      if (isAnswered) waiting--;
      return reply;
    });
    page.on('request', () => waiting++);
    page.on('requestfinished', () => waiting--);
    page.on('requestfailed', () => waiting--);
    await page.exposeFunction('fakeFault', (text: string) => void faults.push(text));
    await page.addInitScript({ content: PAGE_SCRIPT });
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${route}`);
    return {
      page,
      state,
      faults,
      waiting: () => waiting,
      emit: (event, value) => page.evaluate(`window.fakeEmit(${JSON.stringify(event)}, ${JSON.stringify(value)})`),
      close: () => browsing.close(),
    };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Runs in the page before anything else. */
const PAGE_SCRIPT = `
  const listeners = new Map();
  window.fakeEmit = (event, value) => (listeners.get(event) ?? []).forEach((listener) => listener(value));
  window.oodlab = {
    invoke: (name, input) => window.fakeInvoke(name, structuredClone(input)),
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return () => listeners.set(event, listeners.get(event).filter((each) => each !== listener));
    },
    grantFile: async (file) => ({ id: 'g-' + file.name, name: file.name, path: '/data/' + file.name }),
  };
  document.addEventListener('securitypolicyviolation', (event) =>
    window.fakeFault('policy: ' + event.violatedDirective + ' ' + event.blockedURI),
  );
`;

function watch(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  page.on(
    'request',
    (request) => !/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url()) && faults.push(`request: ${request.url()}`),
  );
}

interface Served {
  status: number;
  type: string;
  body: Buffer | string;
}

async function serve(pathname: string, real: RealProject | null): Promise<Served> {
  const media = pathname.startsWith('/media/') ? await real?.core.media(pathname) : null;
  if (media != null) return { status: 200, type: media.type, body: Buffer.from(media.bytes) };
  if (pathname === '/favicon.ico') return { status: 204, type: 'image/x-icon', body: '' };
  const picture = /^\/media\/set(\d+)\/(\d+)\.png$/.exec(pathname);
  const file = picture
    ? path.join(PICTURES, `${Number(picture[1]) <= 2 ? 'ind' : 'ood'}-${Number(picture[2]) % 6}.png`)
    : path.join(DIST, pathname === '/' ? 'index.html' : path.normalize(pathname));
  try {
    return { status: 200, type: TYPES[path.extname(file)] ?? 'application/octet-stream', body: await readFile(file) };
  } catch {
    return { status: 404, type: 'text/plain', body: 'not found' };
  }
}
