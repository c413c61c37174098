/** What stands in the way of the next step, as one sentence. */
import type { Blocker } from '../../electron/shared/app/views.ts';
import { blockerTexts } from '../../electron/shared/messages/app-frame.ts';
import { listed, translator } from '../i18n.svelte.ts';

const t = translator(blockerTexts);

/** Null when nothing does. Reasons that stand twice, as for two sets of a kind, are said once. */
export function blockerSentence(blockers: Blocker[]): string | null {
  if (blockers.length === 0) return null;
  const reasons = blockers.map(({ code, values }) => t(code, { name: '', ...values }));
  return `${listed([...new Set(reasons)])}.`;
}
