/**
 * A finished run and a person's fields become a report: every section of FIELD.md section 4, in its order. The same run,
 * fields and date give the same report.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ReportKey } from '../../shared/messages/report.ts';
import { specialFunctions } from '../metrics/proportion.ts';
import { canonicalJson } from '../pipeline/keys.ts';
import { reportContext, type Context, type ContextOptions } from './context.ts';
import type { Block, Report, Section } from './report-model.ts';
import { coverBlocks } from './sections/cover.ts';
import { dataCheckBlocks } from './sections/data-checks.ts';
import { noiseBlocks } from './sections/noise.ts';
import { operatingBlocks, stabilityBlocks } from './sections/operating.ts';
import {
  annexBlocks,
  failureBlocks,
  limitBlocks,
  methodBlocks,
  reproduceBlocks,
  runtimeBlocks,
  traceBlocks,
} from './sections/rest.ts';
import { severityBlocks } from './sections/severity.ts';
import { resultsBlocks } from './sections/results.ts';
import { dataBlocks, itemBlocks, scopeBlocks } from './sections/subject.ts';

const ORDER = [
  'verdict',
  'scope',
  'item',
  'data',
  'method',
  'results',
  'operating',
  'stability',
  'runtime',
  'failures',
  'limits',
  'reproduce',
  'trace',
  'annex',
] as const;

/** @param options.date stamped on the report, not part of its content hash. */
export async function buildReport(options: ContextOptions & { date: Date }): Promise<Report> {
  await specialFunctions;
  const c = reportContext(options);
  const { t, fields } = c;
  const { results } = options.run;
  const titles = new Map<string, string>(ORDER.map((key, i) => [key, `${i + 1} ${t(`s.${key}` as ReportKey)}`]));
  const section = (key: (typeof ORDER)[number], blocks: Block[]): Section => ({ title: titles.get(key)!, blocks });
  const project = fields.project || results.plan.name;
  const content = {
    locale: c.locale,
    paper: fields.paper,
    title: fields.title || t('title'),
    subtitle: t('subtitle', {
      project,
      detector: c.name,
      hook: [results.plan.hook.tensor].flat().join(', '),
      model: path.basename(results.plan.model.path),
    }),
    reportId: fields.reportId || `${t('reportId')} ${results.hashes.plan.slice(0, 8)}`,
    project,
    author: fields.author,
    status: t(fields.status),
    planHash: results.hashes.plan,
    sections: [
      { title: titles.get('verdict')!, blocks: coverBlocks(c) },
      section('scope', scopeBlocks(c)),
      section('item', await itemBlocks(c)),
      section('data', [...dataBlocks(c), ...dataCheckBlocks(c)]),
      section('method', methodBlocks(c)),
      section('results', resultsBlocks(c)),
      section('operating', operatingBlocks(c)),
      section('stability', robustnessBlocks(c)),
      section('runtime', runtimeBlocks(c)),
      section('failures', await failureBlocks(c)),
      section('limits', limitBlocks(c)),
      section('reproduce', reproduceBlocks(c)),
      section('trace', traceBlocks(c, titles)),
      section('annex', annexBlocks(c)),
    ],
  };
  const contentHash = createHash('sha256')
    .update(canonicalJson(plain(content)))
    .digest('hex');
  return { ...content, contentHash, date: options.date.toISOString() };
}

/** Seeds, then what was measured besides, under headings of their own. */
function robustnessBlocks(c: Context): Block[] {
  const section = ORDER.indexOf('stability') + 1;
  const noise = noiseBlocks(c, `${section}.1`);
  return [...stabilityBlocks(c), ...noise, ...severityBlocks(c, `${section}.${noise.length > 0 ? 2 : 1}`)];
}

/** Pictures as text: canonical JSON would write each of their bytes as a key. */
function plain(content: unknown): unknown {
  const text = JSON.stringify(content, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
  return JSON.parse(text);
}
