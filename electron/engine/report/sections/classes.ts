/** Classes in the data, and false alarms class by class: a rate over all images can hide a class that always alarms. */
import { clopperPearson } from '../../metrics/proportion.ts';
import { isAlarm } from '../../metrics/threshold.ts';
import type { ScoredPart } from '../../pipeline/roles.ts';
import type { SampledSet } from '../../pipeline/sampled-set.ts';
import { left, right, type Context } from '../context.ts';
import type { Block, Cell } from '../report-model.ts';

/** With more classes than this only the rarest and the commonest one are named. */
const MOST_NAMED = 12;
const MOST_ROWS = 30;

/** Images of each class of each set; nothing when no set has labels. */
export function classCountBlocks(c: Context): Block[] {
  const { t, f, run } = c;
  const rows = run.roles.sets.flatMap((set): Cell[][] => {
    const { counts, unlabelled } = labelCounts(c, set);
    if (counts.size === 0) return [];
    return [[set.set.name, f.count(counts.size), f.count(unlabelled), perClass(c, set, counts)]];
  });
  if (rows.length === 0) return [{ kind: 'text', style: 'body', text: t('classes.none') }];
  const columns = [left(t('set'), 2), right(t('classes')), right(t('classes.unlabelled')), left(t('classes.images'), 5)];
  return [{ kind: 'table', caption: c.table(t('t.classes')), columns, rows, note: null }];
}

function labelCounts({ run }: Context, set: SampledSet): { counts: Map<number, number>; unlabelled: number } {
  const counts = new Map<number, number>();
  let unlabelled = 0;
  for (const { labels } of run.project.samples.chunkHeads(set.id)) {
    for (const label of labels) {
      if (label < 0) unlabelled++;
      else counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return { counts, unlabelled };
}

function perClass({ t, f }: Context, set: SampledSet, counts: ReadonlyMap<number, number>): string {
  const named = [...counts].sort(([a], [b]) => a - b).map(([label, count]) => ({ name: nameOf(set, label), count }));
  if (named.length <= MOST_NAMED) return named.map(({ name, count }) => `${name}: ${f.count(count)}`).join(', ');
  const sorted = named.toSorted((a, b) => a.count - b.count);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  return t('classes.range', { least: `${least.name}: ${f.count(least.count)}`, most: `${most.name}: ${f.count(most.count)}` });
}

const nameOf = ({ classNames }: SampledSet, label: number): string => classNames?.[label] ?? String(label);

/** False alarms of each class of the labelled test images, the worst first. */
export function classAlarmBlocks(c: Context): Block[] {
  const { t, f, run } = c;
  const tallies = new Map<string, { images: number; alarms: number }>();
  for (const part of run.roles.parts) if (part.role === 'test') tallyPart(c, part, tallies);
  if (tallies.size < 2) return [];
  const sorted = [...tallies].sort(([, a], [, b]) => b.alarms / b.images - a.alarms / a.images);
  return [
    {
      kind: 'table',
      caption: c.table(t('t.classAlarms', { detector: c.name })),
      columns: [left(t('class'), 3), right(t('images')), right(t('alarmed')), right(t('alarmRate'), 2)],
      rows: sorted
        .slice(0, MOST_ROWS)
        .map(([name, { images, alarms }]): Cell[] => [
          name,
          f.count(images),
          f.count(alarms),
          { text: f.rate(alarms / images), light: f.rateInterval(...clopperPearson(alarms, images)) },
        ]),
      note: sorted.length > MOST_ROWS ? t('classes.more', { count: f.count(sorted.length - MOST_ROWS) }) : t('classes.note'),
    },
  ];
}

function tallyPart(
  { run, config }: Context,
  { set, keep }: ScoredPart,
  tallies: Map<string, { images: number; alarms: number }>,
): void {
  const scores = config.scores.get(set.set.name)!;
  let position = 0;
  let row = 0;
  for (const { labels } of run.project.samples.chunkHeads(set.id)) {
    for (const label of labels) {
      if (keep !== null && keep[position++] === 0) continue;
      const alarm = isAlarm(scores[row++], config.threshold) ? 1 : 0;
      if (label < 0) continue;
      const tally = tallies.get(nameOf(set, label)) ?? { images: 0, alarms: 0 };
      tallies.set(nameOf(set, label), { images: tally.images + 1, alarms: tally.alarms + alarm });
    }
  }
}
