/** Before a re-run: are the model and every image still those of the pack? What changed is named, image by image. */
import { hash } from 'node:crypto';
import type { Plan, PlanDataset } from '../../shared/plan.ts';
import { openSet } from '../dataset/set-source.ts';
import { openModel } from '../onnx/open-model.ts';
import type { Evidence } from './open-evidence.ts';

/** @param plan with absolute paths. @returns a sentence for each finding; none: everything is as it was. */
export async function checkInputs(evidence: Evidence, plan: Plan, signal?: AbortSignal): Promise<string[]> {
  const { hashes } = evidence.results;
  const findings: string[] = [];
  const { sha256 } = await openModel(plan.model.path);
  if (sha256 !== hashes.model) {
    findings.push(`Another model: ${plan.model.path} has the SHA-256 ${sha256}, the pack was made with ${hashes.model}.`);
  }
  for (const set of plan.datasets) {
    const opened = await openSet(set, { name: set.name, ...(signal && { signal }) });
    if ((await opened.contentSha256(signal)) === hashes.datasets[set.name]) continue;
    findings.push(...(await changedImages(set, evidence, signal)));
  }
  return findings;
}

/** The bytes of a set differ: which images differ in their pixels? None may, when files were only packed otherwise. */
async function changedImages(set: PlanDataset, { images }: Evidence, signal?: AbortSignal): Promise<string[]> {
  const recorded = new Map(images.filter((image) => image.set === set.name).map((image) => [image.at, image.sha256]));
  const findings: string[] = [];
  const opened = await openSet(set, { name: set.name, ...(signal && { signal }) });
  for await (const record of opened.images(signal ? { signal } : {})) {
    const before = recorded.get(record.at);
    recorded.delete(record.at);
    const sha256 = await record.load().then(
      ({ pixels }) => hash('sha256', pixels),
      () => null,
    );
    if (before === undefined) findings.push(`Another image: ${set.name} holds ${record.at}, which was not there.`);
    else if (sha256 !== before) findings.push(changed(set.name, record.at, sha256, before));
  }
  for (const at of recorded.keys()) findings.push(`Missing image: ${at} of ${set.name} is not there any more.`);
  return findings;
}

function changed(set: string, at: string, now: string | null, before: string | null): string {
  if (now === null) return `Changed image: ${at} of ${set} can no longer be read.`;
  if (before === null) return `Changed image: ${at} of ${set} was rejected then and can be read now.`;
  return `Changed image: ${at} of ${set} has the SHA-256 ${now}, the pack was made with ${before}.`;
}
