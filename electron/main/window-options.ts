/** How the window is made. A pure function, held against the security checklist by a test. */
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';

export interface WindowLook {
  preload: string;
  bounds: Rectangle;
  dark: boolean;
}

/** The smallest window in which every view can be used. */
export const MIN_WIDTH = 1000;
export const MIN_HEIGHT = 640;

/** Colours of the page behind the application (tokens --bg-app), so that nothing flashes before it is drawn. */
export const BACKGROUND = { light: '#f3f4f6', dark: '#0f1114' };

export function windowOptions({ preload, bounds, dark }: WindowLook): BrowserWindowConstructorOptions {
  return {
    ...bounds,
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    title: 'Oodlab',
    show: false,
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  };
}
