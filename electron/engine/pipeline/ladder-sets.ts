/** The sets that a severity ladder is sampled on: the first images of a test set, under each corruption and severity. */
import type { Plan, PlanDataset } from '../../shared/plan.ts';

export type LadderSet = PlanDataset & { derive: NonNullable<PlanDataset['derive']> };

export function withoutLadder({ severity, ...plan }: Plan): Plan {
  void severity;
  return plan;
}

/** In the order of the corruptions, then of the severities; none without a ladder, and none while test images are sealed. */
export function ladderSets({ severity, datasets }: Plan, sealed = false): LadderSet[] {
  if (severity === undefined || sealed) return [];
  const { from, corruptions, severities, seed } = severity;
  const { path, format, limit } = datasets.find(({ name }) => name === from)!;
  const most = severity.limit === null ? limit : Math.min(severity.limit, limit ?? Infinity);
  const taken = new Set(datasets.map(({ name }) => name));
  return corruptions.flatMap((corruption) =>
    severities.map((step) => {
      let name = `${from}, ${corruption} ${step}`;
      while (taken.has(name)) name += "'";
      const derive = { from, corruption, severity: step, seed };
      return { name, role: 'ood', path, format, limit: most, derive };
    }),
  );
}
