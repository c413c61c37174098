/** The hygiene checks in the report, one row an OoD set; every cue stands in results.json. */
import type { CueRow, Hygiene } from '../../../shared/hygiene.ts';
import { say, type Values } from '../../../shared/messages/catalogue.ts';
import { type DataCheckKey, dataCheckTexts } from '../../../shared/messages/data-checks.ts';
import { cueNames } from '../../../shared/messages/hygiene.ts';
import { left, right, type Context } from '../context.ts';
import type { Block, Cell } from '../report-model.ts';

/** Pairs that are printed. */
const PAIRS = 10;

type Say = (key: DataCheckKey, values?: Values) => string;

export function dataCheckBlocks(c: Context): Block[] {
  const { hygiene } = c.run.results;
  const t: Say = (key, values) => say(dataCheckTexts, c.locale, key, values);
  const heading: Block = { kind: 'heading', text: t('title') };
  const body = (text: string): Block => ({ kind: 'text', style: 'body', text });
  if (hygiene === undefined) return [heading, body(t('older'))];
  const { cues, nearDuplicates, fed, atFloor, unknown } = hygiene;
  return [
    heading,
    body(t('lead')),
    cues.length === 0 ? body(t('noCues')) : cueTable(c, t, hygiene),
    ...(nearDuplicates.pairs.length === 0 ? [body(t('near.none'))] : [pairTable(c, t, hygiene)]),
    ...(fed.length === 0 ? [] : [fedTable(c, t, hygiene)]),
    ...Object.entries(atFloor ?? {}).map(([set, share]) => body(t('floor', { set, share: c.f.rate(share) }))),
    ...(unknown.length === 0 ? [] : [body(t('unknown', { sets: unknown.join(', ') }))]),
  ];
}

function cueTable({ f, locale, table }: Context, t: Say, { cues, cueBound }: Hygiene): Block {
  const separation = ({ auroc }: CueRow): number => Math.max(auroc.value, 1 - auroc.value);
  const oods = [...new Set(cues.map(({ ood }) => ood))];
  return {
    kind: 'table',
    caption: table(t('cues')),
    columns: [
      left(t('set'), 2),
      left(t('strongest'), 1.6),
      right(t('auroc'), 1.8),
      right(t('medians'), 1.8),
      left(t('warned'), 2.4),
    ],
    rows: oods.map((ood): Cell[] => {
      const rows = cues.filter((row) => row.ood === ood).sort((a, b) => separation(b) - separation(a));
      const [{ cue, auroc, medianInd, medianOod }] = rows;
      const warned = rows.filter(({ separates }) => separates).map((row) => say(cueNames, locale, row.cue));
      return [
        ood,
        say(cueNames, locale, cue),
        { text: f.area(auroc.value), light: f.areaInterval(auroc.low, auroc.high) },
        `${f.number(medianInd)}, ${f.number(medianOod)}`,
        warned.length === 0 ? t('none') : warned.join(', '),
      ];
    }),
    note: t('cuesNote', { bound: f.area(cueBound), mirror: f.area(1 - cueBound) }),
  };
}

function pairTable({ f, table }: Context, t: Say, { nearDuplicates }: Hygiene): Block {
  const place = ({ set, at }: { set: string; at: string }): Cell => ({ text: `${set}: ${at}`, mono: true });
  return {
    kind: 'table',
    caption: table(t('near')),
    columns: [left(t('image'), 3), left(t('alike'), 3), right(t('correlation'))],
    rows: nearDuplicates.pairs.slice(0, PAIRS).map(({ a, b, correlation }) => [place(a), place(b), f.fixed(correlation, 4)]),
    note: t('nearNote'),
  };
}

function fedTable({ f, table, t: report }: Context, t: Say, { fed }: Hygiene): Block {
  return {
    kind: 'table',
    caption: table(t('fed')),
    columns: [left(t('set2'), 2), left(report('roleOf')), right(t('mean'), 2), right(t('deviation'), 2)],
    rows: fed.map(({ set, role, mean, deviation }) => [
      set,
      report(`role.${role}`),
      mean.map((value) => f.fixed(value, 3)).join(', '),
      deviation.map((value) => f.fixed(value, 3)).join(', '),
    ]),
    note: t('fedNote'),
  };
}
