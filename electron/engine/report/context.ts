/** What every section of a report reads: the run, the person's fields, the language, and the detector that it is about. */
import { detectorName } from '../../shared/detector-names.ts';
import { AppError } from '../../shared/errors.ts';
import { formats, type Formats } from '../../shared/format.ts';
import { say, type Locale, type Values } from '../../shared/messages/catalogue.ts';
import { REPORT_TEXTS, type ReportKey } from '../../shared/messages/report.ts';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import type { ReportFields } from '../../shared/report-fields.ts';
import type { MetricsRow } from '../../shared/results.ts';
import type { ScoredSet } from '../../shared/charts/chart.ts';
import { chooseConfig } from '../monitor/choose-config.ts';
import { configName, detectorConfigs } from '../pipeline/detector-configs.ts';
import type { ScoredConfig } from '../pipeline/evaluate-stage.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import { concatenate } from '../pipeline/vectors.ts';
import type { Column } from './report-model.ts';

export interface Context {
  run: FinishedRun;
  fields: ReportFields;
  card: MonitorCard | null;
  locale: Locale;
  f: Formats;
  t: (key: ReportKey, values?: Values) => string;
  /** The detector that the report is about, its name and its rows. */
  config: ScoredConfig;
  name: string;
  rows: MetricsRow[];
  /** All test sets together, null without one; and the OoD sets in plan order. */
  ind: ScoredSet | null;
  oods: ScoredSet[];
  /** "Figure 3. ..." and "Table 4. ...", counted through the report. */
  figure: (text: string) => string;
  table: (text: string) => string;
}

export interface ContextOptions {
  run: FinishedRun;
  fields: ReportFields;
  card?: MonitorCard | null | undefined;
}

export function reportContext({ run, fields, card }: ContextOptions): Context {
  const locale = fields.language;
  const t = (key: ReportKey, values?: Values): string => say(REPORT_TEXTS, locale, key, values);
  const config = chosenConfig(run, fields);
  const counters = { figure: 0, table: 0 };
  const sets = scoredSets(run, config);
  return {
    run,
    fields,
    card: card ?? null,
    locale,
    f: formats(locale),
    t,
    config,
    name: detectorName({ detector: config.id, pca: config.pca }, locale),
    rows: run.results.metrics.filter((row) => row.detector === config.id && row.pca === config.pca),
    ...sets,
    figure: (text) => t('fig', { n: ++counters.figure, text }),
    table: (text) => t('tab', { n: ++counters.table, text }),
  };
}

/** Scores of a configuration: all test images together, and each OoD set. */
export function scoredSets({ roles }: FinishedRun, { scores }: ScoredConfig): Pick<Context, 'ind' | 'oods'> {
  const names = (role: 'test' | 'ood'): string[] =>
    roles.parts.filter((part) => part.role === role).map(({ set }) => set.set.name);
  const test = names('test');
  return {
    ind:
      test.length === 0
        ? null
        : { name: test.join(' + '), oodIndex: null, scores: concatenate(test.map((name) => scores.get(name)!)) },
    oods: names('ood').map((name, oodIndex) => ({ name, oodIndex, scores: scores.get(name)! })),
  };
}

/** As the fields name it, else the one a monitor is made of. Never the best: that would be tuned on test. */
function chosenConfig(run: FinishedRun, { detector }: ReportFields): ScoredConfig {
  const { scored } = run;
  if (detector === null && detectorConfigs(run.results.plan).length > 0) return chooseConfig(run, null).scored;
  const found = detector === null ? scored.at(0) : scored.find(({ id, pca }) => id === detector.detector && pca === detector.pca);
  if (found !== undefined) return found;
  const asked = detector === null ? 'a detector' : configName({ id: detector.detector, pca: detector.pca });
  throw new AppError('E_INPUT', `The report asks for ${asked}, which this run has not.`, {
    next: scored.length === 0 ? 'Add a detector to the plan.' : `Name one of ${scored.map(configName).join(', ')}.`,
  });
}

export const left = (title: string, weight = 1): Column => ({ title, align: 'left', weight });
export const right = (title: string, weight = 1): Column => ({ title, align: 'right', weight });

/** "2026-11-23, 14:26 UTC" of an ISO date. */
export function dateText(iso: string): string {
  return `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`;
}
