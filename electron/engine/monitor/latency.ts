/**
 * What one image costs at run time: the exported file against the bare network inside it, both to the network's own
 * outputs, fed the same image at the smallest batch. Part of the card and of the report; never part of a verdict.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { assemble } from '../onnx/assemble.ts';
import { ancestors } from '../onnx/graph-index.ts';
import type { OnnxModel } from '../onnx/open-model.ts';

export type Latency = NonNullable<MonitorCard['latency']>;

/** Turns that each way gets; what is measured in one turn is not disturbed by the other way's waiting threads. */
const TURNS = 4;
const WARM_UP = 3;
/** The threads of a session wait busily for some 20 ms after its run. */
const PAUSE_MS = 50;
const MOST_RUNS = 100;
const FEWEST_RUNS = 12;
const BUDGET_MS = 3000;

/** Bytes of the network alone, cut out of the exported file. @param own names of its outputs. */
export function bareNetwork(model: OnnxModel, own: readonly string[]): Uint8Array {
  const nodes = ancestors(model.index, own).map((at) => model.index.nodes[at]);
  const outputs = (model.index.graph.output ?? []).filter(({ name }) => own.includes(name ?? ''));
  return assemble(model, { nodes, outputs });
}

/** @param ways runs one image through the exported file, and through the bare network. */
export async function measureLatency(
  ways: { monitor: () => Promise<unknown>; network: () => Promise<unknown> },
  signal?: AbortSignal,
): Promise<Pick<Latency, 'runs' | 'monitor' | 'network' | 'ratio'>> {
  const first = await turn(ways.monitor, 1, signal);
  const runs = Math.min(MOST_RUNS, Math.max(FEWEST_RUNS, Math.floor(BUDGET_MS / first[0] / 2)));
  const taken = { monitor: [] as number[], network: [] as number[] };
  for (let i = 0; i < TURNS; i++) {
    for (const way of ['network', 'monitor'] as const) {
      await sleep(PAUSE_MS);
      taken[way].push(...(await turn(ways[way], Math.ceil(runs / TURNS), signal)));
    }
  }
  const [monitor, network] = [percentiles(taken.monitor), percentiles(taken.network)];
  return { runs: taken.monitor.length, monitor, network, ratio: monitor.p50 / network.p50 };
}

/** Milliseconds of `count` runs in a row, after a few that are not counted. */
async function turn(way: () => Promise<unknown>, count: number, signal?: AbortSignal): Promise<number[]> {
  const taken: number[] = [];
  for (let i = -WARM_UP; i < count; i++) {
    signal?.throwIfAborted();
    const started = performance.now();
    await way();
    if (i >= 0) taken.push(performance.now() - started);
  }
  return taken;
}

/** Nearest-rank percentiles: the smallest value that at least p % of the values do not exceed. */
export function percentiles(values: readonly number[]): Latency['monitor'] {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (p: number): number => sorted[Math.ceil((p / 100) * sorted.length) - 1];
  return { p50: rank(50), p95: rank(95), p99: rank(99) };
}
