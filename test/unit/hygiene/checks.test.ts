import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { classWarnings } from '../../../electron/engine/hygiene/class-counts.ts';
import { detectorWarnings, sizeWarnings } from '../../../electron/engine/hygiene/detector-warnings.ts';
import { fedMoments, fedWarnings } from '../../../electron/engine/hygiene/fed-moments.ts';
import { jpegQuality } from '../../../electron/engine/hygiene/jpeg-quality.ts';
import { hygieneTexts, warningText } from '../../../electron/shared/messages/hygiene.ts';
import type { ModelWarning, Role } from '../../../electron/shared/domain.ts';
import { mapPixels, scene } from '../../helpers/made-images.ts';
import { ROOT } from '../../helpers/run-cli.ts';
import { tracesOf } from '../../helpers/set-traces.ts';

const images = (count: number, shift = 0) =>
  Array.from({ length: count }, (_, i) => mapPixels(scene(shift + i, { width: 16, height: 16 }), (value) => value + shift));
const codes = (warnings: readonly ModelWarning[]): string[] => warnings.map(({ code }) => code);

describe('JPEG quality', () => {
  // As test/fixtures/images/make.py saved them.
  it.each([
    ['jpeg-420.jpg', 90],
    ['jpeg-444.jpg', 90],
    ['jpeg-progressive.jpg', 80],
    ['jpeg-gray.jpg', 90],
    ['jpeg-exif-turn.jpg', 90],
  ])('of %s is %i', (file, quality) => {
    expect(jpegQuality(readFileSync(path.join(ROOT, 'test/fixtures/images', file)))).toBe(quality);
  });

  it('is not known of other files, nor of a JPEG that is cut off', () => {
    expect(jpegQuality(readFileSync(path.join(ROOT, 'test/fixtures/images/png-rgb-8.png')))).toBeNull();
    expect(jpegQuality(readFileSync(path.join(ROOT, 'test/fixtures/images/jpeg-420.jpg')).subarray(0, 12))).toBeNull();
  });
});

describe('what the network is fed', () => {
  const preprocess = { color: 'rgb', resize: null, centerCrop: null, scale: 1, mean: [128], std: [40], layout: 'NCHW' } as const;
  const plan = { ...preprocess, mean: [128], std: [40] };
  const fed = (role: Role, shift: number, mean = 128, sd = 40) =>
    fedMoments(tracesOf(role, role, { images: images(30, shift), mean, sd }));

  it('has the mean and sd of the values themselves', () => {
    const { mean, deviation } = fed('fit', 0);
    const values = images(30).flatMap(({ pixels }) => [...pixels].filter((_, i) => i % 3 === 1).map((byte) => (byte - 128) / 40));
    const average = values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean[1]).toBeCloseTo(average, 5);
    expect(deviation[1]).toBeCloseTo(Math.sqrt(values.reduce((s, v) => s + (v - average) ** 2, 0) / values.length), 5);
  });

  it('is in order where the normalisation fits, and said to be off where scale or mean do not', () => {
    expect(fedWarnings([fed('fit', 0)], plan)).toEqual([]);
    expect(codes(fedWarnings([fed('fit', 0, 0, 40)], plan))).toEqual(['FED_NOT_NORMALISED']);
    expect(codes(fedWarnings([fed('fit', 0, 128, 1)], plan))).toEqual(['FED_NOT_NORMALISED']);
    // A plan that normalises nothing states no expectation.
    expect(fedWarnings([fed('fit', 0, 0, 1)], { ...plan, mean: [0], std: [1] })).toEqual([]);
  });

  it('differs between fit and test when one was saved brighter; OoD sets may differ', () => {
    expect(fedWarnings([fed('fit', 0), fed('test', 3)], plan)).toEqual([]);
    const [warning] = fedWarnings([fed('fit', 0), fed('test', 30), fed('ood', 60)], plan);
    expect(warning).toMatchObject({ code: 'FED_DRIFT', values: { set: 'test', fit: 'fit' } });
    expect(Number(warning.values!.shift)).toBeCloseTo(0.75, 1);
    expect(fedWarnings([fed('fit', 0), fed('ood', 60)], plan)).toEqual([]);
  });
});

describe('classes', () => {
  const classNames = ['cat', 'dog', 'emu'];
  const labelled = (role: Role, labels: number[], names: string[] | null = classNames) =>
    tracesOf(role, role, { images: images(labels.length), labels, classNames: names });
  const of = (...counts: number[]) => counts.flatMap((count, label) => new Array<number>(count).fill(label));

  it('are called imbalanced from ten to one on', () => {
    expect(classWarnings([labelled('fit', of(9, 1, 3))], [])).toEqual([]);
    const [warning] = classWarnings([labelled('fit', of(20, 2, 5))], []);
    expect(warning).toMatchObject({
      code: 'CLASS_IMBALANCE',
      values: { set: 'fit', large: 'cat', small: 'dog', count: 2, ratio: 10 },
    });
  });

  it('of the test that were never fitted are told by name, whatever their number', () => {
    const fit = labelled('fit', of(4, 4), ['dog', 'cat']);
    expect(classWarnings([fit], [labelled('test', of(3, 3))])).toEqual([]);
    expect(classWarnings([fit], [labelled('test', of(3, 3, 2))])).toMatchObject([
      { code: 'CLASS_NOT_FITTED', values: { count: 1, name: 'emu' } },
    ]);
    expect(classWarnings([labelled('fit', [-1, -1], null)], [labelled('test', of(3, 3))])).toEqual([]);
  });
});

describe('sizes and covariances', () => {
  const sized = (role: Role, count: number) => ({ ...tracesOf(role, role, { images: images(1) }).set, count });

  it('warns of measured sets below 100 images with the interval that they allow', () => {
    const [warning, ...others] = sizeWarnings([sized('fit', 50), sized('test', 50), sized('ood', 100)]);
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'SMALL_SET', values: { set: 'test', count: 50 } });
    // R: binom.test(45, 50)$conf.int
    expect(Number(warning.values!.lowRate)).toBeCloseTo(0.7818646, 6);
    expect(Number(warning.values!.highRate)).toBeCloseTo(0.9667249, 6);
  });

  it('warns of detectors with a covariance only', () => {
    const one = { detector: 'larem', pca: null, nFit: 1000, features: 64, threshold: 0, rule: 'conformal' };
    expect(detectorWarnings([{ ...one, facts: { rank: 64, conditionNumber: 200 } }])).toEqual([]);
    expect(detectorWarnings([{ ...one, detector: 'lared', nFit: 10, facts: { bandwidth: 1 } }])).toEqual([]);
    expect(codes(detectorWarnings([{ ...one, nFit: 300, facts: { rank: 64, conditionNumber: 200 } }]))).toEqual(['SMALL_FIT']);
    expect(codes(detectorWarnings([{ ...one, facts: { rank: 60, conditionNumber: 200 } }]))).toEqual(['NEAR_SINGULAR']);
    expect(codes(detectorWarnings([{ ...one, facts: { rank: 64, conditionNumber: 1e11 } }]))).toEqual(['NEAR_SINGULAR']);
  });
});

describe('texts of warnings', () => {
  it('name the same values in both languages', () => {
    const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    for (const [code, text] of Object.entries(hygieneTexts.en)) {
      expect(names(hygieneTexts.fr[code as keyof typeof hygieneTexts.fr]), code).toEqual(names(text));
    }
  });

  it('are written from code and values; another warning keeps its message', () => {
    const values = { ood: 'Textures', cues: 'fileBytes,jpegQuality', auroc: 0.99962, low: 0.981, high: 1 };
    const warning = { code: 'CUE_OF_FILE', message: 'as written', values };
    expect(warningText(warning, 'en')).toContain('file size, JPEG quality; AUROC 0.9996 (0.981–1.000)');
    expect(warningText(warning, 'fr')).toContain('taille du fichier, qualité JPEG ; AUROC 0,9996 (0,981–1,000)');
    expect(warningText({ code: 'NO_LOGITS', message: 'as written' }, 'fr')).toBe('as written');
  });
});
