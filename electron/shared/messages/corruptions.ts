/** What the synthetic anomalies are called. */
import type { CorruptionId } from '../corruptions.ts';
import { catalogue, say, type Locale } from './catalogue.ts';

export const corruptionTexts = catalogue(
  {
    'gaussian-noise': 'Gaussian noise',
    'shot-noise': 'Shot noise',
    'defocus-blur': 'Defocus',
    'gaussian-blur': 'Gaussian blur',
    'motion-blur': 'Motion blur',
    fog: 'Fog',
    rain: 'Rain',
    snow: 'Snow',
    'over-exposure': 'Over-exposure',
    'under-exposure': 'Under-exposure',
    contrast: 'Low contrast',
    jpeg: 'JPEG compression',
    occlusion: 'Occlusion',
    'dead-rows': 'Dead sensor rows',
    mud: 'Mud on the lens',
    soiling: 'Soiling drops',
    'sun-flare': 'Sun flare',
  } satisfies Record<CorruptionId, string>,
  {
    'gaussian-noise': 'Bruit gaussien',
    'shot-noise': 'Bruit de photons',
    'defocus-blur': 'Défaut de mise au point',
    'gaussian-blur': 'Flou gaussien',
    'motion-blur': 'Flou de bougé',
    fog: 'Brouillard',
    rain: 'Pluie',
    snow: 'Neige',
    'over-exposure': 'Surexposition',
    'under-exposure': 'Sous-exposition',
    contrast: 'Faible contraste',
    jpeg: 'Compression JPEG',
    occlusion: 'Occultation',
    'dead-rows': 'Lignes mortes du capteur',
    mud: 'Boue sur l’objectif',
    soiling: 'Gouttes et poussière',
    'sun-flare': 'Éblouissement du soleil',
  },
);

export const corruptionName = (id: CorruptionId, locale: Locale): string => say(corruptionTexts, locale, id);
