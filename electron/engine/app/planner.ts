/**
 * "If this were measured, what could be claimed?": the 95 % interval and the one-sided 95 % bound that a value would carry
 * with these counts. Rates: Clopper-Pearson. AUROC: on the logit scale, as in the results, with the variance of Hanley &
 * McNeil (1982), which needs no scores. Conformal threshold: the false-alarm rate given the calibration images is
 * Beta(k, n + 1 - k) (Vovk 2012).
 */
import type { z } from 'zod';
import type { REQUESTS } from '../../shared/app/contract.ts';
import type { ClaimView } from '../../shared/app/views.ts';
import { AppError } from '../../shared/errors.ts';
import { hanleyMcNeilVariance, logitInterval } from '../metrics/auroc-interval.ts';
import { clopperPearson, clopperPearsonHigh, clopperPearsonLow } from '../metrics/proportion.ts';
import { cephes } from '../metrics/special-functions.ts';
import { conformalRank } from '../metrics/threshold.ts';

export type ClaimQuestion = z.output<(typeof REQUESTS)['planner.claim']['input']>;

export function claim(question: ClaimQuestion): ClaimView {
  if (question.figure === 'rate') return rateClaim(question);
  if (question.figure === 'auroc') return aurocClaim(question);
  return conformalClaim(question);
}

function rateClaim({ value, of, side }: Extract<ClaimQuestion, { figure: 'rate' }>): ClaimView {
  requireCount(of);
  const k = Math.round(value * of);
  const [low, high] = clopperPearson(k, of);
  return { low, high, bound: side === 'most' ? clopperPearsonHigh(k, of, 0.95) : clopperPearsonLow(k, of, 0.95) };
}

function aurocClaim({ value, ind, ood }: Extract<ClaimQuestion, { figure: 'auroc' }>): ClaimView {
  requireCount(ind);
  requireCount(ood);
  const smaller = Math.min(ind, ood);
  // No variance where nothing overlaps: the exact bound over the smaller group, as in the results.
  if (value === 1)
    return { low: clopperPearsonLow(smaller, smaller, 0.95), high: 1, bound: clopperPearsonLow(smaller, smaller, 0.95) };
  if (value === 0) return { low: 0, high: clopperPearsonHigh(0, smaller, 0.95), bound: 0 };
  const variance = hanleyMcNeilVariance(value, ind, ood);
  const [low, high] = logitInterval(value, variance);
  const [bound] = logitInterval(value, variance, 0.9);
  return { low, high, bound };
}

function conformalClaim({ falseAlarm, of }: Extract<ClaimQuestion, { figure: 'conformal' }>): ClaimView {
  const k = conformalRank(of, falseAlarm);
  if (k === 0) return { low: 0, high: 0, bound: 0 };
  const quantile = (share: number): number => cephes.incbi(k, of + 1 - k, share);
  return { low: quantile(0.025), high: quantile(0.975), bound: quantile(0.95) };
}

function requireCount(count: number): void {
  if (count > 0) return;
  throw new AppError('E_INPUT', 'Nothing can be claimed from no images.', { next: 'Add images to this set.' });
}
