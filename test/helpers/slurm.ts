/** A Slurm of one node on loopback: munged, slurmctld and slurmd of Debian, with all their files in a folder. Needs root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { needSystemPackages } from '../../scripts/system-packages.ts';

export interface Slurm {
  /** Runs a command of Slurm. @returns its stdout. */
  call(command: string, ...args: string[]): string;
  stop(): void;
}

export async function startSlurm(folder: string): Promise<Slurm> {
  await needSystemPackages([
    ['munge', '/usr/sbin/munged'],
    ['slurmctld', '/usr/sbin/slurmctld'],
    ['slurmd', '/usr/sbin/slurmd'],
    ['slurm-client', '/usr/bin/sbatch'],
  ]);
  if (process.getuid?.() !== 0) throw new Error('Slurm starts as root only: run this test as root.');
  const at = (name: string): string => path.join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(at('key'), randomBytes(1024), { mode: 0o400 });
  writeFileSync(at('slurm.conf'), configuration(at));
  const env = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const call = (command: string, ...args: string[]): string => execFileSync(command, args, { env, encoding: 'utf8' });
  const files = ['key-file=key', 'socket=munge.socket', 'pid-file=munged.pid', 'log-file=munged.log', 'seed-file=seed'];
  call('/usr/sbin/munged', '--force', ...files.map((file) => `--${file.replace('=', `=${folder}/`)}`));
  for (const daemon of ['slurmctld', 'slurmd']) call(`/usr/sbin/${daemon}`);
  const stop = (): void => {
    for (const name of ['slurmd', 'slurmctld', 'munged']) process.kill(Number(readFileSync(at(`${name}.pid`), 'utf8')));
  };
  return { call, stop };
}

function configuration(at: (name: string) => string): string {
  const host = hostname();
  return `ClusterName=oodlab
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=${at('munge.socket')}
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
SlurmctldLogFile=${at('slurmctld.log')}
SlurmdLogFile=${at('slurmd.log')}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}
