/** What main and its utility processes say outside the links: types alone, so that main may import them. */

/** `link` brings the child's link; `inference` the near end of a link that core asked for. */
export type ToChild =
  { kind: 'link' } | { kind: 'inference'; id: number; pid: number } | { kind: 'inference-exit'; id: number; reason: string };

export type FromCore = { kind: 'start-inference'; id: number } | { kind: 'kill-inference'; id: number };
