/** What app:// serves: files of the root with the policy, pictures by id, and nothing else however it is asked. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode, respond } from '../../electron/main/app-protocol.ts';
import { CSP } from '../../electron/shared/csp.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

function site() {
  const folder = tempFolder();
  const root = path.join(folder, 'renderer');
  mkdirSync(path.join(root, 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.js'), 'secret');
  mkdirSync(path.join(folder, 'renderer-other'));
  writeFileSync(path.join(folder, 'renderer-other', 'near.js'), 'secret');
  writeFileSync(path.join(root, 'index.html'), '<p>');
  writeFileSync(path.join(root, 'assets', 'a b.js'), 'x');
  writeFileSync(path.join(root, 'tool.sh'), 'x');
  symlinkSync(path.join(folder, 'secret.js'), path.join(root, 'link.js'));
  symlinkSync(folder, path.join(root, 'up'));
  const asked: string[] = [];
  const media = (id: string) => {
    asked.push(id);
    if (id === 'page') return Promise.resolve({ type: 'text/html', bytes: new Uint8Array([60]) });
    return Promise.resolve(id === 'set/1' ? { type: 'image/png', bytes: new Uint8Array([1, 2]) } : null);
  };
  const get = (address: string, init?: RequestInit) => respond(new Request(address, init), { root, media });
  return { get, asked };
}

describe('files', () => {
  it.each([
    ['app://main/', 'text/html; charset=utf-8'],
    ['app://main/index.html?step=1', 'text/html; charset=utf-8'],
    ['app://main/assets/a%20b.js', 'text/javascript; charset=utf-8'],
  ])('%s is served as %s', async (address, type) => {
    const response = await site().get(address);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
  });

  it.each([
    'app://main/../secret.js',
    'app://main/%2e%2e/secret.js',
    'app://main/..%2fsecret.js',
    'app://main/%2e%2e%2fsecret.js',
    'app://main/%252e%252e%252fsecret.js',
    'app://main/assets/..%5c..%5csecret.js',
    'app://main/..%5csecret.js',
    'app://main/index.html%00.js',
    'app://main/%0aindex.html',
    'app://main/%ff',
    'app://main/%',
    'app://main//etc/passwd',
    'app://main/..%2frenderer-other%2fnear.js',
    'app://main/link.js',
    'app://main/up/secret.js',
    'app://main/tool.sh',
    'app://main/assets',
    'app://main/none.js',
    'app://other/index.html',
    'app://main.evil/index.html',
  ])('%s is not served', async (address) => {
    const response = await site().get(address);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).toBe('');
  });

  it('are read, never written', async () => {
    expect((await site().get('app://main/index.html', { method: 'POST' })).status).toBe(403);
  });

  it('and refusals carry the policy', async () => {
    const { get } = site();
    for (const address of ['app://main/', 'app://main/none.js', 'app://main/media/set/1', 'app://main/media/none', 'app://x/']) {
      const { headers } = await get(address);
      expect(headers.get('content-security-policy'), address).toBe(CSP);
      expect(headers.get('x-content-type-options'), address).toBe('nosniff');
    }
  });
});

describe('pictures', () => {
  it('come by their id', async () => {
    const response = await site().get('app://main/media/set/1');
    expect(response.headers.get('content-type')).toBe('image/png');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2]);
  });

  it('are pictures, whatever core answers', async () => {
    expect((await site().get('app://main/media/page')).status).toBe(404);
    expect((await site().get('app://main/media/none')).status).toBe(404);
  });

  it('are never asked for by a path that climbs', async () => {
    const { get, asked } = site();
    await get('app://main/media/..%2f..%2fetc');
    expect(asked).toEqual([]);
  });
});

describe('decoding', () => {
  it.each([
    ['/a%20b', '/a b'],
    ['/%C3%A9', '/é'],
    ['/a..b', '/a..b'],
    ['/..', null],
    ['/a/%2e%2e/b', null],
    ['/%2561', null],
    ['/a%5cb', null],
    ['/%7f%00', null],
    ['/%E0%A4%A', null],
  ])('%s', (pathname, decoded) => expect(decode(pathname)).toBe(decoded));
});
