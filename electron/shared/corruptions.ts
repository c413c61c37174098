/** Synthetic anomalies that can be drawn onto in-distribution images (engine/corruption): what plans, results and files call them. */
export const CORRUPTION_IDS = [
  'gaussian-noise',
  'shot-noise',
  'defocus-blur',
  'gaussian-blur',
  'motion-blur',
  'fog',
  'rain',
  'snow',
  'over-exposure',
  'under-exposure',
  'contrast',
  'jpeg',
  'occlusion',
  'dead-rows',
  'mud',
  'soiling',
  'sun-flare',
] as const;
export type CorruptionId = (typeof CORRUPTION_IDS)[number];

export const SEVERITIES = [1, 2, 3, 4, 5] as const;
export type SeverityLevel = (typeof SEVERITIES)[number];
