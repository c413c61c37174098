/** Texts of the primitives that every page uses. */
import { catalogue } from './catalogue.ts';

export const uiTexts = catalogue(
  {
    failed: 'This did not work',
    copyDetails: 'Copy details',
    copied: 'Copied',
    dismiss: 'Dismiss',
    undo: 'Undo',
    seconds: '{count} s',
    openLog: 'Open log',
    cancel: 'Cancel',
    close: 'Close',
  },
  {
    failed: 'Cela n’a pas abouti',
    copyDetails: 'Copier les détails',
    copied: 'Copié',
    dismiss: 'Fermer',
    undo: 'Rétablir',
    seconds: '{count} s',
    openLog: 'Ouvrir le journal',
    cancel: 'Annuler',
    close: 'Fermer',
  },
);
