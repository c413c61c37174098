/**
 * app://main, the only origin of the window: files of dist/renderer and pictures by id. A path is decoded once, refused if
 * it could mean anything else than a file below the root, resolved through links, and checked again.
 */
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { MediaAnswer } from '../shared/app/core-protocol.ts';
import { CSP } from '../shared/csp.ts';

export const SCHEME = 'app';
export const ORIGIN = 'app://main';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const MEDIA = '/media/';
const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/bmp'];

export interface Content {
  /** Folder with index.html. */
  root: string;
  media(id: string): Promise<MediaAnswer>;
}

export async function respond(request: Request, content: Content): Promise<Response> {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.protocol !== 'app:' || url.host !== 'main') return refuse(403);
  const decoded = decode(url.pathname);
  if (decoded === null) return refuse(400);
  if (decoded.startsWith(MEDIA)) return picture(await content.media(decoded.slice(MEDIA.length)));
  const file = await resolveInside(content.root, decoded === '/' ? '/index.html' : decoded);
  const type = file === null ? undefined : TYPES[path.extname(file)];
  if (file === null || type === undefined) return refuse(404);
  return new Response(await readFile(file), { headers: headers(type) });
}

/** The path of an address with its escapes undone, or null when it is malformed or still holds an escape or a trick. */
export function decode(pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (/[\\%]/.test(decoded) || [...decoded].some((char) => char < ' ')) return null;
  return decoded.split('/').includes('..') ? null : decoded;
}

/** The real path of a file below the root, or null. Links that lead outside lead nowhere. */
export async function resolveInside(root: string, pathname: string): Promise<string | null> {
  try {
    const realRoot = await realpath(root);
    const file = await realpath(path.join(realRoot, path.normalize(pathname)));
    return file.startsWith(realRoot + path.sep) ? file : null;
  } catch {
    return null;
  }
}

function picture(answer: MediaAnswer): Response {
  if (answer === null || !MEDIA_TYPES.includes(answer.type)) return refuse(404);
  return new Response(Uint8Array.from(answer.bytes), { headers: headers(answer.type) });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: headers('text/plain') });
}

function headers(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}
