/** The cover: who, what, the verdict on each requirement, the plain words, and what to read before use. */
import { detectorName } from '../../../shared/detector-names.ts';
import { alarmRatesOf } from '../../../shared/seed-rates.ts';
import type { ReportKey } from '../../../shared/messages/report.ts';
import { protocolSentences, stampOf, stampText } from '../../../shared/protocol-reading.ts';
import { left, right, type Context } from '../context.ts';
import type { Block, Cell } from '../report-model.ts';
import { judge, type Verdict } from '../verdict.ts';

export function coverBlocks(c: Context): Block[] {
  return [
    ...identity(c),
    ...verdictBlocks(c),
    ...plainWords(c),
    ...readBefore(c),
    {
      kind: 'signatures',
      labels: [c.t('author'), c.t('reviewer'), c.t('approver')].map((label, i) =>
        signature(label, [c.fields.author, c.fields.reviewer, c.fields.approver][i]),
      ),
    },
  ];
}

const signature = (label: string, name: string): string => (name === '' ? label : `${label}: ${name}`);

/** The stamp of the report's own detector: only the one that was fixed beforehand is confirmed. */
function protocolRow({ t, run, config, locale }: Context): { label: string; value: string }[] {
  const stamp = stampOf(run.results, { detector: config.id, pca: config.pca });
  return stamp === null ? [] : [{ label: t('protocol'), value: stampText(stamp, locale) }];
}

function identity(c: Context): Block[] {
  const { t, fields, run } = c;
  const { results } = run;
  const or = (value: string, key: ReportKey): string => (value === '' ? t(key) : value);
  const { environment, hashes } = results;
  return [
    {
      kind: 'facts',
      pairs: true,
      rows: [
        { label: t('reportId'), value: or(fields.reportId, 'notStated') },
        { label: t('project'), value: fields.project === '' ? results.plan.name : fields.project },
        { label: t('item'), value: or(fields.item, 'notStated') },
        { label: t('criticality'), value: or(fields.criticality, 'notStated') },
        { label: t('author'), value: or(fields.author, 'notNamed') },
        { label: t('reviewer'), value: or(fields.reviewer, 'notNamed') },
        {
          label: t('tool'),
          value: `Oodlab ${environment.oodlab}, ONNX Runtime ${environment.onnxruntime}, ${environment.provider}`,
        },
        ...protocolRow(c),
        { label: t('modelHash'), value: hashes.model, mono: true },
        { label: t('planHash'), value: hashes.plan, mono: true },
        ...(hashes.inputs === undefined ? [] : [{ label: t('dataHash'), value: hashes.inputs, mono: true }]),
      ],
    },
  ];
}

export function verdicts(c: Context): Verdict[] {
  if (c.ind === null) return [];
  const evidence = {
    threshold: c.config.threshold,
    ind: c.ind.scores,
    ood: new Map(c.oods.map(({ name, scores }) => [name, scores])),
  };
  return c.fields.requirements.map((requirement) => judge(requirement, evidence));
}

function verdictBlocks(c: Context): Block[] {
  const { t, f } = c;
  const heading: Block = { kind: 'heading', text: `1 ${t('s.verdict')}` };
  const judged = verdicts(c);
  if (judged.length === 0)
    return [heading, { kind: 'text', style: 'body', text: t(c.ind === null ? 'noFigures' : 'noRequirements') }];
  const needed = judged.flatMap(({ needed: count, requirement }) =>
    count === null ? [] : [t('needed', { count: f.count(count), id: requirement.id })],
  );
  return [
    heading,
    {
      kind: 'table',
      caption: null,
      columns: [
        left(t('requirement'), 4),
        right(t('found'), 1),
        right(t('oneSided'), 2),
        right(t('images'), 1),
        left(t('verdict'), 1.6),
      ],
      rows: judged.map((verdict) => verdictRow(c, verdict)),
      note: [t('verdictNote'), ...needed].join(' '),
    },
  ];
}

function verdictRow({ t, f, ind }: Context, { requirement, found, bound, side, images, verdict }: Verdict): Cell[] {
  const figure = requirement.metric === 'auroc' ? f.area : f.rate;
  const set = requirement.set ?? ind?.name ?? '';
  const wanted = t(requirement.metric === 'false-alarm-rate' || requirement.metric === 'miss-rate' ? 'atMost' : 'atLeast', {
    value: figure(requirement.bound),
  });
  const measured = t(`m.${requirement.metric}`, { set });
  return [
    { text: `${requirement.id} ${requirement.text}`, light: `${measured}: ${wanted}` },
    figure(found),
    { text: t(side === 'most' ? 'atMost' : 'atLeast', { value: figure(bound) }), light: f.rate(requirement.confidence) },
    f.count(images),
    { text: t(verdict), strong: true, verdict },
  ];
}

const perThousand = (rate: number, side: 'low' | 'high'): number =>
  side === 'low' ? Math.floor(1000 * rate + 1e-9) : Math.ceil(1000 * rate - 1e-9);

export function caughtSentence(
  { t, f }: Context,
  key: 'plain.caught' | 'r.lead',
  set: string,
  [low, high]: [number, number],
): string {
  return t(key, { set, low: f.count(perThousand(low, 'low')), high: f.count(perThousand(high, 'high')) });
}

function plainWords(c: Context): Block[] {
  const { t, f, rows, fields, run } = c;
  if (rows.length === 0) return [];
  const [low, high] = rows[0].alarmRateIndInterval;
  const sentences = [
    t('plain.alarms', { low: f.count(perThousand(low, 'low')), high: f.count(perThousand(high, 'high')) }),
    ...rows.slice(0, 6).map((row) => caughtSentence(c, 'plain.caught', row.ood, row.detectionRateOodInterval)),
    t('plain.intervals', { detector: c.name }),
  ];
  const hourly = (share: number): string => f.count(Number((share * fields.frameRate! * 3600).toPrecision(3)));
  if (fields.frameRate !== null)
    sentences.push(t('plain.rate', { rate: f.number(fields.frameRate), low: hourly(low), high: hourly(high) }));
  return [
    { kind: 'heading', text: t('plainWords') },
    { kind: 'text', style: 'body', text: sentences.join(' ') },
    { kind: 'text', style: 'body', text: t('plain.tuned', { count: f.count(run.scored.length), detector: c.name }) },
  ];
}

function readBefore(c: Context): Block[] {
  const { t, f, fields, run } = c;
  const attention = (text: string) => ({ level: 'attention' as const, text });
  const items: { level: 'attention' | 'information'; text: string }[] = [...betterDetectors(c), ...seedWarnings(c)].map(
    attention,
  );
  const stamp = stampOf(run.results, { detector: c.config.id, pca: c.config.pca });
  const level = stamp?.state === 'confirmatory' ? ('information' as const) : ('attention' as const);
  items.push(...protocolSentences(run.results, c.locale).map((text) => ({ level, text })));
  const { warnings } = run.results;
  if (warnings.length > 0) items.push(attention(t('warn.more', { count: f.count(warnings.length) })));
  const text = fields.notTested === '' ? t('warn.noNotTested') : t('warn.notTested', { text: fields.notTested });
  items.push({ level: fields.notTested === '' ? 'attention' : 'information', text });
  return [
    { kind: 'heading', text: t('readBefore') },
    { kind: 'notices', items },
  ];
}

/** Sets on which another detector's AUROC lies wholly above this one's. */
function betterDetectors({ t, f, rows, run, locale }: Context): string[] {
  return rows
    .flatMap((row) => {
      const better = run.results.metrics
        .filter((other) => other.ood === row.ood && other.auroc.low > row.auroc.high)
        .sort((a, b) => b.auroc.value - a.auroc.value);
      if (better.length === 0) return [];
      return [
        t('warn.better', {
          set: row.ood,
          other: detectorName(better[0], locale),
          a: f.area(better[0].auroc.value),
          b: f.area(row.auroc.value),
        }),
      ];
    })
    .slice(0, 6);
}

function seedWarnings({ t, f, run, config, ind }: Context): string[] {
  const { stability, metrics } = run.results;
  if (stability === undefined || ind === null) return [];
  return alarmRatesOf({ stability, metrics, config: { detector: config.id, pca: config.pca }, ind: ind.name })
    .filter(({ wider }) => wider)
    .map(({ name, values }) =>
      t('warn.seed', {
        set: name,
        range: `${f.percent(Math.min(...values))}–${f.rate(Math.max(...values))}`,
        count: values.length,
      }),
    )
    .slice(0, 6);
}
