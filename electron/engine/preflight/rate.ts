/**
 * Good, usable or avoid, and why. The bounds are rules of thumb for choosing among the tensors of one network: entropies at
 * the floor and masks that drop everything (or nothing) carry no information, a dead channel adds none, and below 0.7 a
 * coin does nearly as well. Without images to be told apart only the first kind of reason is known.
 */
import type { CandidateView } from '../../shared/app/views.ts';

export const MOST_AT_FLOOR = 0.05;
const MOST_DEAD = 0.1;
const MOST_DROPS_ALL = 0.01;
const LEAST_DROPPED = 0.02;
const GOOD_AUROC = 0.85;
const USABLE_AUROC = 0.7;

export function rate(
  figures: Omit<CandidateView, 'rating' | 'reasons'>,
  stochastic: boolean,
): Pick<CandidateView, 'rating' | 'reasons'> {
  const { deadChannels, features, atFloor, dropsAll, dropped, auroc } = figures;
  const heavy: CandidateView['reasons'] = [];
  const light: CandidateView['reasons'] = [];
  if (atFloor > MOST_AT_FLOOR) heavy.push('floor');
  if (dropsAll > MOST_DROPS_ALL) heavy.push('drops-all');
  if (dropped < LEAST_DROPPED) heavy.push('no-drop');
  if (auroc !== null && auroc.value < USABLE_AUROC) heavy.push('auroc');
  else if (auroc !== null && auroc.value < GOOD_AUROC) light.push('auroc');
  if (deadChannels > MOST_DEAD * features) light.push('dead-channels');
  if (stochastic) light.push('stochastic');
  return { rating: heavy.length > 0 ? 'avoid' : light.length > 0 ? 'usable' : 'good', reasons: [...heavy, ...light] };
}

const ORDER = { good: 0, usable: 1, avoid: 2 };

/** Best first: by rating, then by separability, then the cheaper one. */
export function byRating(a: CandidateView, b: CandidateView): number {
  return ORDER[a.rating] - ORDER[b.rating] || (b.auroc?.value ?? 0) - (a.auroc?.value ?? 0) || a.cost - b.cost;
}
