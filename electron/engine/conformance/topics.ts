/** Topics that Oodlab's functions answer, by the name golden files carry. */
import { laredTopic, laremTopic, pcaTopic } from './detectors.ts';
import { entropy1dTopic, entropyNdTopic } from './entropy.ts';
import { intervalsTopic } from './intervals.ts';
import { linalgTopic } from './linalg.ts';
import { metricsTopic, mspEnergyTopic } from './metrics.ts';
import { pipelineTopic } from './pipeline.ts';
import { preprocessTopic } from './preprocess.ts';
import { rngTopic } from './rng.ts';
import { dropBlockTopic, latentReductionTopic } from './sampling.ts';
import type { TopicCheck } from './types.ts';

export const TOPICS: Readonly<Record<string, TopicCheck>> = {
  dropblock_masks: dropBlockTopic,
  latent_reduction: latentReductionTopic,
  entropy_1d: entropy1dTopic,
  entropy_nd: entropyNdTopic,
  pca: pcaTopic,
  lared: laredTopic,
  larem: laremTopic,
  metrics: metricsTopic,
  msp_energy: mspEnergyTopic,
  pipeline_end_to_end: pipelineTopic,
  preprocess: preprocessTopic,
  rng: rngTopic,
  linalg: linalgTopic,
  intervals: intervalsTopic,
};
