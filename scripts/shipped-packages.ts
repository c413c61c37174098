/**
 * What is shipped besides Oodlab's own code, from the lock file and what lies in node_modules: one file with every licence
 * text, and a CycloneDX bill of materials from npm itself. Packages of the window are bundled, so they count as well.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './build-config.ts';

/** Development dependencies whose code ends up in the window or in main. */
export const BUNDLED = [
  '@dagrejs/dagre',
  '@fontsource-variable/inter',
  '@lucide/svelte',
  'bits-ui',
  'chart.js',
  'electron-log',
  'svelte',
];

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  dependencies?: Record<string, string>;
}

export interface Shipped {
  name: string;
  version: string;
  /** As package.json names it, else the first line of its text. */
  license: string;
  /** Texts of LICENSE, COPYING, NOTICE and the like; empty when the package carries none. */
  texts: string[];
}

const TEXT = /^(licen[cs]e|copying|notice|third.?party)/i;

/** Every package of the lock file that is installed and shipped, sorted by name. */
export function shippedPackages(): Shipped[] {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const bundled = reachable(packages);
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== '' && (dev !== true || bundled.has(folder)) && existsSync(path.join(ROOT, folder)))
    .map(([folder, { version, license }]) => describe(folder, version, license))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Folders of the bundled packages and of what they need in turn. */
function reachable(packages: Record<string, Locked>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    const nested = `${from}/node_modules/${name}`;
    const folder = from !== '' && nested in packages ? nested : `node_modules/${name}`;
    if (!(folder in packages) || found.has(folder)) return;
    found.add(folder);
    for (const needed of Object.keys(packages[folder].dependencies ?? {})) visit(needed, folder);
  };
  for (const name of BUNDLED) visit(name, '');
  return found;
}

function describe(folder: string, version: string, license: string | undefined): Shipped {
  const place = path.join(ROOT, folder);
  const texts = readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map(({ name }) => readFileSync(path.join(place, name), 'utf8').trim());
  return {
    name: folder.replace(/^.*node_modules\//, ''),
    version,
    license: license ?? (texts[0] ?? '').replace(/ License\n[^]*/, ''),
    texts,
  };
}

/** THIRD-PARTY-LICENCES.txt and sbom.cdx.json. Electron's own texts lie beside the program, as it brings them. */
export function writeShippedPackages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const packages = shippedPackages();
  const list = packages.map(({ name, version, license }) => `${name} ${version}: ${license}`);
  const texts = packages.map(({ name, version, license, texts }) =>
    [`${'='.repeat(80)}\n${name} ${version}, ${license}\n${'='.repeat(80)}`, ...texts].join('\n\n'),
  );
  const head =
    'Packages that Oodlab is shipped with. Licences of Electron and Chromium: LICENSE.electron.txt, LICENSES.chromium.html.';
  writeFileSync(path.join(folder, 'THIRD-PARTY-LICENCES.txt'), [head, list.join('\n'), ...texts].join('\n\n') + '\n');
  writeFileSync(path.join(folder, 'sbom.cdx.json'), JSON.stringify(billOfMaterials(packages), null, 2));
  console.log(`${packages.length} shipped packages: licences and bill of materials in ${folder}`);
}

/** npm's bill of the lock file, less what is only used for building; and Electron, which npm takes for a tool. */
export function billOfMaterials(packages: readonly Shipped[]): unknown {
  const bill = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 1e8,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as Bill;
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const isShipped = ({ name, version, ['bom-ref']: ref }: Component): boolean =>
    name === 'electron' || shipped.has(`${name}@${version}`) || shipped.has(ref);
  const components = bill.components.filter(isShipped);
  const refs = new Set([bill.metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]);
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((needed) => refs.has(needed)) }));
  return { ...bill, components, dependencies };
}

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
}

interface Bill {
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}
