/** Puts the outcome of a run into the pinned shape `oodlab.results/1`. */
import { cpus, release, type } from 'node:os';
import type { ModelWarning } from '../../shared/domain.ts';
import type { Hygiene } from '../../shared/hygiene.ts';
import type { DatasetResult, DetectorSummary, NotRun, Results, SeverityLadder, StageTiming } from '../../shared/results.ts';
import { VERSION } from '../../shared/version.ts';
import { inputLines } from '../evidence/inputs.ts';
import { merkleRoot } from '../evidence/merkle.ts';
import type { SamplerInfo } from '../sampling/job.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';
import type { Figures } from './figures-stage.ts';
import type { PlanFile } from './resolve-plan.ts';
import type { Roles } from './roles.ts';
import type { Sampled } from './sample-sets.ts';
import { duplicatesAcrossRoles } from './sampled-set.ts';

interface Parts extends Figures {
  file: PlanFile;
  planHash: string;
  sampled: Sampled;
  roles: Roles;
  samples: SampleRepository;
  detectors: DetectorSummary[];
  severity: SeverityLadder | null;
  baselines: DetectorSummary[];
  notRun: NotRun[];
  warnings: ModelWarning[];
  hygiene: Hygiene;
  processes: number;
  stages: StageTiming[];
}

export function buildResults(parts: Parts): Results {
  const { sampled, file } = parts;
  const { info } = sampled;
  const duplicates = duplicatesAcrossRoles(parts.samples, sampled.sets);
  const datasets = sampled.sets.map((set, i): DatasetResult => ({
    name: set.set.name,
    role: set.set.role,
    path: file.plan.datasets[i].path,
    layout: set.layout,
    entries: set.entries,
    count: set.count,
    rejected: set.rejected,
    duplicatesAcrossRoles: duplicates[i],
    sha256: set.sha256,
  }));
  const runtime = { ...file.plan.runtime, batchSize: info.batchSize, threads: info.threads };
  const model = { ...file.plan.model, input: info.input, logits: info.logits };
  return {
    schema: 'oodlab.results/1',
    plan: { ...file.plan, model, runtime },
    hashes: {
      model: info.modelSha256,
      plan: parts.planHash,
      datasets: Object.fromEntries(datasets.map(({ name, sha256 }) => [name, sha256])),
      inputs: merkleRoot(inputLines(info.modelSha256, sampled.sets, parts.samples)),
    },
    environment: {
      oodlab: VERSION,
      node: process.versions.node,
      onnxruntime: info.runtimeVersion,
      os: `${type()} ${release()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
      ...providerOf(info),
      threads: info.threads,
      processes: parts.processes,
    },
    model: {
      input: info.input,
      inputShape: info.inputShape,
      logits: info.logits,
      hookKind: info.hookKind,
      hookShapes: info.hookShapes,
      latentFeatures: info.latentDim,
      entropyFeatures: info.entropyDim,
    },
    datasets,
    calibration: parts.roles.calibration,
    detectors: parts.detectors,
    ...optionalParts(parts),
    metrics: parts.metrics,
    statistics: parts.statistics,
    selection: parts.selection,
    redrawnMasks: info.bankRedraws + sampled.sets.reduce((sum, set) => sum + set.redraws, 0),
    hygiene: parts.hygiene,
    warnings: [...parts.warnings, ...duplicateWarnings(datasets)],
    timing: [
      ...sampled.sets.map((set) => ({ stage: 'sample', set: set.set.name, images: set.entries, seconds: set.seconds })),
      ...parts.stages,
    ],
  };
}

function providerOf({ provider, providerCheck }: SamplerInfo): Pick<Results['environment'], 'provider' | 'providerCheck'> {
  return { provider, ...(providerCheck && { providerCheck }) };
}

function optionalParts({ baselines, notRun, severity }: Parts): Pick<Results, 'baselines' | 'notRun' | 'severity'> {
  return {
    ...(baselines.length > 0 && { baselines }),
    ...(notRun.length > 0 && { notRun }),
    ...(severity !== null && { severity }),
  };
}

function duplicateWarnings(datasets: readonly DatasetResult[]): ModelWarning[] {
  return datasets
    .filter((set) => set.duplicatesAcrossRoles > 0)
    .map((set) => ({
      code: 'DUPLICATES_ACROSS_ROLES',
      message: `${set.duplicatesAcrossRoles} images of ${set.name} (${set.role}) stand in a set of another role too, pixel for pixel.`,
    }));
}
