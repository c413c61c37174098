/** What was evaluated: scope, item under test, data. */
import { aggregateText } from '../../../shared/messages/aggregate.ts';
import { layoutName } from '../../../shared/messages/layouts.ts';
import type { DatasetResult } from '../../../shared/results.ts';
import { openModel } from '../../onnx/open-model.ts';
import { toNumber } from '../../onnx/proto.ts';
import { withAbsolutePaths } from '../../pipeline/resolve-plan.ts';
import { left, right, type Context } from '../context.ts';
import type { Block } from '../report-model.ts';
import { classCountBlocks } from './classes.ts';

export function scopeBlocks({ t, fields, run }: Context): Block[] {
  const named = (roles: readonly string[]): string =>
    run.results.datasets
      .filter(({ role }) => roles.includes(role))
      .map(({ name }) => name)
      .join(', ');
  const body = (text: string): Block => ({ kind: 'text', style: 'body', text });
  return [
    { kind: 'heading', text: t('role') },
    body(t('role.text')),
    body(t('scope.ind', { sets: named(['fit', 'calibrate', 'test']) })),
    body(t('scope.ood', { sets: named(['ood']) || t('none') })),
    body(t('scope.any')),
    { kind: 'heading', text: t('statedScope') },
    body(fields.scope || t('notStated')),
    { kind: 'heading', text: t('notTested') },
    body(fields.notTested || t('warn.noNotTested')),
  ];
}

/** Read again from the file; the run keeps its hash alone. */
async function modelFacts({ t, run }: Context): Promise<string> {
  const { path: file } = withAbsolutePaths({ plan: run.results.plan, baseDir: run.baseDir }).model;
  const model = await openModel(file).catch(() => undefined);
  if (model === undefined || model.sha256 !== run.results.hashes.model) return t('modelGone');
  const { opsetImport, producerName, producerVersion } = model.proto;
  const opsets = (opsetImport ?? []).map(({ domain, version }) => `${domain || 'ai.onnx'} ${toNumber(version)}`);
  return [...opsets, [producerName, producerVersion].filter(Boolean).join(' ')].filter(Boolean).join(', ');
}

export async function itemBlocks(c: Context): Promise<Block[]> {
  const { t, f, run } = c;
  const { results } = run;
  const { model, hashes, plan } = results;
  const p = plan.model.preprocess;
  const shape = (dims: readonly number[]): string => `[${dims.join(', ')}]`;
  return [
    {
      kind: 'facts',
      rows: [
        { label: t('file'), value: plan.model.path, mono: true },
        { label: t('modelHash'), value: hashes.model, mono: true },
        { label: t('modelFacts'), value: await modelFacts(c) },
        { label: t('input'), value: `${model.input} ${shape(model.inputShape)}`, mono: true },
        { label: t('logits'), value: model.logits ?? t('none'), mono: model.logits !== null },
        { label: t('hook'), value: [plan.hook.tensor].flat().join(', '), mono: true },
        { label: t('hookKind'), value: `${model.hookKind}, ${plan.hook.reduction}` },
        { label: t('hookShape'), value: model.hookShapes.map(shape).join(', '), mono: true },
        {
          label: t('features'),
          value: t('featuresValue', { latent: f.count(model.latentFeatures), entropy: f.count(model.entropyFeatures) }),
        },
      ],
    },
    { kind: 'heading', text: t('preprocess') },
    {
      kind: 'facts',
      rows: [
        { label: t('p.color'), value: p.color },
        { label: t('p.resize'), value: p.resize === null ? t('none') : JSON.stringify(p.resize), mono: p.resize !== null },
        {
          label: t('p.crop'),
          value: p.centerCrop === null ? t('none') : JSON.stringify(p.centerCrop),
          mono: p.centerCrop !== null,
        },
        { label: t('p.scale'), value: String(p.scale), mono: true },
        { label: t('p.mean'), value: p.mean.join(', '), mono: true },
        { label: t('p.std'), value: p.std.join(', '), mono: true },
        { label: t('p.layout'), value: p.layout },
        ...(plan.model.aggregate === undefined
          ? []
          : [{ label: t('aggregate'), value: aggregateText(plan.model.aggregate, c.locale) }]),
        {
          label: t('otherInputs'),
          value: Object.keys(plan.model.otherInputs).length === 0 ? t('none') : JSON.stringify(plan.model.otherInputs),
          mono: true,
        },
      ],
    },
  ];
}

const MOST_REJECTED = 40;

export function dataBlocks(c: Context): Block[] {
  const { t, f, run } = c;
  const { datasets, calibration } = run.results;
  const shared = datasets.reduce((sum, set) => sum + set.duplicatesAcrossRoles, 0);
  const rejected = datasets.flatMap((set) => set.rejected.map((one) => [set.name, { text: one.at, mono: true }, one.reason]));
  const held = calibration.heldOutShare;
  const table: Block = {
    kind: 'table',
    caption: c.table(t('t.sets')),
    columns: [
      left(t('set'), 3),
      left(t('roleOf'), 1.6),
      right(t('images')),
      right(t('rejected')),
      right(t('overlap')),
      left(t('layout'), 1.6),
    ],
    rows: datasets.map((set) => [
      set.name,
      t(`role.${set.role}`),
      f.count(set.count),
      f.count(set.rejected.length),
      f.count(set.duplicatesAcrossRoles),
      layoutName(c.locale, set.layout),
    ]),
    note: t('t.setsNote'),
  };
  return [
    table,
    { kind: 'text', style: 'body', text: shared === 0 ? t('independent') : t('dependent', { count: f.count(shared) }) },
    {
      kind: 'text',
      style: 'body',
      text:
        held === null
          ? t('cal.sets', { count: f.count(calibration.count) })
          : t('cal.held', { count: f.count(calibration.count), share: f.rate(held) }),
    },
    ...classCountBlocks(c),
    places(c, datasets),
    ...(rejected.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: c.table(t('t.rejected')),
            columns: [left(t('set'), 2), left(t('at'), 3), left(t('reason'), 4)],
            rows: rejected.slice(0, MOST_REJECTED),
            note: rejected.length > MOST_REJECTED ? t('moreRejected', { count: f.count(rejected.length - MOST_REJECTED) }) : null,
          },
        ]),
  ];
}

function places(c: Context, datasets: readonly DatasetResult[]): Block {
  const { t } = c;
  return {
    kind: 'table',
    caption: c.table(t('t.places')),
    columns: [left(t('set'), 2), left(t('path'), 3.2), left(t('sha'), 3.2)],
    rows: datasets.map(({ name, path, sha256 }) => [name, { text: path, mono: true }, { text: sha256, mono: true }]),
    note: null,
  };
}
