/**
 * A network as the window draws it: the nodes that depend on the image, with the blocks that their names tell, and which
 * of their tensors can be hooked. Only the file is read; shapes are those of the hook points.
 */
import type { HookPoint } from '../../shared/domain.ts';
import type { GraphNode, GraphView } from '../../shared/app/views.ts';
import { descendants } from '../onnx/graph-index.ts';
import { readableName } from '../onnx/labels.ts';
import type { OnnxModel } from '../onnx/open-model.ts';

export function graphView(model: OnnxModel, hooks: readonly HookPoint[]): GraphView {
  const { index } = model;
  const inputs = index.inputs.map(({ name }) => name ?? '');
  const live = descendants(index, inputs);
  const hookOf = new Map(hooks.flatMap((hook, i) => (hook.tensors.length === 1 ? [[hook.tensors[0], i] as const] : [])));
  const nodes = index.order.flatMap((at): GraphNode[] => {
    const node = index.nodes[at];
    const outputs = (node.output ?? []).filter((name) => live.has(name));
    if (outputs.length === 0) return [];
    const op = node.opType ?? '';
    return [
      {
        id: `n${at}`,
        op,
        ...placeOf(readableName({ tensor: outputs[0], node: node.name ?? '', op }), op),
        inputs: index.reads[at].filter((name) => live.has(name)),
        outputs: outputs.map((name) => {
          const hook = hookOf.get(name) ?? null;
          return { name, shape: hook === null ? null : shapeText(hooks[hook]), hook };
        }),
      },
    ];
  });
  const outputs = (index.graph.output ?? []).map(({ name }) => name ?? '');
  return { nodes, inputs: inputs.filter((name) => index.consumers.has(name)), outputs };
}

/** "block2.conv1.Conv" is conv1 in block2; "block2.Add" is Add in block2; "stem.0.Conv" is Conv 0 in stem. */
function placeOf(name: string, op: string): { label: string; path: string[] } {
  const tokens = /\s/.test(name) ? [name] : name.split('.').filter((token) => token !== '');
  const last = tokens[tokens.length - 1] ?? op;
  const isOp = new RegExp(`^${op}(_\\d+)?$`).test(last);
  if (!isOp || tokens.length < 3) return { label: last, path: tokens.slice(0, -1) };
  const module = tokens[tokens.length - 2];
  return { label: /^\d+$/.test(module) ? `${op} ${module}` : module, path: tokens.slice(0, -2) };
}

/** Without the batch axis. */
function shapeText({ shape, kind }: HookPoint): string | null {
  if (shape === null) return null;
  const dims = kind === 'roi' ? shape : shape.slice(1);
  return dims.map((dim) => dim ?? '?').join(' × ');
}
