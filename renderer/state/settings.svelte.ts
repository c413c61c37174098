/** Theme and language, and what this application is. The host keeps the settings; they are applied to the document here. */
import type { AppInfo, Settings } from '../../electron/shared/app/contract.ts';
import { invoke, on } from '../bridge.svelte.ts';
import { language } from '../i18n.svelte.ts';
import { attempt } from './problem.svelte.ts';

class SettingsStore {
  current = $state.raw<Settings>({ theme: 'system', locale: 'en' });
  info = $state.raw<AppInfo | null>(null);

  async start(): Promise<void> {
    on('settings', (settings) => this.#apply(settings));
    this.info = await invoke('app.info', {});
    this.#apply(this.info.settings);
  }

  async change(patch: Partial<Settings>): Promise<void> {
    const settings = await attempt(() => invoke('app.settings', patch));
    if (settings !== null) this.#apply(settings);
  }

  #apply(settings: Settings): void {
    this.current = settings;
    language.locale = settings.locale;
    document.documentElement.lang = settings.locale;
    if (settings.theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = settings.theme;
  }
}
export const settings = new SettingsStore();
