/** Every corruption by its id. A new one is a new file, a line here and its id in shared/corruptions.ts. */
import type { CorruptionId, SeverityLevel } from '../../shared/corruptions.ts';
import { contrast } from './contrast.ts';
import { deadRows } from './dead-rows.ts';
import { defocusBlur } from './defocus-blur.ts';
import { overExposure, underExposure } from './exposure.ts';
import { fog } from './fog.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import type { ImageRandom } from './image-random.ts';
import { jpeg } from './jpeg.ts';
import { motionBlur } from './motion-blur.ts';
import { mud } from './mud.ts';
import { occlusion } from './occlusion.ts';
import type { Planes } from './planes.ts';
import { rain } from './rain.ts';
import { shotNoise } from './shot-noise.ts';
import { snow } from './snow.ts';
import { soiling } from './soiling.ts';
import { sunFlare } from './sun-flare.ts';

/** Pure; what it gives may lie outside [0, 1] and is cut. */
export type Corruption = (picture: Planes, severity: SeverityLevel, random: ImageRandom) => Planes;

export const CORRUPTIONS: Readonly<Record<CorruptionId, Corruption>> = {
  'gaussian-noise': gaussianNoise,
  'shot-noise': shotNoise,
  'defocus-blur': defocusBlur,
  'gaussian-blur': gaussianBlur,
  'motion-blur': motionBlur,
  fog,
  rain,
  snow,
  'over-exposure': overExposure,
  'under-exposure': underExposure,
  contrast,
  jpeg,
  occlusion,
  'dead-rows': deadRows,
  mud,
  soiling,
  'sun-flare': sunFlare,
};
