/** Small questions about the outcome of the self-test. */
import type { SelfTestView } from '../../electron/shared/app/views.ts';
import { topicTexts } from '../../electron/shared/messages/app-pages.ts';
import { translator } from '../i18n.svelte.ts';

export type TopicView = SelfTestView['topics'][number];

const t = translator(topicTexts);

/** A topic that is newer than the catalogue keeps the name of its file. */
export function topicName(topic: string): string {
  return Object.hasOwn(topicTexts.en, topic) ? t(topic as keyof (typeof topicTexts)['en']) : topic;
}

/** How many times the worst error fits into what is allowed; Infinity when there is no error. */
export function timesBelow({ worst, tolerance }: TopicView): number {
  return worst === 0 ? Infinity : tolerance / worst;
}
