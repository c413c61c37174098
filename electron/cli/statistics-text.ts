/** What the tests between detectors found, on stdout: the sentences always, every test with --stats. */
import { detectorName } from '../shared/detector-names.ts';
import { formats } from '../shared/format.ts';
import type { PairedComparison, Results, Statistics } from '../shared/results.ts';
import { noiseNote } from '../shared/noise-reading.ts';
import { falseAlarmSentences, sameConfig, testsNote } from '../shared/statistics-reading.ts';
import { table } from './output.ts';

const f = formats('en');

/** Lines below the metrics table; none for a run without figures. */
export function statisticsText({ statistics }: Results, isFull: boolean): string[] {
  if (statistics === undefined || statistics.comparisons.length === 0) return [];
  const law = statistics.falseAlarm === null ? [] : falseAlarmSentences(statistics.falseAlarm, 'en');
  const full = isFull ? ['', testsTable(statistics), '', testsNote(statistics, 'en'), ...law] : [];
  return ['', ...statistics.reading, ...full];
}

/** What the draw of the masks moves; none for a run that did not ask. */
export function noiseText({ noise }: Results): string[] {
  return noise === undefined ? [] : ['', ...noise.reading, noiseNote(noise, 'en')];
}

/** The main detector first wherever it takes part. */
function testsTable({ comparisons, main }: Statistics): string {
  const turned = comparisons.map((test) => (main !== null && sameConfig(test.b, main) ? turn(test) : test));
  return table(
    ['OoD set', 'detector', 'against', 'AUROC difference', '95 % interval', 'p', 'p, Holm'],
    turned.map(({ ood, a, b, difference, p, pHolm }) => [
      ood,
      detectorName(a, 'en'),
      detectorName(b, 'en'),
      f.fixed(difference.value, 3),
      f.signedInterval(difference.low, difference.high),
      f.probability(p),
      f.probability(pHolm),
    ]),
  );
}

function turn({ a, b, difference: { value, low, high }, ...rest }: PairedComparison): PairedComparison {
  return { ...rest, a: b, b: a, difference: { value: -value, low: -high, high: -low } };
}
