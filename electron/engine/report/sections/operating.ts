/** Operating point, exported monitor, stability over seeds. */
import { detectorName } from '../../../shared/detector-names.ts';
import { stabilityChart } from '../../../shared/charts/seed-stability.ts';
import type { MonitorCard } from '../../../shared/monitor-card.ts';
import { predictions } from '../../baselines/logit-scores.ts';
import { realisedRate } from '../../metrics/conformal.ts';
import { clopperPearsonHigh, clopperPearsonLow } from '../../metrics/proportion.ts';
import { conformalRank, isAlarm } from '../../metrics/threshold.ts';
import { countAlarms } from '../../pipeline/evaluate-stage.ts';
import { left, right, type Context } from '../context.ts';
import { falseAlarmSentences } from '../../../shared/statistics-reading.ts';
import type { Block, Cell } from '../report-model.ts';
import { classAlarmBlocks } from './classes.ts';
import { isMain } from './results.ts';

export function operatingBlocks(c: Context): Block[] {
  const { t, run, f } = c;
  const { rule, falseAlarm } = run.results.plan.threshold;
  const n = run.results.calibration.count;
  const k = conformalRank(n, falseAlarm);
  const realised = realisedRate(k, n, falseAlarm);
  const body = (text: string): Block => ({ kind: 'text', style: 'body', text });
  return [
    { kind: 'text', style: 'lead', text: `${c.name}: ${t('threshold').toLowerCase()} ${f.score(c.config.threshold.value)}` },
    body(t(`o.rule.${rule}`, { k: f.count(k), n: f.count(n), alpha: f.rate(falseAlarm) })),
    ...(rule === 'conformal' && k > 0 ? [body(t('o.realised', { mean: f.rate(realised.mean), q95: f.rate(realised.q95) }))] : []),
    ...promise(c).map(body),
    ...(c.rows.length > 0 ? [confusion(c), thresholds(c)] : []),
    ...classAlarmBlocks(c),
    { kind: 'heading', text: `7.1 ${t('accuracy')}` },
    body(accuracyText(c)),
    { kind: 'heading', text: `7.2 ${t('monitor')}` },
    ...(c.card === null ? [body(t('monitor.none'))] : monitorBlocks(c, c.card)),
  ];
}

/** What rank would keep the rate for nearly every calibration set, or that none would. */
function promise({ run, locale }: Context): string[] {
  const law = run.results.statistics?.falseAlarm;
  return law == null ? [] : falseAlarmSentences(law, locale).slice(-1);
}

function confusion(c: Context): Block {
  const { t, f, config, rows } = c;
  const sets = [...(c.ind === null ? [] : [c.ind]), ...c.oods];
  return {
    kind: 'table',
    caption: c.table(t('t.confusion', { detector: c.name })),
    columns: [left(t('set'), 3), right(t('alarmed')), right(t('acceptedHead')), right(t('alarmRate'), 2), right(t('bound95'), 2)],
    rows: sets.map(({ name, scores, oodIndex }): Cell[] => {
      const alarms = countAlarms(scores, config.threshold);
      const [low, high] = oodIndex === null ? rows[0].alarmRateIndInterval : rows[oodIndex].detectionRateOodInterval;
      const bound =
        oodIndex === null
          ? t('atMost', { value: f.rate(clopperPearsonHigh(alarms, scores.length, 0.95)) })
          : t('atLeast', { value: f.rate(clopperPearsonLow(alarms, scores.length, 0.95)) });
      return [
        `${name} (${oodIndex === null ? 'InD' : 'OoD'})`,
        f.count(alarms),
        f.count(scores.length - alarms),
        { text: f.rate(alarms / scores.length), light: f.rateInterval(low, high) },
        bound,
      ];
    }),
    note: null,
  };
}

function thresholds(c: Context): Block {
  const { t, f, run } = c;
  const first = run.results.metrics.filter((row) => row.ood === c.rows[0].ood);
  return {
    kind: 'table',
    caption: c.table(t('t.thresholds')),
    columns: [left(t('detector'), 2), right(t('threshold'), 2), right(t('falseAlarms'), 2), right(t('nInd'), 1)],
    rows: first.map((row): Cell[] => [
      { text: detectorName(row, c.locale), strong: isMain(c, row) },
      f.score(row.threshold),
      { text: f.rate(row.alarmRateInd), light: f.rateInterval(...row.alarmRateIndInterval) },
      f.count(row.nInd),
    ]),
    note: null,
  };
}

/** What alarms do to the network's own answers on labelled test images. */
function accuracyText({ t, f, run, config }: Context): string {
  const counts = { all: 0, right: 0, kept: 0, keptRight: 0, wrong: 0, caught: 0 };
  for (const { set, role } of run.roles.parts) {
    if (role !== 'test') continue;
    const scores = config.scores.get(set.set.name)!;
    let row = 0;
    for (const chunk of run.project.samples.chunks(set.id)) {
      const predicted =
        chunk.logitDim === 0
          ? null
          : predictions({ rows: chunk.rows, cols: chunk.logitDim, data: Float64Array.from(chunk.logits) });
      for (let r = 0; r < chunk.rows; r++, row++) {
        if (predicted === null || chunk.labels[r] < 0 || chunk.labels[r] >= chunk.logitDim) continue;
        const correct = predicted[r] === chunk.labels[r] ? 1 : 0;
        const alarm = isAlarm(scores[row], config.threshold) ? 1 : 0;
        counts.all++;
        counts.right += correct;
        counts.kept += 1 - alarm;
        counts.keptRight += correct * (1 - alarm);
        counts.wrong += 1 - correct;
        counts.caught += (1 - correct) * alarm;
      }
    }
  }
  if (counts.all === 0) return t('accuracy.none');
  const { all, kept, wrong, caught } = counts;
  const share = (part: number, whole: number): string => f.rate(part / whole);
  return t('accuracy.text', {
    all: f.count(all),
    right: f.count(counts.right),
    rate: share(counts.right, all),
    kept: f.count(kept),
    keptRate: share(counts.keptRight, kept),
    wrong: f.count(wrong),
    caught: f.count(caught),
  });
}

function monitorBlocks(c: Context, card: MonitorCard): Block[] {
  const { t, f } = c;
  const { parity, masks, figures } = card;
  const detector = { detector: card.detector.id, pca: card.detector.pca };
  const estimate = ({ value, low, high }: { value: number; low: number; high: number }): Cell => ({
    text: f.rate(value),
    light: f.rateInterval(low, high),
  });
  return [
    {
      kind: 'facts',
      rows: [
        { label: t('detector'), value: detectorName(detector, c.locale) },
        { label: t('monitor.hash'), value: card.hashes.monitor, mono: true },
        {
          label: t('monitor.masks'),
          value: t(masks.refitted ? 'monitor.refit' : 'monitor.same', { evaluated: masks.evaluated, exported: masks.exported }),
        },
        {
          label: t('monitor.parity'),
          value: t('monitor.parity.text', {
            images: f.count(parity.images),
            difference: f.exponent(parity.maxRelativeDifference),
            limit: f.exponent(parity.limit),
            flips: f.count(parity.flipped),
          }),
        },
      ],
    },
    {
      kind: 'table',
      caption: c.table(t('t.monitor')),
      columns: [left(t('set'), 3), right(t('images')), right(t('evaluated'), 2), right(t('exported'), 2)],
      rows: figures.asExported.map((row, i): Cell[] => [
        row.set,
        f.count(row.images),
        figures.asEvaluated[i] === undefined ? '–' : estimate(figures.asEvaluated[i].rate),
        estimate(row.rate),
      ]),
      note: null,
    },
    ...(card.warnings.length === 0
      ? []
      : [
          {
            kind: 'notices' as const,
            items: card.warnings.map(({ message }) => ({ level: 'attention' as const, text: message })),
          },
        ]),
  ];
}

export function stabilityBlocks(c: Context): Block[] {
  const { t, f, run, ind, locale } = c;
  const { stability, metrics } = run.results;
  const severity: Block[] = run.results.severity === undefined ? [{ kind: 'text', style: 'body', text: t('st.severity') }] : [];
  const config = { detector: c.config.id, pca: c.config.pca };
  const chart =
    stability === undefined || ind === null ? null : stabilityChart({ locale, stability, metrics, config, ind: ind.name });
  if (stability === undefined || chart === null) return [{ kind: 'text', style: 'body', text: t('st.none') }, ...severity];
  const table: Block = {
    kind: 'table',
    caption: c.table(t('t.stability')),
    columns: [left(t('set'), 2), left(t('detector'), 2), right(t('auroc')), right(t('range'), 1.6), right(t('sd'))],
    rows: stability.rows.map(({ ood, aurocs, ...row }): Cell[] => {
      const mean = aurocs.reduce((a, b) => a + b, 0) / aurocs.length;
      const sd = Math.sqrt(aurocs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, aurocs.length - 1));
      return [
        ood,
        { text: detectorName(row, locale), strong: isMain(c, row) },
        f.area(mean),
        f.areaInterval(Math.min(...aurocs), Math.max(...aurocs)),
        f.fixed(sd, 4),
      ];
    }),
    note: null,
  };
  return [{ kind: 'chart', caption: c.figure(chart.title), chart, note: chart.summary }, table, ...severity];
}
