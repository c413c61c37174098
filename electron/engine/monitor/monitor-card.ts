/** Puts together the card of an exported monitor. */
import type { ModelWarning } from '../../shared/domain.ts';
import type { MonitorCard, MonitorRate } from '../../shared/monitor-card.ts';
import { VERSION } from '../../shared/version.ts';
import { MIN_DISTANCE, neighbourRule } from '../entropy/kozachenko-leonenko.ts';
import type { Evaluated, FinishedRun } from '../pipeline/run-plan.ts';
import type { SampleJob } from '../sampling/job.ts';
import type { ChosenConfig } from './choose-config.ts';
import { falseAlarmOf, monitorRates, thresholdOfCard } from './monitor-figures.ts';
import type { MonitorHead } from './monitor-head.ts';
import { FILES, OUTPUTS } from './names.ts';
import type { MonitorSpec } from './run-monitor.ts';

export interface CardParts {
  run: FinishedRun;
  asked: ChosenConfig;
  /** What the file was made from: the run, or its evaluation with a bank. */
  evaluated: Omit<Evaluated, 'stored'>;
  chosen: ChosenConfig;
  refitted: boolean;
  head: MonitorHead;
  tailed: { opsets: Record<string, number>; irVersion: number; addedOps: string[]; size: number; sha256: string };
  parity: MonitorCard['parity'];
  golden: MonitorCard['golden'];
  latency: MonitorCard['latency'] | undefined;
  entropies: boolean;
}

export function specOf(
  { input, feed, own, otherInputs, fixedBatch, samples }: MonitorHead,
  job: Pick<SampleJob, 'model'>,
  entropies: boolean,
): MonitorSpec {
  const { preprocess, otherInputs: values } = job.model;
  const { dtype, channels, height, width, batchAxis } = feed;
  return {
    input: { name: input, dtype, layout: preprocess.layout, channels, height, width, batchAxis, fixedBatch },
    otherInputs: Object.fromEntries(otherInputs.map((name) => [name, values[name] ?? 0])),
    preprocess,
    outputs: {
      own,
      score: OUTPUTS.score,
      decision: OUTPUTS.decision,
      entropies: entropies && samples > 0 ? OUTPUTS.entropies : null,
    },
  };
}

export function monitorCard(parts: CardParts): MonitorCard {
  const { run, asked, evaluated, chosen, refitted, head, tailed, parity, golden, latency, entropies } = parts;
  const { results } = evaluated;
  const { plan } = results;
  const { config, scored } = chosen;
  const summary = results.detectors.find(({ detector, pca }) => detector === config.id && pca === config.pca)!;
  const asExported = monitorRates(evaluated, scored);
  const falseAlarm = falseAlarmOf(asExported, plan.threshold, results.calibration.count);
  return {
    schema: 'oodlab.monitor/1',
    oodlab: VERSION,
    name: plan.name,
    detector: {
      id: config.id,
      pca: config.pca,
      space: config.space === 'latent' ? 'latent' : 'entropy',
      features: summary.features,
      nFit: summary.nFit,
      facts: summary.facts,
    },
    hashes: {
      monitor: tailed.sha256,
      model: results.hashes.model,
      plan: run.results.hashes.plan,
      datasets: results.hashes.datasets,
    },
    file: {
      name: FILES.model,
      bytes: tailed.size,
      opsets: tailed.opsets,
      irVersion: tailed.irVersion,
      addedOps: tailed.addedOps,
    },
    ...specOf(head, plan, entropies),
    plan,
    constants: {
      samples: head.samples,
      neighbour: head.samples === 0 ? 0 : neighbourRule(head.samples),
      minDistance: MIN_DISTANCE,
      redrawnMasks: head.info.bankRedraws,
    },
    threshold: thresholdOfCard(scored.threshold),
    falseAlarm,
    masks: {
      evaluated: config.space === 'latent' ? 'none' : run.results.plan.sampling.masks,
      exported: config.space === 'latent' ? 'none' : 'bank',
      refitted,
    },
    figures: { asEvaluated: monitorRates(run, asked.scored), asExported },
    parity,
    ...(latency === undefined ? {} : { latency }),
    golden,
    warnings: [...head.warnings, ...bankWarnings(refitted), ...rateWarnings(asExported, falseAlarm)],
  };
}

function bankWarnings(refitted: boolean): ModelWarning[] {
  if (!refitted) return [];
  return [
    {
      code: 'REFITTED_WITH_BANK',
      message:
        'The evaluation drew masks for each image; a monitor needs the same masks for all. The detector was fitted again on one bank of masks, so it is another detector than the one evaluated: both are stated side by side.',
    },
  ];
}

/** A false-alarm rate whose whole interval lies above what was asked for. */
function rateWarnings(rates: readonly MonitorRate[], { wanted, observed }: MonitorCard['falseAlarm']): ModelWarning[] {
  if (observed === null || observed.rate.low <= wanted) return [];
  const percent = (share: number): string => (100 * share).toFixed(1);
  const sets = rates.filter(({ role }) => role === 'test').map(({ set }) => set);
  return [
    {
      code: 'FALSE_ALARMS_ABOVE_AIM',
      message: `The monitor raises more false alarms on ${sets.join(', ')} than the ${percent(wanted)} % aimed at: ${percent(observed.rate.value)} % (${percent(observed.rate.low)}–${percent(observed.rate.high)}).`,
    },
  ];
}
