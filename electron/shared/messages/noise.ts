/** Texts about the noise of the Monte-Carlo draw: for results, command line, report and window. */
import { catalogue } from './catalogue.ts';

export const NOISE_TEXTS = catalogue(
  {
    moved:
      '{detector}, {samples} samples: another draw of the masks moves the score of an image by {sd} (standard deviation, mean over the images; {relative} of that of normal images). Two draws decide {pair} of the images differently; {flips} are not decided alike by all {seeds}, and {near} of the tenth nearest to the threshold.',
    enough:
      'Recommended: {recommended} samples, the fewest at which two draws decide at most {bound} of the images differently and more samples do not raise an AUROC above its interval.',
    notEnough:
      'No number of samples is recommended: even with {most}, two draws decide {left} of the images differently, and {bound} is the most that would do.',
    looked: 'It is read off the test and OoD images: a plan that takes it over has seen them.',
    note: '{seeds} draws of the masks, seeds {first} to {last}. Images, hold-out and rules are the same in all of them; each draw is fitted and gets its threshold anew. AUROC: mean of the OoD sets.',
    heading: 'Noise of the draw and number of samples',
    samples: 'Samples',
    sd: 'Score SD',
    relative: 'SD / InD SD',
    pair: 'Two draws differ',
    flips: 'Not all alike',
    near: 'Near the threshold',
    auroc: 'AUROC',
    recommended: 'Recommended N',
    none: 'none',
    detector: 'Detector',
    'table.samples': '{detector} by number of samples',
    'table.detectors': 'All detectors, {samples} samples',
  },
  {
    moved:
      '{detector}, {samples} tirages : un autre tirage des masques déplace le score d’une image de {sd} (écart-type, moyenne sur les images ; {relative} de celui des images normales). Deux tirages décident autrement de {pair} des images ; {flips} ne reçoivent pas la même décision des {seeds}, et {near} du dixième le plus proche du seuil.',
    enough:
      'Recommandé : {recommended} tirages, le plus petit nombre où deux tirages des masques décident autrement d’au plus {bound} des images et où davantage ne porte aucune AUROC au-dessus de son intervalle.',
    notEnough:
      'Aucun nombre de tirages n’est recommandé : même avec {most}, deux tirages des masques décident autrement de {left} des images, et {bound} serait le plus admis.',
    looked: 'Lu sur les images de test et OoD : un plan qui le reprend les a vues.',
    note: '{seeds} tirages des masques, graines {first} à {last}. Images, mise à part et règles y sont les mêmes ; chaque tirage est ajusté et reçoit son seuil à neuf. AUROC : moyenne des jeux OoD.',
    heading: 'Bruit du tirage et nombre de tirages',
    samples: 'Tirages',
    sd: 'É.-t. du score',
    relative: 'É.-t. / é.-t. InD',
    pair: 'Deux diffèrent',
    flips: 'Pas tous d’accord',
    near: 'Près du seuil',
    auroc: 'AUROC',
    recommended: 'N recommandé',
    none: 'aucun',
    detector: 'Détecteur',
    'table.samples': '{detector} selon le nombre de tirages',
    'table.detectors': 'Tous les détecteurs, {samples} tirages',
  },
);
