/** `oodlab conformance DIR [--json]`: runs golden files through the product's own functions. Exit 1 if any is over. */
import { runConformance } from '../../engine/conformance/run-conformance.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

export const conformanceCommand: AddCommand = (program, act) => {
  program
    .command('conformance')
    .description("run golden files through Oodlab's own functions and compare")
    .argument('<dir>', 'a folder of golden *.json files')
    .option('--json', 'as data')
    .action(
      act(async (signal, dir: string, options: { json?: boolean }) => {
        const topics = await runConformance(dir, { signal });
        if (options.json === true) print(JSON.stringify({ schema: 'oodlab.conformance/1', topics }, null, 2));
        else {
          const rows = topics.map((t) => [
            t.topic,
            t.status,
            String(t.cases),
            String(t.values),
            t.worstAbs.toExponential(1),
            t.worstRel.toExponential(1),
            t.tolerance,
          ]);
          print(table(['topic', 'status', 'cases', 'values', 'worst abs', 'worst rel', 'tolerance'], rows));
          for (const topic of topics)
            if (topic.notBuilt.length > 0) print(`${topic.topic}: not built yet: ${topic.notBuilt.join(', ')}`);
          for (const topic of topics) for (const failure of topic.failures) print(`${topic.topic}: ${failure}`);
          const count = (status: string): number => topics.filter((topic) => topic.status === status).length;
          print(
            `\n${count('passed')} topics passed, ${count('failed') + count('unreadable')} failed, ${count('not built yet')} not built yet`,
          );
        }
        return topics.some((topic) => topic.status === 'failed' || topic.status === 'unreadable') ? EXIT.no : EXIT.done;
      }),
    );
};
