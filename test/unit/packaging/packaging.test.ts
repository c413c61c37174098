/** What a package holds and is told: configuration as electron-builder checks it, desktop entry, licences, bill of materials. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DESKTOP_ENTRY } from '../../../scripts/debian-package.ts';
import { FUSES, packageConfig } from '../../../scripts/package-config.ts';
import { billOfMaterials, shippedPackages } from '../../../scripts/shipped-packages.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { ROOT } from '../../helpers/run-cli.ts';

const require = createRequire(import.meta.url);
const { validateConfiguration } = require(path.join(ROOT, 'node_modules/app-builder-lib/out/util/config/config.js')) as {
  validateConfiguration(config: object, log: object): Promise<void>;
};
const runtime = { folder: '/runtime', executable: '/runtime/electron', version: '45.4.1', trial: false };

describe('configuration', () => {
  it.each([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['win32', 'x64'],
    ['win32', 'arm64'],
    ['darwin', 'arm64'],
  ] as const)('of %s %s is one that electron-builder accepts, from an archive with every fuse', async (platform, arch) => {
    const config = packageConfig(runtime, platform, arch);
    await validateConfiguration(config, { isEnabled: false });
    expect(config).toMatchObject({ asar: true, electronFuses: FUSES, npmRebuild: false });
    expect(existsSync(path.join(ROOT, 'node_modules/onnxruntime-node/bin/napi-v6', platform, arch))).toBe(true);
    expect(existsSync(path.join(ROOT, `node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`))).toBe(true);
  });

  it('is refused by the same check when a key is unknown', async () => {
    const wrong = { ...packageConfig(runtime, 'linux', 'x64'), asarUnpacked: [] };
    await expect(validateConfiguration(wrong, { isEnabled: false })).rejects.toThrow(/asarUnpacked/);
  });

  it('names files that are there', () => {
    const { rpm, mac, win, linux } = packageConfig(runtime, 'linux', 'x64');
    for (const file of [rpm?.afterInstall, mac?.entitlements, mac?.entitlementsInherit, win?.icon, linux?.icon])
      expect(existsSync(path.join(ROOT, String(file))), String(file)).toBe(true);
  });
});

it('the command asks for no window and no display, and hands its arguments on as they are', () => {
  const file = path.join(ROOT, 'resources/bin/oodlab');
  expect(statSync(file).mode & 0o111).toBe(0o111);
  const folder = tempFolder();
  execFileSync('sh', ['-c', `mkdir -p '${folder}/é è/a/b' && cp '${file}' '${folder}/é è/a/b/oodlab'`]);
  writeFileSync(path.join(folder, 'é è', 'oodlab'), '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
  const out = execFileSync(path.join(folder, 'é è/a/b/oodlab'), ['run', 'a b.json', '--json', "it's"], { encoding: 'utf8' });
  const [own, given] = out.split('--windowless|--|');
  expect(own).toContain('--ozone-platform=headless|');
  expect(given).toBe("run|a b.json|--json|it's|");
});

it('the desktop entry opens project files', () => {
  expect(DESKTOP_ENTRY).toMatch(/^Exec=\/opt\/Oodlab\/oodlab %f$/m);
  expect(DESKTOP_ENTRY).toMatch(/^MimeType=application\/x-oodlab-project;$/m);
});

describe('shipped packages', () => {
  const packages = shippedPackages();
  const names = packages.map(({ name }) => name);

  it('are the dependencies and what they need, and what is bundled into the window', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { dependencies: object };
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(dependencies), 'svelte', 'bits-ui', 'chart.js', 'onnxruntime-common']),
    );
    for (const tool of ['vite', 'eslint', 'electron-builder', '@playwright/test', 'vitest']) expect(names).not.toContain(tool);
  });

  it('have licences that allow it', () => {
    const allowed =
      /^\(?(MIT|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|OFL-1\.1|Zlib|Unlicense|BlueOak-1\.0\.0|CC0-1\.0|Python-2\.0)\b/;
    expect(packages.filter(({ license }) => !allowed.test(license)).map(({ name, license }) => `${name}: ${license}`)).toEqual(
      [],
    );
  });

  it('stand in the bill of materials, each one, with Electron and without tools', () => {
    const bill = billOfMaterials(packages) as {
      bomFormat: string;
      components: { name: string; version: string; purl: string; 'bom-ref': string }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const listed = bill.components.map(({ purl }) => decodeURIComponent(purl));
    for (const { name, version } of packages) expect(listed).toContain(`pkg:npm/${name}@${version}`);
    expect(listed.some((purl) => purl.startsWith('pkg:npm/electron@'))).toBe(true);
    expect(listed.filter((purl) => /npm\/(vite|eslint|vitest|electron-builder)@/.test(purl))).toEqual([]);
    const refs = new Set(bill.components.map((component) => component['bom-ref']));
    for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
  });
});
