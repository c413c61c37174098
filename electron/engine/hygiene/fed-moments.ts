/** Mean and sd of what the network is fed, by set and channel, and whether sets and normalisation agree. */
import type { ModelWarning } from '../../shared/domain.ts';
import { CUES, type FedSet } from '../../shared/hygiene.ts';
import type { Preprocess } from '../../shared/plan.ts';
import { FED_CHANNELS, TRACE } from './image-trace.ts';
import type { SetTraces } from './set-traces.ts';
import { hygieneWarning } from './warning.ts';

/** A normalisation aims at mean 0 and sd 1; images of one kind lie well inside these. */
const FARTHEST_MEAN = 1.5;
const SD_RANGE = [1 / 3, 3];
/** Two in-distribution sets differ when a mean is off by this many sd of the pixels, or a sd by this factor ... */
const MOST_SHIFT = 0.25;
const MOST_RATIO = 1.25;
/** ... and by this many standard errors, which few images make large. */
const CERTAIN = 4;

export interface FedMoments extends FedSet {
  /** Standard error of each mean, over images. */
  error: number[];
}

export function fedMoments({ set, cues, rows }: SetTraces): FedMoments {
  const fed: FedMoments = { set: set.set.name, role: set.set.role, mean: [], deviation: [], error: [] };
  for (let c = 0; c < FED_CHANNELS; c++) {
    const at = CUES.length + 2 * c;
    let [sum, between, within] = [0, 0, 0];
    for (let row = 0; row < rows; row++) sum += cues[row * TRACE + at];
    const mean = sum / rows;
    if (Number.isNaN(mean)) break; // The network has fewer channels.
    for (let row = 0; row < rows; row++) {
      between += (cues[row * TRACE + at] - mean) ** 2;
      within += cues[row * TRACE + at + 1] ** 2;
    }
    fed.mean.push(mean);
    fed.deviation.push(Math.sqrt((between + within) / rows));
    fed.error.push(Math.sqrt(between / rows / rows));
  }
  return fed;
}

/** Fit sets against the normalisation, calibrate and test sets against all fit sets that came first. */
export function fedWarnings(fed: readonly FedMoments[], { mean, std }: Preprocess): ModelWarning[] {
  const normalises = mean.some((value) => value !== 0) || std.some((value) => value !== 1);
  const fit = fed.find(({ role }) => role === 'fit');
  return fed.flatMap((set): ModelWarning[] => {
    if (set.role === 'fit') return normalises ? notNormalised(set) : [];
    return fit !== undefined && (set.role === 'test' || set.role === 'calibrate') ? drifted(set, fit) : [];
  });
}

function notNormalised({ set, mean, deviation }: FedMoments): ModelWarning[] {
  const channel = mean.findIndex(
    (value, c) => Math.abs(value) > FARTHEST_MEAN || deviation[c] < SD_RANGE[0] || deviation[c] > SD_RANGE[1],
  );
  if (channel < 0) return [];
  const values = { set, channel: channel + 1, mean: mean[channel], deviation: deviation[channel] };
  return [hygieneWarning('FED_NOT_NORMALISED', values)];
}

function drifted(set: FedMoments, fit: FedMoments): ModelWarning[] {
  for (let c = 0; c < Math.min(set.mean.length, fit.mean.length); c++) {
    const gap = Math.abs(set.mean[c] - fit.mean[c]);
    const ratio = set.deviation[c] / fit.deviation[c];
    const isShifted = gap > MOST_SHIFT * fit.deviation[c] && gap > CERTAIN * Math.hypot(set.error[c], fit.error[c]);
    if (!isShifted && ratio <= MOST_RATIO && ratio >= 1 / MOST_RATIO) continue;
    const values = { set: set.set, fit: fit.set, channel: c + 1, shift: gap / fit.deviation[c], ratio };
    return [hygieneWarning('FED_DRIFT', values)];
  }
  return [];
}
