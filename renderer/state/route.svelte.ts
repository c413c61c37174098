/** Where the user is: a hash route, so that a reload and the back key return to the same page. `#/evaluate/3` is page and arguments. */
import { STEPS, type StepId } from '../../electron/shared/app/views.ts';

export const PAGES = ['start', ...STEPS, 'compare', 'settings', 'selftest', 'glossary', 'prepare'] as const;
export type PageId = (typeof PAGES)[number];

function isPage(text: string): text is PageId {
  return (PAGES as readonly string[]).includes(text);
}

class Route {
  page = $state<PageId>('start');
  args = $state.raw<string[]>([]);

  constructor() {
    this.#read();
    window.addEventListener('hashchange', () => this.#read());
  }

  go(page: PageId, ...args: (string | number)[]): void {
    window.location.hash = this.href(page, ...args);
  }

  href(page: PageId, ...args: (string | number)[]): string {
    return `#/${[page, ...args.map((arg) => encodeURIComponent(arg))].join('/')}`;
  }

  #read(): void {
    const [page = '', ...args] = window.location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
    this.page = isPage(page) ? page : 'start';
    this.args = args;
  }
}
export const route = new Route();

export function isStep(page: PageId): page is StepId {
  return (STEPS as readonly string[]).includes(page);
}

/** The step that follows, or null after the last. */
export function stepAfter(step: StepId): StepId | null {
  return STEPS[STEPS.indexOf(step) + 1] ?? null;
}
