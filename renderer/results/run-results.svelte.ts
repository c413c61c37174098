/**
 * A finished run on the screen: its figures, which detector and set are looked at, and a threshold that may be moved. Core
 * answers every question; here only the last answer to the last question is kept.
 */
import type { ConfigId } from '../../electron/shared/app/contract.ts';
import type { ChartsView, OperatingView, ResultsView } from '../../electron/shared/app/views.ts';
import { toAppError, type ErrorData } from '../../electron/shared/errors.ts';
import type { MetricsRow } from '../../electron/shared/results.ts';
import { invoke } from '../bridge.svelte.ts';
import { language } from '../i18n.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';

export class RunResults {
  readonly run: number;
  view = $state.raw<ResultsView | null>(null);
  error = $state.raw<ErrorData | null>(null);
  config = $state.raw<ConfigId>({ detector: 'lared', pca: null });
  set = $state<string | null>(null);
  charts = $state.raw<ChartsView | null>(null);
  operating = $state.raw<OperatingView | null>(null);
  /** What the rule gave; null until known. */
  recorded = $state<number | null>(null);
  #moves = 0;
  #waiting: number | null | undefined;
  #asking = false;

  constructor(run: number) {
    this.run = run;
  }

  // Getters, not $derived: an answer may come when the page that made this is gone, and with it its derived values.
  get metrics(): MetricsRow[] {
    return this.view?.results.metrics ?? [];
  }

  get oods(): string[] {
    return this.metrics.map(({ ood }) => ood).filter((ood, index, all) => all.indexOf(ood) === index);
  }

  get configs(): ConfigId[] {
    const [first] = this.metrics;
    return this.metrics.filter(({ ood }) => ood === first.ood).map(({ detector, pca }) => ({ detector, pca }));
  }

  get isExploring(): boolean {
    return this.recorded !== null && this.operating !== null && this.operating.threshold !== this.recorded;
  }

  async load(): Promise<void> {
    try {
      const view = await invoke('run.results', { run: this.run });
      this.view = view;
      const { metrics, statistics } = view.results;
      const main = statistics?.main ?? null;
      const first =
        metrics.find(({ detector, pca }) => detector === main?.detector && pca === main.pca) ??
        metrics.find(({ detector, pca }) => detector === 'lared' && pca === null) ??
        metrics.find(({ pca }) => pca === null) ??
        metrics.at(0);
      if (first !== undefined) this.config = { detector: first.detector, pca: first.pca };
      this.set = metrics.at(0)?.ood ?? null;
    } catch (thrown) {
      this.error = toAppError(thrown).toJSON();
    }
  }

  /** For the detector and set at hand: called whenever one of them changes. */
  async draw(): Promise<void> {
    if (this.view === null || this.metrics.length === 0) return;
    const { run, config, set } = this;
    const locale = language.locale;
    const charts = await attempt(() => invoke('run.charts', { run, config, set, locale }));
    if (charts !== null && config === this.config && set === this.set && locale === language.locale) this.charts = charts;
  }

  choose(config: ConfigId): void {
    this.config = config;
    this.recorded = null;
    this.operating = null;
    void this.move(null);
  }

  /** Moves the threshold; while an answer is awaited only the newest wish is kept. null: back to the rule. */
  async move(threshold: number | null): Promise<void> {
    this.#waiting = threshold;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#waiting !== undefined) {
      const wish: number | null = this.#waiting;
      this.#waiting = undefined;
      const [mine, config] = [++this.#moves, this.config];
      const view = await attempt(() => invoke('run.operating', { run: this.run, config, threshold: wish }));
      if (view === null || mine !== this.#moves || config !== this.config) continue;
      this.operating = view;
      if (wish === null) this.recorded = view.threshold;
    }
    this.#asking = false;
  }

  row(ood: string, { detector, pca }: ConfigId = this.config): MetricsRow | undefined {
    return this.metrics.find((row) => row.ood === ood && row.detector === detector && row.pca === pca);
  }

  /** Its place among the OoD sets of the plan. */
  oodIndex(name: string): number | null {
    const index = (this.view?.results.datasets ?? []).filter(({ role }) => role === 'ood').findIndex((set) => set.name === name);
    return index < 0 ? null : index;
  }

  get testNames(): string[] {
    return (this.view?.results.datasets ?? []).filter(({ role }) => role === 'test').map(({ name }) => name);
  }
}
