/**
 * Readable names of hook points: the module path that an exporter wrote into tensor and node names.
 * `/layer3/layer3.1/relu_1/Relu_output_0` becomes `layer3.1.relu_1`; what cannot be read stays as it is.
 */
const MAX_LENGTH = 96;

export interface Named {
  tensor: string;
  node: string;
  op: string;
}

/** One label for each entry, unique among them. */
export function uniqueLabels(entries: readonly Named[]): string[] {
  const short = entries.map((entry) => readable(entry, true));
  const long = entries.map((entry) => readable(entry, false));
  const counts = countOf(short);
  const mixed = short.map((label, i) => (counts.get(label) === 1 ? label : long[i]));
  const taken = new Set<string>();
  return mixed.map((label, i) => {
    let unique = label;
    if (taken.has(unique) || countOf(mixed).get(label)! > 1) unique = entries[i].tensor || label;
    if (unique.length > MAX_LENGTH) unique = `${unique.slice(0, MAX_LENGTH - 8)}...`;
    for (let n = 2; taken.has(unique); n++) unique = `${unique.replace(/ #\d+$/, '')} #${n}`;
    taken.add(unique);
    return unique;
  });
}

/** The module path of a tensor with its op at the end; not unique. */
export function readableName(named: Named): string {
  return readable(named, false);
}

function countOf(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function readable({ tensor, node, op }: Named, dropOp: boolean): string {
  // "123" and "onnx::Relu_45" say nothing: the node name does, if there is one.
  const bare = /^\d+$|^onnx::/.test(tensor);
  const name = bare && node !== '' ? node : bare ? `${op} ${tensor}` : tensor;
  if (/\s/.test(name)) return name;
  let path = name
    .replace(/:0$/, '')
    .replace(/_output_\d+$/, '')
    .replace(/^\/+/, '')
    .replace(/\/+/g, '.');
  path = collapse(path.split('.')).join('.');
  const tail = new RegExp(`\\.${op}(_\\d+)?$`);
  return (dropOp ? path.replace(tail, '') : path) || name;
}

/** torch repeats a scope in front of its children: layer3.layer3.1 and conv.conv.0.conv.0.1. */
function collapse(tokens: string[]): string[] {
  for (let size = 1; size * 2 <= tokens.length; size++) {
    for (let at = 0; at + 2 * size <= tokens.length; at++) {
      const same = tokens.slice(at, at + size).every((token, i) => token === tokens[at + size + i]);
      if (same && !/^\d+$/.test(tokens[at])) return collapse([...tokens.slice(0, at), ...tokens.slice(at + size)]);
    }
  }
  return tokens;
}
