/**
 * What goes into a package, for electron-builder. Natives and worker entries lie outside the archive, because other
 * processes load them; models, demo and golden files lie beside it. On the trial runtime core runs in plain Node, which
 * reads no archive and comes along; such a package is for trials and never shipped.
 */
import type { Configuration } from 'electron-builder';
import type { Runtime } from './electron-runtime.ts';

const PLATFORMS = ['darwin', 'linux', 'win32'];
const ARCHITECTURES = ['arm64', 'x64'];

/** Fuses of DESKTOP.md, item 19. */
export const FUSES = {
  runAsNode: false,
  enableCookieEncryption: false, // There are no cookies; on a Mac it would ask for the keychain.
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
} as const;

/**
 * Installers by system. The .deb is made by debian-package.ts. ONNX Runtime has no binary for Macs with Intel processors.
 * Signing takes its keys from the environment (CSC_LINK, WIN_CSC_LINK, APPLE_ID), as electron-builder documents it.
 */
const TARGETS: Pick<Configuration, 'linux' | 'rpm' | 'win' | 'nsis' | 'mac' | 'dmg' | 'artifactName'> = {
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  linux: { executableName: 'oodlab', icon: 'resources/icons', category: 'Science', target: ['AppImage', 'rpm'] },
  rpm: { afterInstall: 'resources/packaging/rpm-after-install.sh' },
  win: { executableName: 'oodlab', icon: 'resources/icons/512x512.png', target: ['nsis', 'portable'] },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    artifactName: '${productName}-setup-${version}-${arch}.${ext}',
  },
  mac: {
    icon: 'resources/icons/512x512.png',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'resources/packaging/entitlements.mac.plist',
    entitlementsInherit: 'resources/packaging/entitlements.mac.plist',
    target: ['dmg'],
  },
  dmg: { sign: false },
};

export function packageConfig(
  { folder, version, trial }: Runtime,
  platform = process.platform,
  arch: string = process.arch,
): Configuration {
  return {
    appId: 'io.github.oodlab',
    productName: 'Oodlab',
    electronVersion: version,
    // For another processor electron-builder fetches the runtime itself.
    ...(arch === process.arch ? { electronDist: folder } : {}),
    directories: { output: 'out' },
    npmRebuild: false,
    asar: !trial,
    asarUnpack: ['dist/workers/**', 'node_modules/**'],
    files: ['package.json', 'LICENSE', 'dist/{main,preload,renderer,workers}/**', '!**/*.map', ...otherPlatforms(platform, arch)],
    extraResources: [
      { from: 'resources', to: '.', filter: ['**', '!packaging'] },
      { from: 'out/licences', to: 'licences' },
      ...(trial ? [{ from: 'node_modules/node/bin/node', to: 'node' }] : []),
    ],
    electronFuses: trial ? trialFuses() : FUSES,
    ...TARGETS,
    fileAssociations: [{ ext: 'oodlab', name: 'Oodlab project', role: 'Editor' }],
  };
}

/** Without an archive, and without the fuse that Electron 25 does not have yet. */
function trialFuses(): NonNullable<Configuration['electronFuses']> {
  const fuses: Record<string, boolean> = { ...FUSES, onlyLoadAppFromAsar: false, enableEmbeddedAsarIntegrityValidation: false };
  delete fuses.grantFileProtocolExtraPrivileges;
  return fuses;
}

/** Binaries for other systems, and sources of natives. */
function otherPlatforms(platform: string, arch: string): string[] {
  const onnx = 'node_modules/onnxruntime-node/bin/*';
  const others = ARCHITECTURES.filter((name) => name !== arch);
  return [
    ...PLATFORMS.filter((name) => name !== platform).map((name) => `!${onnx}/${name}/**`),
    ...others.map((name) => `!${onnx}/${platform}/${name}/**`),
    ...PLATFORMS.filter((name) => name !== platform).map((name) => `!node_modules/better-sqlite3/prebuilds/${name}*`),
    ...others.map((name) => `!node_modules/better-sqlite3/prebuilds/*-${name}.node`),
    '!node_modules/better-sqlite3/{deps,src}/**',
  ];
}
