/** The noise of the Monte-Carlo draw in sentences and table cells: results.json, command line, report and window say the same. */
import { detectorName } from './detector-names.ts';
import { formats } from './format.ts';
import { say, type Locale } from './messages/catalogue.ts';
import { NOISE_TEXTS } from './messages/noise.ts';
import type { DetectorNoise, Noise, NoiseLevel } from './noise.ts';
import type { ConfigName } from './results.ts';
import { sameConfig } from './statistics-reading.ts';

/** Of a detector, or of the first when it has none (it does not work on entropies). */
export function noiseOf({ detectors }: Pick<Noise, 'detectors'>, config: ConfigName | null): DetectorNoise | null {
  return detectors.find((one) => config !== null && sameConfig(one, config)) ?? detectors.at(0) ?? null;
}

/** @param samples of the plan. */
export function noiseReading(
  { seeds, flipBound, detectors }: Omit<Noise, 'reading'>,
  { config, samples, locale }: { config: ConfigName | null; samples: number; locale: Locale },
): string[] {
  const noise = noiseOf({ detectors }, config);
  const level = noise?.levels.find((one) => one.samples === samples);
  if (noise === null || level === undefined) return [];
  const f = formats(locale);
  const bound = f.rate(flipBound);
  const moved = say(NOISE_TEXTS, locale, 'moved', {
    detector: detectorName(noise, locale),
    samples: f.count(samples),
    seeds: f.count(seeds.length),
    ...noiseCells(level, locale),
  });
  // Nothing can speak against the largest number but its flips.
  const last = noise.levels[noise.levels.length - 1];
  const advice =
    noise.recommended === null
      ? say(NOISE_TEXTS, locale, 'notEnough', { most: f.count(last.samples), left: f.rate(last.flipsPair), bound })
      : say(NOISE_TEXTS, locale, 'enough', { recommended: f.count(noise.recommended), bound });
  return [moved, `${advice} ${say(NOISE_TEXTS, locale, 'looked')}`];
}

/** How the repeats were made. */
export function noiseNote({ seeds }: Pick<Noise, 'seeds'>, locale: Locale): string {
  return say(NOISE_TEXTS, locale, 'note', { seeds: seeds.length, first: seeds[0], last: seeds[seeds.length - 1] });
}

/** The figures of one number of samples as people read them. */
export function noiseCells(
  level: NoiseLevel,
  locale: Locale,
): Record<'sd' | 'relative' | 'pair' | 'flips' | 'near' | 'auroc', string> {
  const f = formats(locale);
  const auroc = level.aurocs.reduce((sum, { value }) => sum + value, 0) / level.aurocs.length;
  return {
    sd: f.number(level.scoreSd),
    relative: f.rate(level.scoreSdRelative ?? NaN),
    pair: f.rate(level.flipsPair),
    flips: f.rate(level.flips),
    near: f.rate(level.flipsNear),
    auroc: f.area(auroc),
  };
}
