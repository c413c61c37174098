/**
 * Compares two outcomes of one evaluation, figure by figure and image by image, within a stated tolerance: of a pack and
 * its re-run, or of two packs. Counts and texts must be the same; an alarm may differ where the score lies within the
 * tolerance of its threshold.
 */
import type { NoiseLevel } from '../../shared/noise.ts';
import type { Estimate, MetricsRow, Results } from '../../shared/results.ts';
import { configName } from '../pipeline/detector-configs.ts';
import { csvRows } from './csv-rows.ts';
import type { Manifest } from './pack.ts';

export interface Difference {
  where: string;
  a: string;
  b: string;
}

export interface Comparison {
  /** Values compared, and the largest relative difference of a score, absolute difference of a figure. */
  compared: number;
  worstScore: number;
  worstFigure: number;
  differences: Difference[];
}

export interface Outcome {
  results: Results;
  /** scores.csv. */
  scores: string;
}

const ESTIMATES = ['auroc', 'auprInd', 'auprOod', 'fpr95IndPositive', 'fpr95OodPositive'] as const;

const FLIPS = ['flips', 'flipsNear', 'flipsPair'] as const;

const STABILITY = ['aurocs', 'alarmRatesInd', 'detectionRatesOod'] as const;

export function compareOutcomes(a: Outcome, b: Outcome, tolerance: Manifest['tolerance']): Comparison {
  const comparer = new Comparer(tolerance);
  comparer.datasets(a.results, b.results);
  comparer.metrics(a.results.metrics, b.results.metrics);
  comparer.stability(a.results, b.results);
  comparer.severity(a.results, b.results);
  comparer.noise(a.results, b.results);
  comparer.scores(a.scores, b.scores);
  return comparer.outcome;
}

class Comparer {
  readonly outcome: Comparison = { compared: 0, worstScore: 0, worstFigure: 0, differences: [] };
  private readonly tolerance: Manifest['tolerance'];

  constructor(tolerance: Manifest['tolerance']) {
    this.tolerance = tolerance;
  }

  datasets(a: Results, b: Results): void {
    const facts = ({ datasets, calibration }: Results): [string, string | number][] => [
      ...datasets.flatMap(({ name, role, count, rejected }): [string, string | number][] => [
        [`${name}: role`, role],
        [`${name}: images`, count],
        [`${name}: rejected`, rejected.length],
      ]),
      ['calibration images', calibration.count],
    ];
    const theirs = new Map(facts(b));
    for (const [where, value] of facts(a)) this.same(where, value, theirs.get(where) ?? 'none');
    this.same('data sets', a.datasets.length, b.datasets.length);
  }

  metrics(a: readonly MetricsRow[], b: readonly MetricsRow[]): void {
    const nameOf = (row: MetricsRow): string => `${configName({ id: row.detector, pca: row.pca })} on ${row.ood}`;
    this.same('rows of metrics', a.map(nameOf).join('; '), b.map(nameOf).join('; '));
    const theirs = new Map(b.map((row) => [nameOf(row), row]));
    for (const row of a) {
      const other = theirs.get(nameOf(row));
      if (other !== undefined) this.metricsRow(nameOf(row), row, other);
    }
  }

  private metricsRow(name: string, a: MetricsRow, b: MetricsRow): void {
    this.same(`${name}: InD images`, a.nInd, b.nInd);
    this.same(`${name}: OoD images`, a.nOod, b.nOod);
    this.score(`${name}: threshold`, a.threshold, b.threshold);
    const oneImage = 1 / Math.min(a.nInd, a.nOod);
    const figure = (label: string, left: number, right: number): void =>
      this.figure(`${name}: ${label}`, { left, right, oneImage });
    for (const label of ESTIMATES) {
      for (const end of ['value', 'low', 'high'] as const satisfies (keyof Estimate)[])
        figure(`${label} ${end}`, a[label][end], b[label][end]);
    }
    figure('false alarms', a.alarmRateInd, b.alarmRateInd);
    figure('caught', a.detectionRateOod, b.detectionRateOod);
    a.alarmRateIndInterval.forEach((value, i) => figure('interval of false alarms', value, b.alarmRateIndInterval[i]));
    a.detectionRateOodInterval.forEach((value, i) => figure('interval of caught', value, b.detectionRateOodInterval[i]));
  }

  /** Seed by seed. */
  stability(a: Results, b: Results): void {
    const entries = ({ stability, metrics }: Results): [string, { value: number; oneImage: number }][] =>
      (stability?.rows ?? []).flatMap((row) => {
        const sizes = metrics.find(({ ood }) => ood === row.ood)!;
        const oneImage = 1 / Math.min(sizes.nInd, sizes.nOod);
        return STABILITY.flatMap((label) =>
          row[label].map((value, k): [string, { value: number; oneImage: number }] => [
            `${configName({ id: row.detector, pca: row.pca })} on ${row.ood}: ${label} of seed ${stability!.seeds[k]}`,
            { value, oneImage },
          ]),
        );
      });
    const theirs = new Map(entries(b));
    const mine = entries(a);
    this.same('figures of further seeds', mine.length, theirs.size);
    for (const [where, { value, oneImage }] of mine) {
      const other = theirs.get(where);
      if (other === undefined) this.differs(where, value, 'none');
      else this.figure(where, { left: value, right: other.value, oneImage });
    }
  }

  /** Number of samples by number of samples. */
  noise(a: Results, b: Results): void {
    const levels = ({ noise }: Results): [string, NoiseLevel][] =>
      (noise?.detectors ?? []).flatMap((one) =>
        one.levels.map((level): [string, NoiseLevel] => [
          `${configName({ id: one.detector, pca: one.pca })}, ${level.samples} samples`,
          level,
        ]),
      );
    const mine = levels(a);
    const theirs = new Map(levels(b));
    this.same('numbers of samples with noise', mine.map(([where]) => where).join('; '), [...theirs.keys()].join('; '));
    for (const [where, level] of mine) {
      const other = theirs.get(where);
      if (other === undefined) continue;
      this.score(`${where}: score sd`, level.scoreSd, other.scoreSd);
      const oneImage = 1 / Math.min(...level.sets.map(({ images }) => images));
      for (const label of FLIPS) this.figure(`${where}: ${label}`, { left: level[label], right: other[label], oneImage });
      level.aurocs.forEach(({ ood, value }, i) =>
        this.figure(`${where}: AUROC on ${ood}`, { left: value, right: other.aurocs[i].value, oneImage }),
      );
    }
  }

  /** Step by step of the severity ladder. */
  severity(a: Results, b: Results): void {
    const theirs = new Map(ladderFigures(b));
    const mine = ladderFigures(a);
    this.same('figures of the severity ladder', mine.length, theirs.size);
    for (const [where, { value, oneImage }] of mine) {
      const other = theirs.get(where);
      if (other === undefined) this.differs(where, value, 'none');
      else this.figure(where, { left: value, right: other.value, oneImage });
    }
  }

  scores(a: string, b: string): void {
    const left = csvRows(a);
    const right = csvRows(b);
    const header = (left.next().value as string[] | undefined) ?? [];
    this.same('columns of scores.csv', header.join(), ((right.next().value as string[] | undefined) ?? []).join());
    let rows = 0;
    for (const row of left) {
      const other = right.next().value as string[] | undefined;
      rows++;
      if (other === undefined) break;
      this.scoresRow(header, row, other);
    }
    const more = right.next().done !== true;
    if (more) this.same('rows of scores.csv', rows, 'more');
  }

  private scoresRow(header: readonly string[], a: readonly string[], b: readonly string[]): void {
    const name = `${a[0]}, ${a[3]}`;
    header.forEach((column, c) => {
      if (/ (score|threshold)$/.test(column)) this.score(`${name}: ${column}`, Number(a[c]), Number(b[c]));
      else if (!column.endsWith(' alarm') || !this.isClose(Number(a[c - 2]), Number(a[c - 1])))
        this.same(`${name}: ${column}`, a[c], b[c]);
    });
  }

  private same(where: string, a: string | number, b: string | number): void {
    this.outcome.compared++;
    if (a !== b) this.differs(where, a, b);
  }

  private score(where: string, a: number, b: number): void {
    this.outcome.compared++;
    if (Object.is(a, b)) return;
    this.outcome.worstScore = Math.max(this.outcome.worstScore, Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)));
    if (!this.isClose(a, b)) this.differs(where, a, b);
  }

  /** Relative, and absolute for values below one hundredth. */
  private isClose(a: number, b: number): boolean {
    return a === b || Math.abs(a - b) <= this.tolerance.score * Math.max(Math.abs(a), Math.abs(b), 0.01);
  }

  private figure(where: string, { left, right, oneImage }: { left: number; right: number; oneImage: number }): void {
    this.outcome.compared++;
    if (Object.is(left, right)) return;
    const difference = Math.abs(left - right);
    this.outcome.worstFigure = Math.max(this.outcome.worstFigure, difference);
    if (!(difference <= Math.max(this.tolerance.figure, oneImage))) this.differs(where, left, right);
  }

  private differs(where: string, a: string | number, b: string | number): void {
    this.outcome.differences.push({ where, a: String(a), b: String(b) });
  }
}

/** Every figure of a severity ladder, by its name. */
function ladderFigures({ severity }: Results): [string, { value: number; oneImage: number }][] {
  if (severity === undefined) return [];
  const { clean, steps } = severity;
  const named = (
    where: string,
    count: number,
    figures: [string, Estimate | null][],
  ): [string, { value: number; oneImage: number }][] =>
    figures.flatMap(([what, estimate]) =>
      estimate === null
        ? []
        : (['value', 'low', 'high'] as const).map((end): [string, { value: number; oneImage: number }] => [
            `${where}: ${what} ${end}`,
            { value: estimate[end], oneImage: 1 / count },
          ]),
    );
  return [
    ...named(`${severity.from}, first ${clean.count}`, clean.count, [
      ['accuracy', clean.accuracy],
      ...clean.detectors.map(({ detector, pca, alarmRate }): [string, Estimate] => [
        `${configName({ id: detector, pca })} alarms`,
        alarmRate,
      ]),
    ]),
    ...steps.flatMap((step) =>
      named(`${step.corruption} ${step.severity}`, step.count, [
        ['accuracy', step.accuracy],
        ...step.detectors.flatMap(({ detector, pca, detectionRate, auroc }): [string, Estimate][] => [
          [`${configName({ id: detector, pca })} caught`, detectionRate],
          [`${configName({ id: detector, pca })} AUROC`, auroc],
        ]),
      ]),
    ),
  ];
}
