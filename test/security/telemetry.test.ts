/** ONNX Runtime reports to its maker unless it is told not to before its first session: whoever loads it has told it. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../helpers/run-cli.ts';

it('every file that loads ONNX Runtime switches its reports off first', () => {
  const loading = globSync('electron/**/*.ts', { cwd: ROOT })
    .map((file) => ({ file, code: readFileSync(path.join(ROOT, file), 'utf8') }))
    .filter(({ code }) => /^import (?!type).*from 'onnxruntime-node';$/m.test(code))
    .filter(({ file }) => !file.endsWith('readme-snippets.ts')); // Text for other people's programs.
  expect(loading.length).toBeGreaterThan(2);
  for (const { file, code } of loading) expect(code.split(/^import .*onnxruntime-node/m)[0], file).toMatch(/no-telemetry\.ts';/);
});
