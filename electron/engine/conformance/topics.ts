/** Topics that Oodlab's functions answer, by the name golden files carry. */
import { entropy1dTopic, entropyNdTopic } from './entropy.ts';
import { rngTopic } from './rng.ts';
import type { TopicCheck } from './types.ts';

export const TOPICS: Readonly<Record<string, TopicCheck>> = {
  entropy_1d: entropy1dTopic,
  entropy_nd: entropyNdTopic,
  rng: rngTopic,
};
