/** `npm run package -- --dir`: an unpacked application in out/. Installers are not built yet. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build, type AfterPackContext } from 'electron-builder';
import { ROOT } from './build-config.ts';
import { buildIfNeeded } from './build.ts';
import { resolveRuntime } from './electron-runtime.ts';
import { packageConfig } from './package-config.ts';

if (!process.argv.includes('--dir')) {
  console.error('Only an unpacked application can be built so far: npm run package -- --dir');
  process.exit(2);
}
const runtime = await resolveRuntime();
await buildIfNeeded();
rmSync(path.join(ROOT, 'out'), { recursive: true, force: true });
const written = await build({
  projectDir: ROOT,
  dir: true,
  publish: 'never',
  config: { ...packageConfig(runtime), afterExtract: withoutDefaultApp },
});
console.log(`Packaged: ${path.join(ROOT, 'out')}${written.length > 0 ? ` (${written.join(', ')})` : ''}`);

/** The runtime's own small application, which starts folders named on the command line. */
function withoutDefaultApp({ appOutDir }: AfterPackContext): void {
  for (const name of ['app', 'default_app.asar'])
    rmSync(path.join(appOutDir, 'resources', name), { recursive: true, force: true });
}
