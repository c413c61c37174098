/**
 * The content security policy of the window, as a header on every answer of app:// and, without what a meta element
 * ignores, in index.html. Nothing inline, nothing from elsewhere, no string becomes code (DESKTOP.md, item 7).
 */
const DIRECTIVES: readonly (readonly [name: string, value: string])[] = [
  ['default-src', "'none'"],
  ['script-src', "'self'"],
  ['style-src', "'self'"],
  ['img-src', "'self' data: blob:"],
  ['font-src', "'self'"],
  ['connect-src', "'self'"],
  ['base-uri', "'none'"],
  ['form-action', "'none'"],
  ['frame-ancestors', "'none'"],
  ['require-trusted-types-for', "'script'"],
  ['trusted-types', 'svelte-trusted-html'],
];

const join = (directives: typeof DIRECTIVES): string => directives.map(([name, value]) => `${name} ${value}`).join('; ');

export const CSP = join(DIRECTIVES);
export const CSP_META = join(DIRECTIVES.filter(([name]) => name !== 'frame-ancestors'));

/** For `npm run dev` alone: Vite's client writes style elements and talks over a web socket. Never in a built application. */
export const CSP_DEV =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws://localhost:*";
