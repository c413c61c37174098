/** Baselines by the name a plan gives them: scores of logits [n, L]. */
import type { Matrix } from '../linalg/matrix.ts';
import type { BASELINE_IDS } from '../../shared/plan.ts';
import { energyScores, mspScores } from './logit-scores.ts';

export const BASELINES: Readonly<Record<(typeof BASELINE_IDS)[number], (logits: Matrix) => Float64Array>> = {
  msp: mspScores,
  energy: (logits) => energyScores(logits),
};
