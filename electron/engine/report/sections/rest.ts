/** Method, run time, failures, limitations, reproduction, trace matrix, annex. */
import { detectorName } from '../../../shared/detector-names.ts';
import { warningText } from '../../../shared/messages/hygiene.ts';
import { providerText } from '../../../shared/messages/provider.ts';
import type { ReportKey } from '../../../shared/messages/report.ts';
import type { ClassSource } from '../../../shared/results.ts';
import { left, right, type Context } from '../context.ts';
import type { Block, Cell } from '../report-model.ts';
import { TRACE_MATRIX } from '../trace-matrix.ts';
import { pictures, worstImages } from '../worst-images.ts';

const body = (text: string): Block => ({ kind: 'text', style: 'body', text });

export function methodBlocks(c: Context): Block[] {
  const { t, f, run, locale } = c;
  const { plan, detectors, baselines = [] } = run.results;
  const { mechanism, samples, masks, dropProb, blockSize } = plan.sampling;
  const drawn = `${mechanism} (p ${f.number(dropProb)}, ${blockSize}, ${masks})`;
  return [
    body(mechanism === 'none' ? t('method.none') : t('method.text', { samples: f.count(samples), mechanism: drawn })),
    {
      kind: 'table',
      caption: c.table(t('t.detectors')),
      columns: [
        left(t('detector'), 2),
        right(t('nFit')),
        right(t('features'), 1.3),
        right(t('threshold'), 1.3),
        left(t('rule'), 1.2),
        left(t('facts'), 4),
      ],
      rows: [...detectors, ...baselines].map((one): Cell[] => [
        detectorName(one, locale),
        f.count(one.nFit),
        f.count(one.features),
        f.score(one.threshold),
        one.rule,
        [
          ...Object.entries(one.facts).map(([key, value]) => `${key} ${f.number(value)}`),
          ...(one.classes === undefined ? [] : [t(CLASS_SOURCES[one.classes])]),
        ].join(', '),
      ]),
      note: null,
    },
    { kind: 'heading', text: t('intervals') },
    body(t('intervals.text')),
    { kind: 'heading', text: t('fullPlan') },
    { kind: 'text', style: 'mono', text: compactJson(plan) },
  ];
}

const CLASS_SOURCES: Readonly<Record<ClassSource, ReportKey>> = {
  'labels of the fit sets': 'facts.labels',
  'predicted classes': 'facts.predicted',
};

/** Indented JSON with what is short on one line. */
function compactJson(value: unknown, indent = ''): string {
  const whole = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || indent.length + whole.length <= 96) return whole;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => `${inner}${compactJson(one, inner)}`)
    : Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${compactJson(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

export function runtimeBlocks(c: Context): Block[] {
  const { t, f, run } = c;
  const { environment, timing, plan } = run.results;
  const name = (stage: string): string => (`stage.${stage}` in STAGES ? t(`stage.${stage}` as ReportKey) : stage);
  return [
    {
      kind: 'table',
      caption: c.table(t('t.timing')),
      columns: [left(t('stage'), 2), left(t('set'), 3), right(t('images')), right(t('seconds')), right(t('perSecond'), 1.4)],
      rows: timing.map(({ stage, set, images, seconds }) => [
        name(stage),
        set ?? '',
        f.count(images),
        f.duration(seconds),
        seconds > 0 ? f.count(images / seconds) : '–',
      ]),
      note: t('rt.note', {
        provider: environment.provider,
        threads: environment.threads ?? t('auto'),
        processes: environment.processes,
        batch: plan.runtime.batchSize ?? t('auto'),
      }),
    },
    ...(environment.providerCheck === undefined
      ? []
      : [body(providerText(environment.provider, environment.providerCheck, c.locale))]),
    ...latencyBlocks(c),
  ];
}

function latencyBlocks(c: Context): Block[] {
  const { t, f } = c;
  const latency = c.card?.latency;
  if (latency === undefined) return [body(t('rt.unmeasured'))];
  const row = (what: ReportKey, { p50, p95, p99 }: typeof latency.monitor): Cell[] => [
    t(what),
    ...[p50, p95, p99].map((milliseconds) => f.duration(milliseconds / 1000)),
  ];
  return [
    {
      kind: 'table',
      caption: c.table(t('t.latency')),
      columns: [left(t('latency.what'), 3), right(t('latency.p50')), right(t('latency.p95')), right(t('latency.p99'))],
      rows: [row('latency.network', latency.network), row('latency.monitor', latency.monitor)],
      note: t('latency.note', {
        ratio: f.fixed(latency.ratio, 2),
        runs: f.count(latency.runs),
        batch: latency.batch,
        hardware: latency.hardware,
        provider: latency.provider,
        threads: latency.threads ?? t('auto'),
      }),
    },
  ];
}

const STAGES = {
  'stage.sample': 1,
  'stage.fit': 1,
  'stage.score': 1,
  'stage.figures': 1,
  'stage.hygiene': 1,
  'stage.stability': 1,
  'stage.severity': 1,
};
const PICTURES_A_SET = 6;

export async function failureBlocks(c: Context): Promise<Block[]> {
  const { t, f, run, config } = c;
  const blocks: Block[] = [];
  for (const part of run.roles.parts.filter(({ role }) => role === 'test' || role === 'ood')) {
    const set = part.set.set.name;
    const misses = part.role === 'ood';
    const { total, items } = worstImages(run, part, config, PICTURES_A_SET);
    if (total === 0) {
      blocks.push(body(t(misses ? 'f.nomiss' : 'f.noalarm', { set })));
      continue;
    }
    const found = await pictures(run, part, items);
    blocks.push({
      kind: 'pictures',
      caption: c.figure(t(misses ? 'f.misses' : 'f.alarms', { set, shown: f.count(items.length), total: f.count(total) })),
      items: items.map(({ at, sha256, score }, i) => {
        const picture = found[i];
        return {
          picture,
          gone: 'gone' in picture ? t(`gone.${picture.gone}`) : '',
          lines: [t('score', { score: f.score(score) }), at, sha256.slice(0, 16)],
        };
      }),
    });
    blocks.push({ kind: 'text', style: 'note', text: `${t('disposition')} ${'.'.repeat(60)}` });
  }
  return blocks.length === 0 ? [body(t('noFigures'))] : blocks;
}

export function limitBlocks(c: Context): Block[] {
  const { t, f, run } = c;
  const { warnings, redrawnMasks, plan } = run.results;
  const general = [
    body(t('l.general', { seed: plan.sampling.seed })),
    ...(redrawnMasks > 0 ? [body(t('l.redrawn', { count: f.count(redrawnMasks) }))] : []),
  ];
  if (warnings.length === 0) return [...general, body(t('l.none'))];
  return [
    ...general,
    {
      kind: 'table',
      caption: c.table(t('t.warnings')),
      columns: [left(t('code'), 2), left(t('warning'), 5)],
      rows: warnings.map((warning) => [{ text: warning.code, mono: true }, warningText(warning, c.locale)]),
      note: c.locale === 'en' ? null : t('l.ours'),
    },
  ];
}

export function reproduceBlocks({ t, run }: Context): Block[] {
  const { environment, hashes, plan } = run.results;
  const { stability, noise } = run.results;
  const seeds = stability === undefined ? '' : ` --seeds ${stability.seeds.length}${noise === undefined ? '' : ' --noise'}`;
  return [
    {
      kind: 'facts',
      rows: [
        {
          label: t('re.command'),
          value: `oodlab run PLAN${seeds} --provider ${environment.provider} --processes ${environment.processes}`,
          mono: true,
        },
        { label: t('tool'), value: `Oodlab ${environment.oodlab}` },
        { label: t('os'), value: environment.os },
        { label: t('node'), value: environment.node },
        { label: t('runtime'), value: `ONNX Runtime ${environment.onnxruntime}, ${environment.provider}` },
        { label: t('planHash'), value: hashes.plan, mono: true },
        { label: t('seed'), value: String(plan.sampling.seed) },
      ],
    },
    body(t('re.text')),
  ];
}

/** @param titles of the sections, by their key. */
export function traceBlocks(c: Context, titles: ReadonlyMap<string, string>): Block[] {
  const { t, fields } = c;
  const ids = fields.requirements.map(({ id }) => id).join(', ');
  return [
    body(t('tr.text')),
    {
      kind: 'table',
      caption: c.table(t('s.trace')),
      columns: [
        left(t('section'), 2.4),
        left(t('easa'), 1.8),
        left(t('pas8800')),
        left(t('sotif'), 1.8),
        left(t('ul4600'), 1.6),
        left(t('arp6983'), 1.6),
      ],
      rows: TRACE_MATRIX.map((row) => [titles.get(row.section)!, row.easa, row.pas8800, row.sotif, row.ul4600, row.arp6983]),
      note: ids === '' ? null : t('tr.requirements', { ids }),
    },
  ];
}

export function annexBlocks(c: Context): Block[] {
  const { t, f, run, locale } = c;
  return [
    body(t('a.text')),
    ...c.rows.map(({ ood }): Block => ({
      kind: 'table',
      caption: c.table(t('t.all', { set: ood })),
      columns: [
        left(t('detector'), 2),
        right(t('auroc'), 2),
        right(t('auprInd'), 2),
        right(t('auprOod'), 2),
        right(t('nInd')),
        right(t('nOod')),
      ],
      rows: run.results.metrics
        .filter((row) => row.ood === ood)
        .map((row): Cell[] => [
          detectorName(row, locale),
          ...[row.auroc, row.auprInd, row.auprOod].map(({ value, low, high }) => ({
            text: f.area(value),
            light: f.areaInterval(low, high),
          })),
          f.count(row.nInd),
          f.count(row.nOod),
        ]),
      note: null,
    })),
  ];
}
