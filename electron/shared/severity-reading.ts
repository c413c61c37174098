/** How a severity ladder is read: which of its detectors stands for the run. */
import type { ConfigName, Results } from './results.ts';

/** Place among the ladder's detectors of the asked one's kind, else of the run's own, else the first; null: no ladder. */
export function ladderDetector({ severity, statistics }: Results, asked?: ConfigName): number | null {
  if (severity === undefined || severity.clean.detectors.length === 0) return null;
  const placeOf = (wanted: ConfigName | null | undefined): number =>
    severity.clean.detectors.findIndex(({ detector }) => detector === wanted?.detector);
  const found = [placeOf(asked), placeOf(statistics?.main)].find((place) => place >= 0);
  return found ?? 0;
}
