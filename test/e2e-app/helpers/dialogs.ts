/** The system's file dialogs, answered in the user's place: they are no part of the window and cannot be driven. */
import type { ElectronApplication } from '@playwright/test';

/** Every dialog from now on is answered with these paths, one after the other. */
export function answerDialogs(electron: ElectronApplication, answers: string[]): Promise<void> {
  return electron.evaluate(({ dialog }, paths) => {
    const left = [...paths];
    const next = (): string => {
      const path = left.shift();
      if (path === undefined) throw new Error('A dialog was opened that no answer is left for.');
      return path;
    };
    // "May Oodlab read this path?"
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [next()] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: next() });
  }, answers);
}
