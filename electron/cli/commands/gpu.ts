/** `oodlab gpu doctor`: which execution providers run here, and for each other one what is missing and what brings it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { libraryFolders, type Need, needsOf } from '../../engine/runtime/needs.ts';
import { binaryFolder, providerStates } from '../../engine/runtime/providers.ts';
import type { Plan } from '../../shared/plan.ts';
import { probeInProcess } from '../../workers/process-probe.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print } from '../output.ts';

interface Diagnosis {
  id: string;
  state: 'ready' | 'unavailable';
  /** What the trial said; null when it ran. */
  why: string | null;
  needs: Need[];
}

interface Card {
  name: string;
  memory: string;
}

export const gpuCommand: AddCommand = (program, act) => {
  program
    .command('gpu')
    .description('graphics cards and execution providers')
    .command('doctor')
    .description('which providers run here, and what is missing for the others; installs nothing')
    .option('--json', 'as data')
    .action(
      act(async (signal, { json }: { json?: boolean }) => {
        const machine = {
          platform: process.platform,
          env: process.env,
          exists: existsSync,
          libraries: libraryFolders(process.env),
          runtime: binaryFolder(),
        };
        const providers: Diagnosis[] = [];
        for (const { id } of providerStates()) {
          const why = await probeInProcess(id as Plan['runtime']['provider'], signal);
          providers.push({ id, state: why === null ? 'ready' : 'unavailable', why, needs: needsOf(id, machine) });
        }
        const cards = nvidiaCards();
        print(json === true ? JSON.stringify({ schema: 'oodlab.gpu/1', cards, providers }, null, 2) : describe(cards, providers));
        return EXIT.done;
      }),
    );
};

/** As NVIDIA's own tool lists them; empty without it. */
function nvidiaCards(): Card[] {
  const args = ['--query-gpu=name,memory.total', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', args, { encoding: 'utf8', timeout: 10_000 });
  if (status !== 0) return [];
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [name, memory] = line.split(', ');
      return { name, memory };
    });
}

function describe(cards: readonly Card[], providers: readonly Diagnosis[]): string {
  const lines = cards.map(({ name, memory }) => `card  ${name}, ${memory}`);
  for (const { id, state, why, needs } of providers) {
    lines.push(`${id}  ${state}${why === null ? '' : `: ${why}`}`);
    for (const { what, present, next } of needs) {
      if (present) lines.push(`  present  ${what}`);
      else if (state !== 'ready') lines.push(`  missing  ${what}. ${next}`);
    }
  }
  return [...lines, '', 'A run takes the CPU unless its plan or --provider names another one.'].join('\n');
}
