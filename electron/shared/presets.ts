/**
 * Known normalisations, offered in the window and tried by the preprocessing check. A preset sets scale, mean and deviation
 * and leaves geometry, colour and layout alone.
 */
import type { Preprocess } from './plan.ts';

interface Normalisation {
  scale: number;
  /** For red, green, blue; a grey image gets their average. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Sources: torchvision (ImageNet), the training sets themselves (CIFAR-10, Fashion-MNIST). */
export const PRESETS = {
  imagenet: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  cifar10: { scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  fashion: { scale: 1 / 255, mean: [0.286, 0.286, 0.286], std: [0.353, 0.353, 0.353] },
  unit: { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  symmetric: { scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  raw: { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
} as const satisfies Record<string, Normalisation>;

export type PresetId = keyof typeof PRESETS;
export const PRESET_IDS = Object.keys(PRESETS) as PresetId[];

export function withPreset(preprocess: Preprocess, id: PresetId): Preprocess {
  const { scale, mean, std } = PRESETS[id];
  return { ...preprocess, scale, mean: forColour(mean, preprocess.color), std: forColour(std, preprocess.color) };
}

/** The preset whose values these are, or null for values of one's own. */
export function presetOf(preprocess: Preprocess): PresetId | null {
  return PRESET_IDS.find((id) => hasSameValues(preprocess, withPreset(preprocess, id))) ?? null;
}

function forColour([red, green, blue]: readonly [number, number, number], color: Preprocess['color']): number[] {
  if (color === 'gray') return [Number(((red + green + blue) / 3).toFixed(4))];
  if (red === green && green === blue) return [red];
  return color === 'bgr' ? [blue, green, red] : [red, green, blue];
}

function hasSameValues(a: Preprocess, b: Preprocess): boolean {
  const near = (x: number, y: number): boolean => Math.abs(x - y) < 5e-5;
  const channels = [0, 1, 2].map((c) => [a.mean, b.mean, a.std, b.std].map((values) => values[c] ?? values[0]));
  return near(a.scale, b.scale) && channels.every(([ma, mb, sa, sb]) => near(ma, mb) && near(sa, sb));
}
