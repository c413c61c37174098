/** `oodlab log --project FILE`: the runs of a project, and what happened in one of them. */
import { openProject } from '../../engine/storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

export const logCommand: AddCommand = (program, act) => {
  program
    .command('log')
    .description('the runs of a project and what happened in the latest, or in one that is named')
    .requiredOption('--project <file>', 'a project file')
    .option('--run <n>', 'number of the run')
    .option('--json', 'as data')
    .action(
      act((_signal, { project: file, run, json }: { project: string; run?: string; json?: boolean }) => {
        const project = openProject(file, { mustExist: true });
        try {
          const runs = project.runs
            .list()
            .map(({ id, state, startedAt, endedAt, plan: { name } }) => ({ id, state, startedAt, endedAt, name }));
          const chosen = run === undefined ? runs.at(0) : runs.find(({ id }) => id === Number(run));
          if (run !== undefined && chosen === undefined)
            throw new AppError('E_INPUT', `${file} holds no run ${run}.`, { next: 'oodlab log without --run lists them.' });
          const lines = chosen === undefined ? [] : project.runs.logLines(chosen.id);
          if (json === true) print(JSON.stringify({ runs, run: chosen?.id ?? null, lines }, null, 2));
          else {
            print(
              table(
                ['run', 'state', 'started', 'ended', 'plan'],
                runs.map((one) => [String(one.id), one.state, one.startedAt, one.endedAt ?? '', one.name]),
              ),
            );
            for (const { at, level, message } of lines) print(`${at}  ${level.padEnd(7)}  ${message}`);
          }
          return Promise.resolve(EXIT.done);
        } finally {
          project.close();
        }
      }),
    );
};
