/** `oodlab inspect MODEL [--json]`: what the file is, what can be hooked, what to be careful about. */
import type { HookPoint, ModelInfo, TensorInfo } from '../../shared/domain.ts';
import { inspectInProcess } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

export const inspectCommand: AddCommand = (program, act) => {
  program
    .command('inspect')
    .description('inputs, outputs, opset, parameters, stochastic nodes, hook points and warnings of a model')
    .argument('<model>', 'an ONNX file')
    .option('--json', 'as data')
    .option('--all', 'list every hook point, not only the proposed ones')
    .action(
      act(async (signal, model: string, options: { json?: boolean; all?: boolean }) => {
        const info = await inspectInProcess(model, signal);
        print(options.json === true ? JSON.stringify(info, null, 2) : describe(info, options.all === true));
        return EXIT.done;
      }),
    );
};

function describe(info: ModelInfo, all: boolean): string {
  const opsets = Object.entries(info.opsets).map(([domain, version]) => `${domain} ${version}`);
  const lines = [
    `${info.file}`,
    `SHA-256     ${info.sha256}`,
    `opset       ${opsets.join(', ')}; IR ${info.irVersion}; ${info.producer || 'producer not stated'}`,
    `parameters  ${info.parameters.toLocaleString('en')}`,
    `inputs      ${info.inputs.map(tensor).join(', ')}${info.imageInput === null ? '' : `; the image is ${info.imageInput}`}`,
    `outputs     ${info.outputs.map(tensor).join(', ') || 'none'}`,
    `logits      ${info.logits ?? 'none found'}`,
    `batch       ${info.fixedBatch === null ? 'free' : info.fixedBatch === 0 ? 'one image at a time, no batch axis' : `fixed to ${info.fixedBatch}`}`,
    `stochastic  ${info.stochastic.map((node) => `${node.op} ${node.output} (${node.state}${node.ratio === null ? '' : `, ratio ${node.ratio}`})`).join('; ') || 'none'}`,
  ];
  const proposed = info.hooks.filter((hook) => hook.recommended !== null).sort((a, b) => a.recommended! - b.recommended!);
  const shown = all || proposed.length === 0 ? info.hooks : proposed;
  lines.push(
    '',
    `${info.hooks.length} hook points${shown.length < info.hooks.length ? `, ${shown.length} proposed (--all lists every one)` : ''}`,
  );
  if (shown.length > 0) {
    const rows = shown.map((hook) => [
      hook.label,
      tensorNames(hook),
      hook.kind,
      hook.shape === null ? '?' : hook.shape.map((dim) => dim ?? '?').join('x'),
      hook.op,
      hook.note ?? '',
    ]);
    lines.push(table(['hook', 'hook.tensor in the plan', 'kind', 'shape', 'op', 'note'], rows));
  }
  if (info.warnings.length > 0) lines.push('', ...info.warnings.map((warning) => `warning ${warning.code}: ${warning.message}`));
  return lines.join('\n');
}

/** As a plan wants it: a name, or a list of them; left out where the label is the name. */
function tensorNames({ label, tensors }: HookPoint): string {
  if (tensors.length === 1) return tensors[0] === label ? '' : tensors[0];
  return JSON.stringify(tensors);
}

function tensor(info: TensorInfo): string {
  return `${info.name} ${info.dtype}[${info.shape === null ? '?' : info.shape.map((dim) => dim ?? '?').join(', ')}]`;
}
