/** `oodlab verify PACK [--data DIR]`: checks an evidence pack and runs it again. `--against OTHER`: compares two packs. */
import { availableParallelism } from 'node:os';
import { comparePacks, type Verdict, verifyEvidence } from '../../engine/evidence/verify.ts';
import { processSamplers } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';
import { ProgressLine } from '../progress-line.ts';

interface Options {
  data?: string;
  against?: string;
  provider?: string;
  batchSize?: string;
  json?: boolean;
}

const SHOWN = 20;

export const verifyCommand: AddCommand = (program, act) => {
  program
    .command('verify')
    .description('check an evidence pack, run it again from the original data and compare every figure')
    .argument('<pack>', 'an evidence.zip')
    .option('--data <dir>', 'folder that holds the model and the data sets; default: where the plan had them')
    .option('--against <pack>', 'compare with another pack instead of running again')
    .option('--provider <name>', 'execution provider of the re-run')
    .option('--batch-size <n>', 'batch size of the re-run')
    .option('--json', 'as data')
    .action(
      act(async (signal, pack: string, options: Options) => {
        const verdict = await verdictOf(pack, options, signal);
        print(
          options.json === true
            ? JSON.stringify({ schema: 'oodlab.verdict/1', ...verdict }, null, 2)
            : describe(verdict, options),
        );
        return verdict.verified ? EXIT.done : EXIT.no;
      }),
    );
};

async function verdictOf(pack: string, { data, against, provider, batchSize }: Options, signal: AbortSignal): Promise<Verdict> {
  if (against !== undefined) return comparePacks(pack, against, signal);
  const runtime = {
    ...(provider !== undefined && { provider }),
    ...(batchSize !== undefined && { batchSize: Number(batchSize) }),
  };
  const line = new ProgressLine();
  try {
    return await verifyEvidence({
      pack,
      data,
      runtime,
      openSamplers: processSamplers(),
      threads: availableParallelism(),
      signal,
      onProgress: (progress) => line.show(progress),
    });
  } finally {
    line.end();
  }
}

function describe({ verified, reasons, comparison, manifest }: Verdict, { against }: Options): string {
  const lines: string[] = [];
  if (manifest !== null) {
    lines.push(
      `${manifest.name}, run of ${manifest.date}, Oodlab ${manifest.oodlab}`,
      `inputs root ${manifest.inputsRoot}`,
      `files root  ${manifest.filesRoot}`,
    );
  }
  if (comparison !== null && manifest !== null) {
    lines.push(
      `${comparison.compared} values compared; largest difference of a score ${comparison.worstScore.toExponential(1)} of its value (tolerance ${manifest.tolerance.score}), ` +
        `of a figure ${comparison.worstFigure.toExponential(1)} (tolerance ${manifest.tolerance.figure}, or one image)`,
    );
    const shown = comparison.differences.slice(0, SHOWN).map(({ where, a, b }) => [where, a, b]);
    if (shown.length > 0)
      lines.push('', table(['value', 'in the pack', against === undefined ? 'now' : 'in the other'], shown), '');
    if (comparison.differences.length > SHOWN) lines.push(`and ${comparison.differences.length - SHOWN} more (--json lists all)`);
  }
  lines.push(...reasons.slice(0, SHOWN));
  if (reasons.length > SHOWN) lines.push(`and ${reasons.length - SHOWN} more`);
  lines.push(
    verified
      ? against === undefined
        ? 'verified'
        : 'the packs agree'
      : against === undefined
        ? 'not verified'
        : 'the packs differ',
  );
  return lines.join('\n');
}
