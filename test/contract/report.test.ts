/** The PDF report of a real run, read back with poppler. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildReport } from '../../electron/engine/report/build-report.ts';
import { scoresCsv } from '../../electron/engine/report/scores-csv.ts';
import { previewReport } from '../../electron/engine/report/pdf/preview.ts';
import { writePdf } from '../../electron/engine/report/pdf/write-pdf.ts';
import { writeReport } from '../../electron/engine/report/write-report.ts';
import { TRACE_MATRIX } from '../../electron/engine/report/trace-matrix.ts';
import type { FinishedRun } from '../../electron/engine/pipeline/run-plan.ts';
import { detectorName } from '../../electron/shared/detector-names.ts';
import { formats } from '../../electron/shared/format.ts';
import { dataCheckTexts } from '../../electron/shared/messages/data-checks.ts';
import { warningText } from '../../electron/shared/messages/hygiene.ts';
import { corruptionName } from '../../electron/shared/messages/corruptions.ts';
import { severityTexts } from '../../electron/shared/messages/severity.ts';
import { LOCALES } from '../../electron/shared/messages/catalogue.ts';
import { REPORT_TEXTS } from '../../electron/shared/messages/report.ts';
import { parseReportFields } from '../../electron/shared/report-fields.ts';
import { DEMO, demoPlan, limited } from '../helpers/demo-plan.ts';
import { needPoppler, pdfFonts, pdfInfo, pdfStructure, pdfText, pdfWords } from '../helpers/pdf.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const date = new Date('2026-11-23T14:26:00Z');
const fields = parseReportFields({
  reportId: 'OOD-2026-011',
  item: 'Parcel sorter',
  author: 'A. Engineer',
  frameRate: 10,
  detector: { detector: 'lared', pca: null },
  requirements: [
    { id: 'R-1', text: 'Few false alarms', metric: 'false-alarm-rate', bound: 0.9 },
    { id: 'R-2', text: 'Textures caught', metric: 'detection-rate', bound: 0.999, set: 'Textures' },
    { id: 'R-3', text: 'Digits separate', metric: 'auroc', bound: 0.2, set: 'MNIST digits' },
  ],
});
const HEADINGS = Object.keys(REPORT_TEXTS.en).filter((key) => key.startsWith('s.')) as (keyof typeof REPORT_TEXTS.en)[];

beforeAll(needPoppler);

/** Words that lie outside the printed area. */
function outside(file: string): string[] {
  const { width, height, words } = pdfWords(file);
  const over = words.filter(({ xMin, xMax, yMin, yMax }) => xMin < 41 || xMax > width - 41 || yMin < 25 || yMax > height - 25);
  return over.map(({ page, text }) => `page ${page}: ${text}`);
}

/** Pairs of words of which one is printed over the other. */
function collisions(file: string): string[] {
  const { words } = pdfWords(file);
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    for (let j = i + 1; j < words.length && words[j].page === words[i].page; j++) {
      const [a, b] = [words[i], words[j]];
      const x = Math.min(a.xMax, b.xMax) - Math.max(a.xMin, b.xMin);
      const y = Math.min(a.yMax, b.yMax) - Math.max(a.yMin, b.yMin);
      if (x > 1 && y > 0.45 * Math.min(a.yMax - a.yMin, b.yMax - b.yMin)) found.push(`page ${a.page}: ${a.text} | ${b.text}`);
    }
  }
  return found;
}

/** With a severity ladder of two figures. */
const climbing = demoPlan((plan) => {
  limited(60)(plan);
  const corruptions = ['gaussian-noise', 'defocus-blur', 'sun-flare', 'dead-rows', 'over-exposure', 'mud', 'jpeg'] as const;
  plan.severity = { from: 'Fashion test', corruptions: [...corruptions], severities: [1, 3, 5], limit: 8, seed: 0 };
});

describe('report.pdf of a run', () => {
  it.each(LOCALES)('holds every section and every figure of metrics.csv, tagged, nothing cut off: %s', async (language) => {
    await runInTest(climbing, { folder }, async (run) => {
      const f = formats(language);
      await writeReport(folder, { run, fields: { ...fields, language }, date });
      const file = path.join(folder, 'report.pdf');
      const text = pdfText(file);
      const plain = (figure: string): string => figure.replace(/[\u00a0\u202f]/g, ' ');
      for (const key of HEADINGS) expect(text).toContain(REPORT_TEXTS[language][key]);
      for (const row of run.results.metrics) {
        const name = detectorName(row, language);
        expect(text).toContain(name);
        for (const area of [row.auroc, row.auprInd, row.auprOod]) expect(text).toContain(plain(f.areaEstimate(area)));
        for (const rate of [row.fpr95IndPositive, row.fpr95OodPositive]) expect(text).toContain(plain(f.rateEstimate(rate)));
        expect(text).toContain(plain(`${f.rate(row.detectionRateOod)} ${f.rateInterval(...row.detectionRateOodInterval)}`));
        expect(text).toContain(plain(`${f.rate(row.alarmRateInd)} ${f.rateInterval(...row.alarmRateIndInterval)}`));
        expect(text).toContain(f.score(row.threshold));
      }
      const bare = (words: string): string => words.replace(/[ \u00a0\u202f]/g, '');
      for (const warning of run.results.warnings) expect(bare(text)).toContain(bare(warningText(warning, language).slice(0, 40)));
      expect(text).toContain(severityTexts[language].heading);
      for (const { corruption, detectors, accuracy } of run.results.severity!.steps) {
        expect(bare(text)).toContain(bare(corruptionName(corruption, language)));
        for (const { value, low, high } of [detectors[1].detectionRate, accuracy!])
          expect(bare(text)).toContain(bare(`${f.percent(value)}${f.rateInterval(low, high)}`));
      }
      expect(text).toContain(dataCheckTexts[language].title);
      expect(text).toContain('OOD-2026-011');
      expect(text).toContain('ai.onnx 13, pytorch');
      expect(text).not.toMatch(/\{\w+\}/);
      expect(text).not.toContain('[U+');
      expect(pdfInfo(file)).toMatch(/Tagged:\s+yes/);
      const structure = pdfStructure(file);
      for (const tag of ['H1', 'H2', 'Table', 'TH', 'TD', 'Figure', 'Caption']) expect(structure).toContain(`${tag}`);
      expect(
        pdfFonts(file)
          .split('\n')
          .slice(2)
          .filter(Boolean)
          .every((line) => /\s(yes)\s+(yes)\s/.test(line)),
      ).toBe(true);
      expect(outside(file)).toEqual([]);
      expect(collisions(file)).toEqual([]);
    });
  });

  it('counts the classes of every set, and false alarms by class, as scores.csv holds them', async () => {
    await runInTest(demoPlan(limited(60)), { folder }, async (run) => {
      const rows = [...scoresCsv(run)].join('').split('\n').slice(1).filter(Boolean);
      const cells = rows.map((line) => line.split(','));
      const report = await buildReport({ run, fields, date });
      const tables = report.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'table'));
      const counts = tables.find(({ caption }) => caption?.endsWith(REPORT_TEXTS.en['t.classes']) === true)!;
      const ofTest = (label: string): number => cells.filter((row) => row[1] === 'test' && row[5] === label).length;
      const expected = [...Array(10).keys()].filter((k) => ofTest(String(k)) > 0).map((k) => `${k}: ${ofTest(String(k))}`);
      expect(counts.rows.find(([set]) => set === 'Fashion test')).toEqual([
        'Fashion test',
        String(expected.length),
        '0',
        expected.join(', '),
      ]);
      const alarms = tables.find(({ caption }) => caption?.includes('by class') === true)!;
      const alarmColumn = [...scoresCsv(run)][0].trim().split(',').indexOf('lared alarm');
      for (const [name, images, alarmed] of alarms.rows) {
        const mine = cells.filter((row) => row[1] === 'test' && row[5] === name);
        expect([images, alarmed]).toEqual([
          String(mine.length),
          String(mine.filter((row) => row[alarmColumn] === 'true').length),
        ]);
      }
      expect(alarms.rows).toHaveLength(expected.length);
    });
  });

  it('gives the same bytes for the same input, whatever the paper; only the date may differ', async () => {
    await runInTest(demoPlan(limited(60)), { folder }, async (run) => {
      for (const paper of ['a4', 'letter'] as const) {
        const options = { run, fields: { ...fields, paper }, date };
        const report = await buildReport(options);
        const pdf = await writePdf(report);
        expect(Buffer.compare(pdf, await writePdf(await buildReport(options)))).toBe(0);
        const later = await buildReport({ ...options, date: new Date('2027-01-01T00:00:00Z') });
        expect(later).toEqual({ ...report, date: '2027-01-01T00:00:00.000Z' });
        writeFileSync(path.join(folder, `${paper}.pdf`), pdf);
        expect(pdfInfo(path.join(folder, `${paper}.pdf`))).toMatch(paper === 'a4' ? /595\.28 x 841\.89/ : /612 x 792/);
        expect(outside(path.join(folder, `${paper}.pdf`))).toEqual([]);
      }
      const other = await buildReport({ run, fields: { ...fields, author: 'B' }, date });
      expect(other.contentHash).not.toBe((await buildReport({ run, fields, date })).contentHash);
    });
  });

  it('is shown before it is written: as many pages, and every section where it will stand', async () => {
    await runInTest(demoPlan(limited(60)), { folder }, async (run) => {
      const report = await buildReport({ run, fields, date });
      const preview = previewReport(report);
      const file = path.join(folder, 'shown.pdf');
      writeFileSync(file, await writePdf(report));
      expect(pdfInfo(file)).toMatch(new RegExp(`Pages:\\s+${preview.pages}\\s`));
      expect(preview.contents.map(({ title }) => title)).toEqual(report.sections.map(({ title }) => title));
      for (const { title, page } of preview.contents) expect(pdfText(file, page)).toContain(title);
    });
  });

  it('says so when a picture is gone or is another one', async () => {
    const copy = path.join(folder, 'moved');
    mkdirSync(copy);
    for (const name of ['a', 'b'])
      copyFileSync(path.join(DEMO, 'data', 'ood_textures', '000_stripes.png'), path.join(copy, `${name}.png`));
    const plan = demoPlan((change) => {
      limited(60)(change);
      change.datasets = change.datasets.filter(({ role }) => role !== 'ood');
      change.datasets.push({ name: 'Moved', role: 'ood', path: copy, format: 'auto', limit: null });
      change.threshold.falseAlarm = 0.01;
    });
    await runInTest(plan, { folder, project: 'moved.oodlab' }, async (run) => {
      // 60 fit images hold out 12: no alarm is ever raised, so both pictures are missed.
      copyFileSync(path.join(DEMO, 'data', 'ood_textures', '001_checker.png'), path.join(copy, 'a.png'));
      await writeReport(folder, { run, fields: parseReportFields({}), date });
      expect(pdfText(path.join(folder, 'report.pdf'))).toContain('has changed');
      rmSync(copy, { recursive: true });
      await writeReport(folder, { run, fields: parseReportFields({}), date });
      expect(pdfText(path.join(folder, 'report.pdf'))).toContain('longer there');
    });
  });

  it('keeps long names, many sets, many warnings and strange letters inside the page', async () => {
    const long = 'A_very_long_name_without_any_space_'.repeat(5);
    const plan = demoPlan((change) => {
      limited(20)(change);
      const textures = change.datasets.find(({ name }) => name === 'Textures')!;
      change.datasets = change.datasets.filter(({ role }) => role !== 'ood');
      change.name = `${long} 中文 ${long}`.slice(0, 200);
      for (let i = 0; i < 30; i++)
        change.datasets.push({ ...textures, name: `${i} ${i % 2 === 0 ? long : 'Größe λ Ж 中文'} ${i}`.slice(0, 200), limit: 6 });
      change.pca = [null];
    });
    await runInTest(plan, { folder, project: 'stress.oodlab' }, async (run) => {
      const warnings = Array.from({ length: 40 }, (_, i) => ({
        code: `WARNING_NUMBER_${i}`,
        message: `${long.repeat(4)} number ${i}.`,
      }));
      const longPath = `/data/${'folder with a name/'.repeat(60)}x.gz`;
      const datasets = run.results.datasets.map((set) => ({
        ...set,
        path: longPath,
        rejected: [{ at: longPath, reason: 'damaged' }],
      }));
      const stressed: FinishedRun = { ...run, results: { ...run.results, warnings, datasets } };
      const author = 'Name '.repeat(50).trim();
      const many = Array.from({ length: 25 }, (_, i) => ({
        id: `R-${i}`,
        text: long.repeat(3),
        metric: 'detection-rate',
        bound: 0.5,
        set: plan.datasets.at(-1 - (i % 10))!.name,
      }));
      const stressFields = parseReportFields({
        title: long,
        author,
        reviewer: author,
        reportId: long,
        notTested: long.repeat(8),
        requirements: many,
      });
      await writeReport(folder, { run: stressed, fields: stressFields, date });
      const file = path.join(folder, 'report.pdf');
      expect(outside(file)).toEqual([]);
      expect(collisions(file)).toEqual([]);
      const text = pdfText(file);
      expect(text).toContain('[U+4E2D]');
      for (let i = 0; i < 40; i++) expect(text).toContain(`number ${i}.`);
    });
  });
});

it('traces every section that makes a claim, in the order of the report', () => {
  expect(new Set(TRACE_MATRIX.map(({ section }) => section)).size).toBe(TRACE_MATRIX.length);
  const keys = HEADINGS.map((key) => key.slice(2)).filter((key) => key !== 'trace' && key !== 'annex');
  expect(TRACE_MATRIX.map(({ section }) => section)).toEqual(keys);
});
