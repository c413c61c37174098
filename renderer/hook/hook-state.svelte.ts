/**
 * The Layer hook step: graph, ratings, which blocks are open, where the focus is. The choice itself is the draft's. Tree,
 * graph and table show one selection.
 */
import { SvelteSet } from 'svelte/reactivity';
import type { CandidateView, GraphView, PreflightView, ProjectView } from '../../electron/shared/app/views.ts';
import type { HookPoint } from '../../electron/shared/domain.ts';
import { toAppError, type ErrorData } from '../../electron/shared/errors.ts';
import type { Plan } from '../../electron/shared/plan.ts';
import { invoke } from '../bridge.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';
import { project } from '../state/project.svelte.ts';
import { countBoxes, MOST_BOXES } from './graph-fold.ts';
import { ancestors, graphTree } from './graph-tree.ts';

const PREFLIGHT_IMAGES = 64;

class HookStore {
  graph = $state.raw<GraphView | null>(null);
  error = $state.raw<ErrorData | null>(null);
  ratings = $state.raw<PreflightView | null>(null);
  /** The ratings are of other settings or images than the draft's. */
  isStale = $state(false);
  query = $state('');
  /** Item under the focus in tree and graph. */
  focus = $state<string | null>(null);
  readonly open = new SvelteSet<string>();
  #model = '';

  readonly tree = $derived(this.graph === null ? null : graphTree(this.graph));
  readonly points: HookPoint[] = $derived(project.view?.model?.info.state === 'ready' ? project.view.model.info.value.hooks : []);
  readonly chosen: number | null = $derived(this.#indexOf(project.view?.draft.hook?.tensor ?? null));
  readonly byTensors = $derived(
    new Map((this.ratings?.candidates ?? []).map((candidate) => [keyOf(candidate.tensors), candidate])),
  );

  /** What the graph is of; null: there is no model that can be run. */
  modelKey(view: ProjectView | null): string | null {
    return view?.model?.info.state === 'ready' ? `${view.file} ${view.model.path} ${view.model.info.value.sha256}` : null;
  }

  /** What the ratings depend on. */
  ratingKey(view: ProjectView): string {
    const sets = view.datasets.map(({ name, role, path, limit, facts }) => [name, role, path, limit, facts.state]);
    return JSON.stringify([view.draft.model, view.draft.sampling, sets]);
  }

  async loadGraph(model: string): Promise<void> {
    if (model === this.#model && this.graph !== null) return;
    this.#model = model;
    [this.graph, this.error, this.ratings] = [null, null, null];
    this.open.clear();
    try {
      const graph = await invoke('hook.graph', {});
      if (model !== this.#model) return;
      this.graph = graph;
      if (this.chosen !== null) this.reveal(this.chosen);
    } catch (thrown) {
      if (model === this.#model) this.error = toAppError(thrown).toJSON();
    }
  }

  async loadRatings(): Promise<void> {
    const last = await attempt(() => invoke('hook.preflight.last', {}));
    this.isStale = last === null && this.ratings !== null;
    if (last !== null) this.ratings = last;
  }

  async preflight(): Promise<void> {
    const ratings = await attempt(() => invoke('hook.preflight', { images: PREFLIGHT_IMAGES }));
    if (ratings === null) return;
    this.ratings = ratings;
    this.isStale = false;
  }

  rating(index: number): CandidateView | null {
    const point = this.points[index];
    return point === undefined ? null : (this.byTensors.get(keyOf(point.tensors)) ?? null);
  }

  async choose(index: number): Promise<void> {
    const point = this.points[index];
    if (point === undefined || index === this.chosen) return;
    const reduction = project.view?.draft.hook?.reduction ?? 'fullmean';
    const [first, ...others] = point.tensors;
    const tensor = others.length === 0 ? first! : point.tensors;
    if (await project.send('draft.update', { hook: { tensor, kind: point.kind, reduction } })) this.reveal(index);
  }

  change(patch: Partial<Plan['sampling']>): Promise<boolean> {
    return project.send('draft.update', { sampling: { ...project.view!.draft.sampling, ...patch } });
  }

  /** Opens what lies around a hook point and puts the focus on it. */
  reveal(index: number): void {
    const id = this.tree?.hookItem.get(index);
    if (this.tree === null || id === undefined) return;
    for (const block of ancestors(this.tree, id)) this.#openBlock(block);
    this.focus = id;
  }

  toggle(id: string): void {
    if (this.open.has(id)) this.open.delete(id);
    else this.#openBlock(id);
  }

  #openBlock(id: string): void {
    if (this.tree === null) return;
    this.open.add(id);
    const needed = new Set([id, ...ancestors(this.tree, id)]);
    for (const other of [...this.open]) {
      if (countBoxes(this.tree, this.open) <= MOST_BOXES) return;
      if (!needed.has(other)) this.open.delete(other);
    }
  }

  #indexOf(tensor: string | string[] | null): number | null {
    if (tensor === null) return null;
    const key = keyOf([tensor].flat());
    const index = this.points.findIndex(({ tensors }) => keyOf(tensors) === key);
    return index === -1 ? null : index;
  }
}
export const hooks = new HookStore();

function keyOf(tensors: readonly string[]): string {
  return tensors.join('\0');
}
