/**
 * `npm run package:trial`: installs the .deb of out/ with apt in a bare Debian (debootstrap, as root), where nothing of this
 * checkout is, and runs the demo without a display as an ordinary user: in a home with a name outside ASCII, then in one
 * with a very long path. The program's folder must be unchanged afterwards. Takes minutes and the Debian mirror.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './build-config.ts';
import { needSystemPackages } from './system-packages.ts';

const HOMES = ['/home/Жанна-é-日本', `/home/${Array.from({ length: 12 }, () => 'a-long-name-of-a-folder').join('/')}`];
const SUITE = 'bookworm';
const MIRROR = 'http://deb.debian.org/debian';
const PROGRAM = '/opt/Oodlab';

/** Runs in a mount and process space of its own, so that nothing of it is left behind. */
const inRoot = (root: string, script: string): void =>
  void execFileSync('unshare', ['--mount', '--pid', '--fork', 'sh', '-ec', MOUNTS, root, script], { stdio: 'inherit' });
const MOUNTS = `
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/dev"
for name in null zero urandom random; do touch "$0/dev/$name"; mount --bind "/dev/$name" "$0/dev/$name"; done
mkdir "$0/dev/shm"; chmod 1777 "$0/dev/shm"
cp /etc/resolv.conf "$0/etc/resolv.conf"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 chroot "$0" sh -ec "$1"
`;

const INSTALL = `
apt-get update -qq
apt-get install -y -qq --no-install-recommends /tmp/oodlab.deb > /tmp/apt.log 2>&1 || { tail -20 /tmp/apt.log; exit 1; }
dpkg -s oodlab | grep -E '^(Status|Version)'
command -v oodlab
find ${PROGRAM} -type f -exec sha256sum {} + | sort > /tmp/before
`;

const asUser = (home: string, index: number): string => `
useradd --create-home --home-dir '${home}' user${index} 2>/dev/null || { mkdir -p '${home}'; useradd --home-dir '${home}' user${index}; chown user${index} '${home}'; }
setpriv --reuid=user${index} --regid=user${index} --clear-groups --no-new-privs env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME='${home}' sh -ec '
  cd "$HOME"
  if touch ${PROGRAM}/mine 2>/dev/null; then echo "The program folder is writable."; exit 1; fi
  echo "== $(id -un), a home of $(printf %s "$HOME" | wc -c) bytes, DISPLAY \${DISPLAY:-not set}"
  oodlab demo --seeds 1 > table.txt 2> demo.log || { cat demo.log; exit 1; }
  grep -E " (larem|lared) " table.txt | grep -v PCA | cut -c 1-62
  ls oodlab-demo | tr "\\n" " "
  head -c 5 oodlab-demo/report.pdf; echo
  oodlab verify oodlab-demo/evidence.zip --data ${PROGRAM}/resources/demo > verify.log 2>&1 || { tail -5 verify.log; exit 1; }
  tail -2 verify.log
  test ! -e "$HOME/.cache/Microsoft" || { echo "ONNX Runtime kept reports for its maker."; exit 1; }'
`;

const UNCHANGED = `
find ${PROGRAM} -type f -exec sha256sum {} + | sort > /tmp/after
cmp /tmp/before /tmp/after && echo "${PROGRAM}: $(wc -l < /tmp/after) files, unchanged"
apt-get remove -y -qq oodlab > /dev/null 2>&1
test ! -e ${PROGRAM} && test ! -e /usr/bin/oodlab && echo "Removed without a trace"
`;

const [deb] = globSync(path.join(ROOT, 'out', '*.deb'));
if (deb === undefined) throw new Error('There is no package yet: npm run package -- --deb');
await needSystemPackages([['debootstrap', '/usr/sbin/debootstrap']]);
const root = process.argv[2] ?? mkdtempSync(path.join(tmpdir(), 'oodlab-root-'));
try {
  if (!existsSync(path.join(root, 'etc', 'debian_version'))) {
    execFileSync('debootstrap', ['--variant=minbase', SUITE, root, MIRROR], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  console.log(`Debian ${readFileSync(path.join(root, 'etc', 'debian_version'), 'utf8').trim()}, minimal, nothing else installed`);
  copyFileSync(deb, path.join(root, 'tmp', 'oodlab.deb'));
  inRoot(root, [INSTALL, ...HOMES.map(asUser), UNCHANGED].join('\n'));
} finally {
  if (process.argv[2] === undefined) rmSync(root, { recursive: true, force: true });
}
