/** What the user set: theme and language. Applied to what the system draws, told to the window. */
import { nativeTheme } from 'electron';
import { settingsSchema, type Settings } from '../shared/app/contract.ts';
import { JsonFile } from './json-file.ts';

export class SettingsStore {
  private readonly file: JsonFile<Settings>;
  private readonly changed: (settings: Settings) => void;

  constructor(file: string, systemLocale: string, changed: (settings: Settings) => void) {
    this.file = new JsonFile(file, settingsSchema, { theme: 'system', locale: systemLocale.startsWith('fr') ? 'fr' : 'en' });
    this.changed = changed;
    nativeTheme.themeSource = this.value.theme;
  }

  get value(): Settings {
    return this.file.value;
  }

  update(patch: Partial<Settings>): Settings {
    this.file.set({ ...this.value, ...patch });
    nativeTheme.themeSource = this.value.theme;
    this.changed(this.value);
    return this.value;
  }
}
