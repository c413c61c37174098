/** Topics that Oodlab's functions answer, by the name golden files carry. */
import { laredTopic, laremTopic, pcaTopic } from './detectors.ts';
import { entropy1dTopic, entropyNdTopic } from './entropy.ts';
import { extraMetricsTopic } from './extra-metrics.ts';
import { featureDetectorsTopic, genVimTopic, predictiveTopic, shapingTopic } from './feature-detectors.ts';
import { intervalsTopic } from './intervals.ts';
import { knnTopic, latentDetectorsTopic, mahalanobisTopic } from './latent-detectors.ts';
import { linalgTopic } from './linalg.ts';
import { metricsTopic, mspEnergyTopic } from './metrics.ts';
import { npyTopic } from './npy.ts';
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
  npy_npz: npyTopic,
  rng: rngTopic,
  linalg: linalgTopic,
  intervals: intervalsTopic,
  predictive_uncertainty: predictiveTopic,
  mahalanobis_mds: mahalanobisTopic,
  knn: knnTopic,
  react_dice_ash: shapingTopic,
  gen_vim: genVimTopic,
  detectors_latent: latentDetectorsTopic,
  detectors_logit_feature: featureDetectorsTopic,
  ood_metrics_extra: extraMetricsTopic,
};
