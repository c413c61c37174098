/** Where a project stands, as the start page says it without opening the project. */
import { z } from 'zod';
import { STEPS, type ProjectView } from './views.ts';

export const standingSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stamp'),
    state: z.enum(['sealed', 'confirmatory', 'exploratory']),
    looks: z.number().int().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('unfinished'), run: z.number().int() }),
  z.strictObject({ kind: z.literal('step'), step: z.enum(STEPS) }),
]);
export type Standing = z.infer<typeof standingSchema>;

/** The stamp of the newest run, or that it did not end well; without runs the first step that is not done. */
export function standingOf({ runs, steps }: Pick<ProjectView, 'runs' | 'steps'>): Standing {
  const newest = runs.toSorted((a, b) => b.id - a.id).at(0);
  if (newest !== undefined && newest.state !== 'done') return { kind: 'unfinished', run: newest.id };
  if (newest?.stamp != null) return { kind: 'stamp', state: newest.stamp.state, looks: newest.stamp.looks };
  const open = steps.find(({ state }) => state !== 'done' && state !== 'attention');
  return { kind: 'step', step: open?.id ?? 'export' };
}
