/**
 * Does the evidence meet a requirement? Pass: the one-sided bound meets it. Fail: the opposite bound misses it.
 * Inconclusive: these images cannot decide. Rates: Clopper-Pearson; AUROC: DeLong on the logit scale.
 */
import { AppError } from '../../shared/errors.ts';
import type { Requirement } from '../../shared/report-fields.ts';
import { delongVariance } from '../metrics/auroc-interval.ts';
import { auroc } from '../metrics/curves.ts';
import { clopperPearsonHigh, clopperPearsonLow, normalQuantile } from '../metrics/proportion.ts';
import { rank } from '../metrics/ranking.ts';
import { isAlarm, type Threshold } from '../metrics/threshold.ts';

export interface Verdict {
  requirement: Requirement;
  found: number;
  /** On the side that the requirement asks about when it decides or passes; the opposite one for a fail. */
  bound: number;
  side: 'most' | 'least';
  verdict: 'pass' | 'fail' | 'inconclusive';
  images: number;
  /** About how many images would pass it at the rate found; null: not a rate, decided, or no number would. */
  needed: number | null;
}

/** What requirements are held against. */
export interface Evidence {
  threshold: Threshold;
  ind: Float64Array;
  /** By name of the OoD set. */
  ood: ReadonlyMap<string, Float64Array>;
}

/** Throws E_INPUT when the requirement names a set that was not measured, or none where it must. */
export function judge(requirement: Requirement, evidence: Evidence): Verdict {
  if (requirement.metric === 'auroc') return judgeAuroc(requirement, evidence);
  const scores = requirement.metric === 'false-alarm-rate' ? evidence.ind : oodScores(requirement, evidence);
  const alarms = scores.reduce((sum, score) => sum + (isAlarm(score, evidence.threshold) ? 1 : 0), 0);
  const k = requirement.metric === 'miss-rate' ? scores.length - alarms : alarms;
  const n = scores.length;
  const most = requirement.metric !== 'detection-rate';
  const low = clopperPearsonLow(k, n, requirement.confidence);
  const high = clopperPearsonHigh(k, n, requirement.confidence);
  const decided = decide({ requirement, low, high, most });
  const needed = decided.verdict === 'inconclusive' ? imagesNeeded(k / n, requirement, most) : null;
  return { requirement, found: k / n, images: n, needed, ...decided };
}

function judgeAuroc(requirement: Requirement, evidence: Evidence): Verdict {
  const ood = oodScores(requirement, evidence);
  const area = auroc(rank(evidence.ind, ood));
  const [low, high] = aurocBounds(area, evidence.ind, ood, requirement.confidence);
  const images = evidence.ind.length + ood.length;
  return { requirement, found: area, images, needed: null, ...decide({ requirement, low, high, most: false }) };
}

/** One-sided lower and upper bound, each at this confidence. */
function aurocBounds(area: number, ind: Float64Array, ood: Float64Array, confidence: number): [number, number] {
  const smaller = Math.min(ind.length, ood.length);
  if (area === 1) return [clopperPearsonLow(smaller, smaller, confidence), 1];
  if (area === 0) return [0, 1 - clopperPearsonLow(smaller, smaller, confidence)];
  if (smaller === 1) return [0, 1];
  const logit = Math.log(area / (1 - area));
  const half = (normalQuantile(confidence) * Math.sqrt(delongVariance(ind, ood))) / (area * (1 - area));
  const back = (x: number): number => 1 / (1 + Math.exp(-x));
  return [back(logit - half), back(logit + half)];
}

function decide(from: {
  requirement: Requirement;
  low: number;
  high: number;
  most: boolean;
}): Pick<Verdict, 'bound' | 'side' | 'verdict'> {
  const { low, high, most } = from;
  const limit = from.requirement.bound;
  const [own, opposite] = most ? [high, low] : [low, high];
  const meets = (bound: number): boolean => (most ? bound <= limit : bound >= limit);
  const ownSide = most ? 'most' : 'least';
  if (meets(own)) return { verdict: 'pass', bound: own, side: ownSide };
  if (!meets(opposite)) return { verdict: 'fail', bound: opposite, side: most ? 'least' : 'most' };
  return { verdict: 'inconclusive', bound: own, side: ownSide };
}

const MOST_IMAGES = 1e8;

/** The smallest number of images whose bound would meet the requirement if the rate stayed as it is. */
function imagesNeeded(rate: number, { bound, confidence }: Requirement, most: boolean): number | null {
  const passes = (n: number): boolean => {
    const k = Math.round(rate * n);
    return most ? clopperPearsonHigh(k, n, confidence) <= bound : clopperPearsonLow(k, n, confidence) >= bound;
  };
  if (most ? rate >= bound : rate <= bound) return null;
  let high = 16;
  while (!passes(high)) if ((high *= 2) > MOST_IMAGES) return null;
  let low = high / 2;
  while (high - low > Math.max(1, high / 200)) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function oodScores({ id, set }: Requirement, { ood }: Evidence): Float64Array {
  const scores = set === null ? undefined : ood.get(set);
  if (scores !== undefined) return scores;
  const names = [...ood.keys()].map((name) => `"${name}"`).join(', ');
  throw new AppError(
    'E_INPUT',
    `Requirement ${id} ${set === null ? 'names no OoD set' : `names the set "${set}", which was not measured`}.`,
    {
      next: `Name one of ${names}.`,
    },
  );
}
