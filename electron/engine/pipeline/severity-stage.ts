/**
 * The severity ladder: for each corruption and strength, how many images raise an alarm and how many are still classified
 * right. One configuration of each detector and baseline, the thresholds of the run. The steps share their images, and the
 * AUROC's interval takes corrupted and clean images for independent, which makes it rather too wide than too narrow.
 */
import type { Plan } from '../../shared/plan.ts';
import type { ConfigName, Estimate, SeverityLadder, SeverityStep } from '../../shared/results.ts';
import { predictions } from '../baselines/logit-scores.ts';
import { aurocInterval } from '../metrics/auroc-interval.ts';
import { auroc } from '../metrics/curves.ts';
import { clopperPearson } from '../metrics/proportion.ts';
import { rank } from '../metrics/ranking.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';
import { countAlarms, type ScoredConfig } from './evaluate-stage.ts';
import { scorePart, type Scorer } from './fit-stage.ts';
import { ladderSets } from './ladder-sets.ts';
import { scorersOf, type Scored } from './method-stage.ts';
import type { ScoredPart } from './roles.ts';
import type { SampledSet } from './sampled-set.ts';
import { progressOf, timed, type Stage } from './stage.ts';
import { concatenate, loadLabels, matrixBlocks } from './vectors.ts';

interface Measured {
  config: ScoredConfig;
  scorer: Scorer;
  /** Scores of the clean test images of the run. */
  ind: Float64Array;
}

/** null: the plan has no ladder, the test sets are sealed, or there is nothing to score with. */
export async function severityLadder(stage: Stage, scored: Scored, main: ConfigName | null): Promise<SeverityLadder | null> {
  const { severity } = stage.plan;
  const sets = stage.sampled.ladder;
  const methods = chosenMethods(stage, scored, main);
  if (severity === undefined || sets === undefined || methods.length === 0) return null;
  return timed(stage, 'severity', () => climb(stage, { severity, sets, methods }));
}

interface Ladder {
  severity: NonNullable<Plan['severity']>;
  sets: readonly SampledSet[];
  methods: readonly Measured[];
}

async function climb(stage: Stage, { severity, sets, methods }: Ladder): Promise<SeverityLadder> {
  const { plan, work } = stage;
  const progress = progressOf(stage, 'severity', sets.length + 1);
  const clean = firstOf(stage, severity.from, sets[0].entries);
  const start = await cleanStep(stage, clean, methods);
  progress.advance(1, severity.from);
  const steps: SeverityStep[] = [];
  for (const [i, { derive }] of ladderSets(plan).entries()) {
    work.signal?.throwIfAborted();
    const part: ScoredPart = { set: sets[i], role: 'ood', keep: null, split: null };
    const { corruption, severity: strength } = derive;
    const step = { corruption, severity: strength, count: sets[i].count, accuracy: accuracyOf(stage, part) };
    steps.push({ ...step, detectors: await detections(stage, part, methods) });
    progress.advance(1, sets[i].set.name);
  }
  return { from: severity.from, seed: severity.seed, clean: start, steps };
}

/** Of each detector and baseline the configuration that the run is about, else the first; all in the order of the run. */
function chosenMethods({ roles, work }: Stage, scored: Scored, main: ConfigName | null): Measured[] {
  const tests = roles.parts.filter(({ role }) => role === 'test').map(({ set }) => set.set.name);
  if (tests.length === 0) return [];
  const scorers = scorersOf(scored, work);
  const isMain = ({ id, pca }: ScoredConfig): boolean => id === main?.detector && pca === main.pca;
  const { scored: configs } = scored;
  return configs.flatMap((config, i): Measured[] => {
    const same = configs.filter(({ id }) => id === config.id);
    if (config !== (same.find(isMain) ?? same[0])) return [];
    return [{ config, scorer: scorers[i], ind: concatenate(tests.map((name) => config.scores.get(name)!)) }];
  });
}

/** The images that the ladder is drawn onto, as they are. */
function firstOf({ sampled, options }: Stage, from: string, entries: number): ScoredPart {
  const set = sampled.sets.find((one) => one.set.name === from)!;
  if (entries >= set.entries) return { set, role: 'test', keep: null, split: null };
  const indices = Array.from(options.project.samples.chunkHeads(set.id), (chunk) => [...chunk.indices]).flat();
  return { set, role: 'test', keep: Uint8Array.from(indices, (index) => Number(index < entries)), split: { first: entries } };
}

async function cleanStep(stage: Stage, part: ScoredPart, methods: readonly Measured[]): Promise<SeverityLadder['clean']> {
  const detectors: SeverityLadder['clean']['detectors'] = [];
  let count = 0;
  for (const { config, scorer } of methods) {
    const scores = await scorePart(scorer, part, stage.options.project);
    count = scores.length;
    detectors.push({ detector: config.id, pca: config.pca, alarmRate: alarmed(scores, config) });
  }
  return { count, accuracy: accuracyOf(stage, part), detectors };
}

async function detections(stage: Stage, part: ScoredPart, methods: readonly Measured[]): Promise<SeverityStep['detectors']> {
  const found: SeverityStep['detectors'] = [];
  for (const { config, scorer, ind } of methods) {
    const scores = await scorePart(scorer, part, stage.options.project);
    const value = auroc(rank(ind, scores));
    const [low, high] = aurocInterval(value, ind, scores);
    found.push({
      detector: config.id,
      pca: config.pca,
      detectionRate: alarmed(scores, config),
      auroc: { value, low, high },
    });
  }
  return found;
}

const alarmed = (scores: Float64Array, { threshold }: ScoredConfig): Estimate =>
  share(countAlarms(scores, threshold), scores.length);

function share(k: number, n: number): Estimate {
  const [low, high] = clopperPearson(k, n);
  return { value: k / n, low, high };
}

/** Right answers among the images with a label. */
function accuracyOf({ options }: Stage, { set, keep }: ScoredPart): Estimate | null {
  const { samples } = options.project;
  const labels = loadLabels(samples, [set.id], keep);
  const predicted = predictedOf(samples, set.id, keep);
  if (predicted === null) return null;
  const labelled = [...labels.keys()].filter((row) => labels[row] >= 0);
  const right = labelled.filter((row) => predicted[row] === labels[row]).length;
  return labelled.length === 0 ? null : share(right, labelled.length);
}

/** null: the model has no logits. */
function predictedOf(samples: SampleRepository, id: number, keep: Uint8Array | null): number[] | null {
  const predicted: number[] = [];
  for (const block of matrixBlocks(samples, id, 'logits', keep)) {
    if (block.cols === 0) return null;
    predicted.push(...predictions(block));
  }
  return predicted.length === 0 ? null : predicted;
}
