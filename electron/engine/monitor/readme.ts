/** The README of a monitor folder: what the file takes and gives, and snippets that run as they stand. */
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { configName } from '../pipeline/detector-configs.ts';
import { snippets } from './readme-snippets.ts';

export function monitorReadme(card: MonitorCard): string {
  const { detector, file, hashes, parity, threshold, falseAlarm, warnings } = card;
  const sections = [
    `# Monitor: ${card.name}`,
    `\`${file.name}\` is the network with a run-time monitor inside (${configName({ id: detector.id, pca: detector.pca })}). It takes what the network takes and gives what the network gives, and two more outputs:`,
    '- `ood_score` float64 [B]: higher means more in-distribution.\n- `in_distribution` bool [B]: false is the alarm.',
    `${threshold.meaning} ${falseAlarm.statement}`,
    inputSection(card),
    '## Check your installation',
    '`monitor.json` holds a few images as they are fed and the answers for them (`golden`). Feed them and compare: the same answers mean that the file is wired up rightly.',
    ...snippets(card),
    '## Facts',
    [
      `- SHA-256 of ${file.name}: ${hashes.monitor}`,
      `- SHA-256 of the network: ${hashes.model}`,
      `- Plan: ${hashes.plan}`,
      `- Operator sets: ${Object.entries(file.opsets)
        .map(([domain, version]) => `${domain} ${version}`)
        .join(
          ', ',
        )}. Everything the monitor adds is standard ONNX (${file.addedOps.join(', ')}) and computes in float64; an accelerator without float64 leaves these few nodes to the CPU.`,
      `- Checked after the export with ONNX Runtime ${parity.onnxruntime} on ${parity.images} images: largest relative difference of a score ${parity.maxRelativeDifference.toExponential(1)} (limit ${parity.limit.toExponential()}), ${parity.flipped} decisions flipped.`,
    ].join('\n'),
    ...(warnings.length === 0 ? [] : ['## Read before use', warnings.map(({ message }) => `- ${message}`).join('\n')]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function inputSection({ input, preprocess, otherInputs }: MonitorCard): string {
  const { fixedBatch, batchAxis } = input;
  const image =
    input.layout === 'NCHW'
      ? `${input.channels}, ${input.height}, ${input.width}`
      : `${input.height}, ${input.width}, ${input.channels}`;
  const batch = !batchAxis
    ? 'one image at a time'
    : fixedBatch === null
      ? 'any batch size'
      : `always ${fixedBatch} image${fixedBatch === 1 ? '' : 's'}; fill a shorter batch up with any image and ignore its answer`;
  const lines = [
    `- \`${input.name}\` ${input.dtype} [${batchAxis ? `${fixedBatch ?? 'B'}, ` : ''}${image}], ${batch}.`,
    `- Preprocessing is not part of the file. In this order: ${steps(preprocess, input.dtype)}.`,
    ...Object.entries(otherInputs).map(([name, value]) => `- \`${name}\`: always ${JSON.stringify(value)}.`),
  ];
  return `## Input\n\n${lines.join('\n')}`;
}

function steps({ color, resize, centerCrop, scale, mean, std }: MonitorCard['preprocess'], dtype: string): string {
  const size =
    resize === null
      ? []
      : 'shorterSide' in resize
        ? [`resize the shorter side to ${resize.shorterSide} (${resize.mode}, as Pillow does)`]
        : [`resize to ${resize.width} x ${resize.height} (width x height, ${resize.mode}, as Pillow does)`];
  const crop = centerCrop === null ? [] : [`crop the centre ${centerCrop.width} x ${centerCrop.height}`];
  const values =
    dtype === 'uint8'
      ? 'feed the bytes as they are'
      : `(value * ${scale} - ${JSON.stringify(mean)}) / ${JSON.stringify(std)} in float32`;
  return [`colour ${color}`, ...size, ...crop, values].join('; ');
}
