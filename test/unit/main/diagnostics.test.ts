/** What leaves the computer in a diagnostics zip: no path, no name. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeDiagnostics } from '../../../electron/main/diagnostics.ts';
import { redact } from '../../../electron/main/redact.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();

describe('diagnostics', () => {
  const redaction = { app: '/opt/oodlab/app', known: ['/home/ann/Secret project/net one.onnx', '/home/ann'], user: 'ann' };

  it.each([
    ['open /home/ann/Secret project/net one.onnx: no', 'open <path>.onnx: no'],
    ['at run (/opt/oodlab/app/dist/main/index.cjs:12:3)', 'at run (<app>/dist/main/index.cjs:12:3)'],
    ['at file:///opt/oodlab/app/dist/x.cjs', 'at <app>/dist/x.cjs'],
    ['"/data/customer-x/images/7.png" is damaged', '"<path>.png" is damaged'],
    ['C:\\Users\\ann\\models\\net.onnx failed', '<path>.onnx failed'],
    ['\\\\server\\share\\net.onnx', '<path>.onnx'],
    ['ran 3/4 batches at 1.5 /s, user ann', 'ran 3/4 batches at 1.5 /s, user <user>'],
  ])('%s', (text, expected) => expect(redact(text, redaction)).toBe(expected));

  it('are a zip of versions and logs without paths', async () => {
    const logs = path.join(folder, 'logs');
    mkdirSync(logs);
    writeFileSync(path.join(logs, 'main.log'), '{"text":"opened /home/ann/Secret project/net one.onnx"}\n');
    writeFileSync(path.join(logs, 'other.txt'), 'not a log');
    const file = path.join(folder, 'd.zip');
    await writeDiagnostics(file, { about: { version: '1', home: '/home/ann/x' }, logs, redaction });
    const entries = unzipSync(readFileSync(file));
    expect(Object.keys(entries).sort()).toEqual(['about.json', 'logs/main.log']);
    expect(strFromU8(entries['logs/main.log'])).toBe('{"text":"opened <path>.onnx"}\n');
    expect(
      Object.values(entries)
        .map((bytes) => strFromU8(bytes))
        .join(),
    ).not.toMatch(/ann|Secret/);
  });
});
