/** `oodlab export --project FILE`: a finished run's files from the project alone: no data, no model, no inference. */
import path from 'node:path';
import { writeEvidence } from '../../engine/evidence/write-evidence.ts';
import { exportArrays } from '../../engine/npy/export-arrays.ts';
import { loadRun } from '../../engine/pipeline/load-run.ts';
import { writeResults } from '../../engine/report/write-results.ts';
import { openProject } from '../../engine/storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print } from '../output.ts';

interface Options {
  project: string;
  run?: string;
  npy?: string;
  out?: string;
}

export const exportCommand: AddCommand = (program, act) => {
  program
    .command('export')
    .description('write files of a finished run from its project alone')
    .requiredOption('--project <file>', 'project file of a finished run')
    .option('--run <n>', 'number of the run; default: the latest finished one')
    .option('--npy <dir>', 'entropies, latents, logits and scores as .npy files for numpy')
    .option('--out <dir>', 'results.json, metrics.csv, scores.csv and evidence.zip')
    .action(
      act(async (signal, { project: file, run: id, npy, out }: Options) => {
        if (npy === undefined && out === undefined) {
          throw new AppError('E_INPUT', 'Nothing to export.', { next: 'Name a folder with --npy or --out.' });
        }
        const project = openProject(file, { mustExist: true });
        try {
          const run = loadRun(project, id === undefined ? undefined : Number(id));
          if (npy !== undefined) {
            const files = await exportArrays(run, path.resolve(npy), signal);
            print(`Written to ${path.resolve(npy)}: ${files.join(', ')}`);
          }
          if (out !== undefined) {
            await writeResults(path.resolve(out), run);
            await writeEvidence({ run, out: path.resolve(out), signal });
            print(`Written to ${path.resolve(out)}: results.json, metrics.csv, scores.csv, evidence.zip`);
          }
          return EXIT.done;
        } finally {
          project.close();
        }
      }),
    );
};
