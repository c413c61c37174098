/** The severity ladder of one detector: for each corruption, images caught and images classified right against severity. */
import type { CorruptionId } from '../corruptions.ts';
import { detectorName } from '../detector-names.ts';
import { formats } from '../format.ts';
import { say, type Locale } from '../messages/catalogue.ts';
import { corruptionName } from '../messages/corruptions.ts';
import { severityTexts } from '../messages/severity.ts';
import type { ConfigName, Estimate, Results, SeverityLadder } from '../results.ts';
import { ladderDetector } from '../severity-reading.ts';
import { type Axis, type Chart, niceTicks } from './chart.ts';

/** All in percent; `x` is the severity, 0 for the images as they are. */
export interface SeverityPoint extends Estimate {
  x: number;
}

export interface SeverityPanel {
  corruption: CorruptionId;
  title: string;
  caught: SeverityPoint[];
  /** Empty without labels or logits. */
  accuracy: SeverityPoint[];
}

export interface SeverityChart extends Chart {
  kind: 'severity';
  x: Axis;
  y: Axis;
  labels: { caught: string; accuracy: string };
  panels: SeverityPanel[];
}

/** null: the run has no ladder. @param config the detector that is looked at; the run's own where the ladder lacks it. */
export function severityChart(results: Results, config: ConfigName | undefined, locale: Locale): SeverityChart | null {
  const { severity } = results;
  const place = ladderDetector(results, config);
  if (severity === undefined || place === null) return null;
  const f = formats(locale);
  const t = (key: keyof (typeof severityTexts)['en'], values = {}): string => say(severityTexts, locale, key, values);
  const panels = panelsOf(severity, place, locale);
  const detector = detectorName(severity.clean.detectors[place], locale);
  const highest = Math.max(...severity.steps.map((step) => step.severity));
  const y = { min: 0, max: 100 };
  const rate = (point: SeverityPoint | undefined): string => f.rate((point?.value ?? NaN) / 100);
  const part = ({ title, caught, accuracy }: SeverityPanel): string =>
    t(accuracy.length === 0 ? 'chart.part' : 'chart.part.accuracy', {
      corruption: title,
      low: rate(caught[0]),
      high: rate(caught.at(-1)),
      right: rate(accuracy[0]),
      wrong: rate(accuracy.at(-1)),
    });
  return {
    kind: 'severity',
    title: t('chart.title', { detector }),
    x: {
      title: t('chart.x'),
      min: 0,
      max: highest,
      ticks: Array.from({ length: highest + 1 }, (_, value) => ({ value, label: f.count(value) })),
    },
    y: { title: t('chart.y'), ...y, ticks: niceTicks(y, 3, f) },
    labels: { caught: t('caught'), accuracy: t('accuracy') },
    panels,
    summary: t('chart.summary', {
      detector,
      count: f.count(severity.clean.count),
      from: severity.from,
      parts: panels.map(part).join('; '),
    }),
    table: {
      header: [
        t('corruption'),
        t('severity'),
        ...[t('caught'), t('accuracy')].flatMap((name) => [name, `${name}, 95 % −`, `${name}, 95 % +`]),
      ],
      rows: panels.flatMap(({ title, caught, accuracy }) =>
        caught.map((point, i) => [title, point.x, ...shares(point), ...shares(accuracy[i])]),
      ),
    },
  };
}

function panelsOf({ clean, steps }: SeverityLadder, place: number, locale: Locale): SeverityPanel[] {
  const kinds = [...new Set(steps.map(({ corruption }) => corruption))];
  return kinds.map((corruption) => {
    const own = steps.filter((step) => step.corruption === corruption).sort((a, b) => a.severity - b.severity);
    return {
      corruption,
      title: corruptionName(corruption, locale),
      caught: [
        pointOf(0, clean.detectors[place].alarmRate),
        ...own.map(({ severity, detectors }) => pointOf(severity, detectors[place].detectionRate)),
      ],
      accuracy:
        clean.accuracy === null
          ? []
          : [
              pointOf(0, clean.accuracy),
              ...own.flatMap(({ severity, accuracy }) => (accuracy === null ? [] : [pointOf(severity, accuracy)])),
            ],
    };
  });
}

function pointOf(x: number, { value, low, high }: Estimate): SeverityPoint {
  return { x, value: 100 * value, low: 100 * low, high: 100 * high };
}

function shares(point: SeverityPoint | undefined): (number | null)[] {
  return point === undefined ? [null, null, null] : [point.value / 100, point.low / 100, point.high / 100];
}
