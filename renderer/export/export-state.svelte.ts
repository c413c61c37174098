/** The Export step of one run: what is written where, what the report is told, and how requirements fare. */
import type { ExportFile, ExportItem, ExportView, PreviewOfReport, ReportFieldsView } from '../../electron/shared/app/views.ts';
import { toAppError, type ErrorData } from '../../electron/shared/errors.ts';
import { invoke } from '../bridge.svelte.ts';
import { job } from '../state/job.svelte.ts';
import { attempt } from '../state/problem.svelte.ts';

export class ExportState {
  readonly run: number;
  view = $state.raw<ExportView | null>(null);
  fields = $state.raw<ReportFieldsView | null>(null);
  preview = $state.raw<PreviewOfReport | null>(null);
  previewError = $state.raw<ErrorData | null>(null);
  /** Why nothing can be shown. */
  error = $state.raw<ErrorData | null>(null);
  /** Grant of the folder that was chosen; null: beside the project. */
  folder = $state<string | null>(null);
  wanted = $state.raw<readonly ExportItem[]>(['report', 'csv', 'json', 'plan', 'monitor', 'evidence']);

  #drawn = 0;

  constructor(run: number) {
    this.run = run;
  }

  async load(): Promise<void> {
    await this.look();
    this.fields = await attempt(() => invoke('export.fields', { run: this.run }));
  }

  async look(): Promise<void> {
    try {
      this.view = await invoke('export.view', { run: this.run, folder: this.folder });
      this.error = null;
    } catch (thrown) {
      this.error = toAppError(thrown).toJSON();
    }
  }

  /** Draws the first page anew; the last answer wins. */
  async draw(): Promise<void> {
    const drawn = ++this.#drawn;
    let [preview, error]: [PreviewOfReport | null, ErrorData | null] = [null, null];
    try {
      preview = await invoke('export.preview', { run: this.run, folder: this.folder });
    } catch (thrown) {
      error = toAppError(thrown).toJSON();
    }
    if (drawn === this.#drawn) [this.preview, this.previewError] = [preview, error];
  }

  async choose(): Promise<void> {
    const grants = await attempt(() => invoke('app.pick', { kind: 'out-folder' }));
    const grant = grants?.at(0);
    if (grant === undefined) return;
    this.folder = grant.id;
    await this.look();
  }

  toggle(item: ExportItem, isOn: boolean): void {
    this.wanted = isOn ? [...this.wanted, item] : this.wanted.filter((other) => other !== item);
  }

  async change(change: Partial<ReportFieldsView['fields']>): Promise<void> {
    if (this.fields === null) return;
    const fields = { ...this.fields.fields, ...change };
    const answer = await attempt(() => invoke('export.fields', { run: this.run, fields }));
    if (answer !== null) this.fields = answer;
  }

  async start(): Promise<void> {
    const { run, folder } = this;
    const config = this.fields?.fields.detector ?? null;
    const view = await attempt(() => invoke('export.start', { run, folder, items: [...this.wanted], config }));
    if (view !== null) job.show(view);
  }

  /** In the system's own program for it, or in its folder where it could be a program itself. */
  async open({ grant }: ExportFile): Promise<void> {
    if (grant !== null) await attempt(() => invoke('app.open', { grant }));
  }

  async show(): Promise<void> {
    const grant = this.view?.folderGrant;
    if (grant != null) await attempt(() => invoke('app.show', { grant }));
  }
}
