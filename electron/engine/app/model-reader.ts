/** What the model of the draft is: inspected in a process of its own, found again while the file stays the same. */
import { statSync } from 'node:fs';
import type { Loading } from '../../shared/app/views.ts';
import type { ModelInfo } from '../../shared/domain.ts';
import { toAppError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { contentKey } from '../pipeline/keys.ts';
import { storageErrors, type Project } from '../storage/open-project.ts';
import type { InferenceHost } from './inference-host.ts';

export class ModelReader {
  state: Loading<ModelInfo> = { state: 'reading', done: 0, total: null };
  private readonly project: Project;
  private readonly inference: InferenceHost;
  private readonly changed: (state: Loading<ModelInfo>) => void;
  private file: string | null = null;
  private abort = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  constructor(project: Project, inference: InferenceHost, changed: (state: Loading<ModelInfo>) => void) {
    this.project = project;
    this.inference = inference;
    this.changed = changed;
  }

  want(file: string | null, { again = false } = {}): void {
    if (file === this.file && !again) return;
    this.file = file;
    this.abort.abort();
    this.abort = new AbortController();
    this.state = { state: 'reading', done: 0, total: null };
    if (file !== null) this.reading = this.read(file, this.abort.signal);
  }

  settled(): Promise<void> {
    return this.reading;
  }

  close(): void {
    this.abort.abort();
  }

  private async read(file: string, signal: AbortSignal): Promise<void> {
    // Told after the caller has its snapshot, also when the answer is known already.
    await Promise.resolve();
    let state: Loading<ModelInfo>;
    try {
      state = { state: 'ready', value: await this.find(file, signal) };
    } catch (error) {
      state = { state: 'broken', error: toAppError(error).toJSON() };
    }
    if (signal.aborted) return;
    this.state = state;
    this.changed(state);
  }

  private async find(file: string, signal: AbortSignal): Promise<ModelInfo> {
    const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: 0 };
    const key = contentKey({ file, size, mtimeMs, version: VERSION });
    const known = this.project.artifacts.json('model-info', key) as ModelInfo | undefined;
    if (known !== undefined) return known;
    const info = await this.inference.inspect(file, signal);
    storageErrors(this.project.file, () => this.project.artifacts.putJson('model-info', key, info));
    return info;
  }
}
