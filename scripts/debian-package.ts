/**
 * A .deb from the unpacked application, with Debian's own dpkg-deb. It installs to /opt/Oodlab, puts `oodlab` on the path and
 * tells the desktop of the application, its icon and its project files.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ROOT } from './build-config.ts';

const INSTALLED = '/opt/Oodlab';
const MIME = 'application/x-oodlab-project';
const ARCHITECTURES: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** What Electron is linked with; each named as Debian and Ubuntu do, before and after their move to 64-bit time. */
const DEPENDS = [
  'libgtk-3-0t64 | libgtk-3-0',
  'libnss3',
  'libasound2t64 | libasound2',
  'libgbm1',
  'libatk-bridge2.0-0t64 | libatk-bridge2.0-0',
  'libatspi2.0-0t64 | libatspi2.0-0',
  'libcups2t64 | libcups2',
  'libxkbcommon0',
  'libdrm2',
  'libxcomposite1',
  'libxdamage1',
  'libxrandr2',
  'xdg-utils',
];

export const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Oodlab
Comment=Evidence that a run-time monitor tells out-of-distribution images from normal ones
Comment[fr]=La preuve qu'un moniteur distingue les images hors distribution des images normales
Exec=${INSTALLED}/oodlab %f
Icon=oodlab
Terminal=false
StartupWMClass=Oodlab
Categories=Science;
MimeType=${MIME};
`;

const MIME_TYPE = `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="${MIME}">
    <comment>Oodlab project</comment>
    <comment xml:lang="fr">Projet Oodlab</comment>
    <glob pattern="*.oodlab"/>
    <icon name="oodlab"/>
  </mime-type>
</mime-info>
`;

/** Debian runs the triggers of desktop entries, MIME types and icons itself. Only root may own what starts Chromium's sandbox. */
const AFTER_INSTALL = `#!/bin/sh
set -e
chown root:root ${INSTALLED}/chrome-sandbox
chmod 4755 ${INSTALLED}/chrome-sandbox
`;

/** @returns the path of the package. @throws Error without dpkg-deb. */
export function debianPackage(unpacked: string, arch = process.arch): string {
  const { version, description } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, string>;
  const architecture = ARCHITECTURES[arch] ?? arch;
  const out = path.dirname(unpacked);
  const root = mkdtempSync(path.join(out, 'deb-'));
  try {
    chmodSync(root, 0o755);
    const put = (file: string, text: string, mode = 0o644): void => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text, { mode });
    };
    cpSync(unpacked, path.join(root, INSTALLED), { recursive: true });
    put('usr/share/applications/oodlab.desktop', DESKTOP_ENTRY);
    put('usr/share/mime/packages/oodlab.xml', MIME_TYPE);
    put('usr/share/doc/oodlab/copyright', readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'));
    putIcons(root);
    mkdirSync(path.join(root, 'usr/bin'));
    symlinkSync(`${INSTALLED}/resources/bin/oodlab`, path.join(root, 'usr/bin/oodlab'));
    const size = Number(execFileSync('du', ['-sk', root], { encoding: 'utf8' }).split('\t')[0]);
    put('DEBIAN/control', control({ version, description, architecture, size }));
    put('DEBIAN/postinst', AFTER_INSTALL, 0o755);
    const file = path.join(out, `oodlab_${version}_${architecture}.deb`);
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', root, file], { stdio: 'inherit' });
    return file;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function putIcons(root: string): void {
  const icons = path.join(ROOT, 'resources', 'icons');
  for (const name of readdirSync(icons)) {
    const folder = name.endsWith('.svg') ? 'scalable' : path.parse(name).name;
    cpSync(path.join(icons, name), path.join(root, 'usr/share/icons/hicolor', folder, 'apps', `oodlab${path.extname(name)}`));
  }
}

function control({ version, description, architecture, size }: Record<string, string | number>): string {
  return `Package: oodlab
Version: ${version}
Architecture: ${architecture}
Maintainer: Oodlab developers <oodlab@users.noreply.github.com>
Installed-Size: ${size}
Depends: ${DEPENDS.join(', ')}
Section: science
Priority: optional
Description: ${description}
`;
}
