/** Which nodes a provider really ran, read from a profile of ONNX Runtime: each event of a kernel names its provider. */

export interface Placement {
  /** Nodes that ran, on whatever provider. */
  nodes: number;
  /** Those that the provider left to the CPU, by operator. */
  onCpu: { op: string; nodes: number }[];
}

interface ProfileEvent {
  cat?: string;
  name?: string;
  args?: { op_name?: string; provider?: string };
}

/** @param profile text of the JSON file that a session writes when its profiling ends. */
export function placementOf(profile: string): Placement {
  const ran = new Map<string, { op: string; onCpu: boolean }>();
  for (const { cat, name, args } of JSON.parse(profile) as ProfileEvent[]) {
    if (cat !== 'Node' || args?.provider === undefined || name?.endsWith('_kernel_time') !== true) continue;
    ran.set(name, { op: args.op_name ?? '', onCpu: args.provider === 'CPUExecutionProvider' });
  }
  const counts = new Map<string, number>();
  for (const { op, onCpu } of ran.values()) if (onCpu) counts.set(op, (counts.get(op) ?? 0) + 1);
  return { nodes: ran.size, onCpu: [...counts].sort().map(([op, nodes]) => ({ op, nodes })) };
}
