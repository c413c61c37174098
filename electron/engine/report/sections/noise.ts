/** Noise of the Monte-Carlo draw: behind the stability over seeds, for runs that measured it. */
import { detectorName } from '../../../shared/detector-names.ts';
import { say } from '../../../shared/messages/catalogue.ts';
import { NOISE_TEXTS } from '../../../shared/messages/noise.ts';
import { noiseCells, noiseNote, noiseOf, noiseReading } from '../../../shared/noise-reading.ts';
import type { NoiseLevel } from '../../../shared/noise.ts';
import { left, right, type Context } from '../context.ts';
import type { Block, Cell, Column } from '../report-model.ts';
import { isMain } from './results.ts';

type Key = keyof (typeof NOISE_TEXTS)['en'];

/** @param number of the heading, as "8.1". */
export function noiseBlocks(c: Context, number: string): Block[] {
  const { locale, f } = c;
  const { noise, plan } = c.run.results;
  const config = { detector: c.config.id, pca: c.config.pca };
  const main = noise && noiseOf(noise, config);
  if (noise === undefined || main == null) return [];
  const t = (key: Key, values = {}): string => say(NOISE_TEXTS, locale, key, values);
  const { samples } = plan.sampling;
  const figures = (['relative', 'pair', 'flips', 'near', 'auroc'] as const).map((key): Column => right(t(key), 1.3));
  const cells = (level: NoiseLevel): string[] => {
    const { relative, pair, flips, near, auroc } = noiseCells(level, locale);
    return [relative, pair, flips, near, auroc];
  };
  const name = detectorName(main, locale);
  return [
    { kind: 'heading', text: `${number} ${t('heading')}` },
    ...noiseReading(noise, { config, samples, locale }).map((text): Block => ({ kind: 'text', style: 'body', text })),
    {
      kind: 'table',
      caption: c.table(t('table.samples', { detector: name })),
      columns: [left(t('samples')), right(t('sd'), 1.3), ...figures],
      rows: main.levels.map((level): Cell[] => [
        { text: f.count(level.samples), strong: level.samples === samples },
        noiseCells(level, locale).sd,
        ...cells(level),
      ]),
      note: noiseNote(noise, locale),
    },
    {
      kind: 'table',
      caption: c.table(t('table.detectors', { samples: f.count(samples) })),
      columns: [left(t('detector'), 2), ...figures, right(t('recommended'), 1.4)],
      rows: noise.detectors.flatMap((one): Cell[][] => {
        const level = one.levels.find((each) => each.samples === samples);
        if (level === undefined) return [];
        const recommended = one.recommended === null ? t('none') : f.count(one.recommended);
        return [[{ text: detectorName(one, locale), strong: isMain(c, one) }, ...cells(level), recommended]];
      }),
      note: null,
    },
  ];
}
