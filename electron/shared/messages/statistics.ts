/** Texts that say what the tests between detectors found. */
import { catalogue } from './catalogue.ts';

export const STATISTICS_TEXTS = catalogue(
  {
    first: 'On {set}, {leader} has the largest AUROC, {auroc}',
    'first.alone': '{first}; each of the {count} others is lower ({p} at most).',
    'first.only': '{first}.',
    'first.tied': '{first}; {names} cannot be told apart from it.',
    'tied.name': '{name} ({p})',
    'tied.more': '{count} more',
    'main.counts':
      'On {set}, {main} is above {above} of the {count} others and below {below}; {tied} cannot be told apart from it.',
    apart: '{a} separates better than {b} on {set}: by {difference} ({interval}), {p}.',
    same: '{a} and {b} cannot be told apart on {set}: {p}.',
    belowChance: 'On {set}, {name} lies below chance: AUROC {auroc}, shown as it is.',
    'p.equal': 'p = {p}',
    'p.below': 'p < {p}',
    holm: 'Paired DeLong tests on the same images, p-values by Holm over the {count} tests on each OoD set.',
    'pairs.all': 'Every detector is held against every other.',
    'pairs.main': 'With more than {most} detectors only {main} is held against the others; which one was fixed before the tests.',
    realised:
      'Set on {n} images for {asked}, the threshold’s real false-alarm rate has the mean {mean} and lies between {low} and {high} for nine of ten calibration sets; above {asked} with a chance of {above}.',
    guaranteed:
      'Rank {rank} of the calibration scores instead of rank {own} would keep it at most {asked} for nine of ten calibration sets.',
    unguaranteed: 'No threshold from {n} images could promise at most {asked} for nine of ten calibration sets.',
    and: 'and',
  },
  {
    first: 'Sur {set}, {leader} a la plus grande AUROC, {auroc}',
    'first.alone': '{first} ; chacun des {count} autres est en dessous ({p} au plus).',
    'first.only': '{first}.',
    'first.tied': '{first} ; {names} ne s’en distingue(nt) pas.',
    'tied.name': '{name} ({p})',
    'tied.more': '{count} de plus',
    'main.counts':
      'Sur {set}, {main} est au-dessus de {above} des {count} autres et au-dessous de {below} ; {tied} ne s’en distinguent pas.',
    apart: '{a} sépare mieux que {b} sur {set} : de {difference} ({interval}), {p}.',
    same: '{a} et {b} ne se distinguent pas sur {set} : {p}.',
    belowChance: 'Sur {set}, {name} est sous le hasard : AUROC {auroc}, montrée telle quelle.',
    'p.equal': 'p = {p}',
    'p.below': 'p < {p}',
    holm: 'Tests appariés de DeLong sur les mêmes images, valeurs p par Holm sur les {count} tests de chaque jeu OoD.',
    'pairs.all': 'Chaque détecteur est comparé à tous les autres.',
    'pairs.main': 'Au-delà de {most} détecteurs, seul {main} est comparé aux autres ; il a été fixé avant les tests.',
    realised:
      'Réglé sur {n} images pour {asked}, le seuil a un vrai taux de fausses alarmes de moyenne {mean}, entre {low} et {high} pour neuf jeux de calibrage sur dix ; au-dessus de {asked} avec une probabilité de {above}.',
    guaranteed:
      'Le rang {rank} des scores de calibrage au lieu du rang {own} le tiendrait à {asked} au plus pour neuf jeux de calibrage sur dix.',
    unguaranteed: 'Aucun seuil tiré de {n} images ne peut promettre {asked} au plus pour neuf jeux de calibrage sur dix.',
    and: 'et',
  },
);
