/**
 * `npm run package`: the installers of this system in out/. With `--dir` only the unpacked application; with `--deb` only a
 * Debian package from it, which needs no download. Installers are never made of the trial runtime.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform, type AfterPackContext } from 'electron-builder';
import { ROOT } from './build-config.ts';
import { buildIfNeeded } from './build.ts';
import { debianPackage } from './debian-package.ts';
import { resolveRuntime } from './electron-runtime.ts';
import { packageConfig } from './package-config.ts';
import { keepWithinBudget } from './package-size.ts';
import { writeShippedPackages } from './shipped-packages.ts';

const OUT = path.join(ROOT, 'out');
const {
  dir = false,
  deb = false,
  arch = process.arch,
} = parseArgs({
  options: { dir: { type: 'boolean' }, deb: { type: 'boolean' }, arch: { type: 'string' } },
}).values;

const runtime = await resolveRuntime();
const onlyUnpacked = dir || deb;
if (runtime.trial && !onlyUnpacked) {
  console.error('The trial runtime is not shipped. It makes: npm run package -- --dir, and npm run package -- --deb');
  process.exit(2);
}
await buildIfNeeded();
rmSync(OUT, { recursive: true, force: true });
writeShippedPackages(path.join(OUT, 'licences'));
const written = await build({
  projectDir: ROOT,
  targets: Platform.current().createTarget(onlyUnpacked ? 'dir' : null, Arch[arch as 'x64' | 'arm64']),
  publish: 'never',
  config: { ...packageConfig(runtime, process.platform, arch), afterExtract: withoutDefaultApp },
});
const unpacked = path.join(OUT, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`);
if (existsSync(unpacked)) {
  keepWithinBudget(unpacked);
  if (!dir) written.push(debianPackage(unpacked, arch as NodeJS.Architecture));
}
console.log(`Packaged: ${OUT}${written.length > 0 ? ` (${written.join(', ')})` : ''}`);

/** The runtime's own small application, which starts folders named on the command line. */
function withoutDefaultApp({ appOutDir }: AfterPackContext): void {
  for (const name of ['app', 'default_app.asar'])
    rmSync(path.join(appOutDir, 'resources', name), { recursive: true, force: true });
}
