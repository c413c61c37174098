/**
 * Warnings of the hygiene checks: what was found, its figure, and what to do. results.json holds the code and the values, so
 * that window and report say it in their own language.
 */
import type { ModelWarning } from '../domain.ts';
import { formats, type Formats } from '../format.ts';
import type { CueId } from '../hygiene.ts';
import { catalogue, say, type Locale } from './catalogue.ts';

export const cueNames = catalogue<CueId>(
  {
    fileBytes: 'file size',
    jpegQuality: 'JPEG quality',
    pixels: 'resolution',
    aspect: 'aspect ratio',
    brightness: 'brightness',
    contrast: 'contrast',
    redGreen: 'red against green',
    yellowBlue: 'yellow against blue',
    sharpness: 'sharpness',
  },
  {
    fileBytes: 'taille du fichier',
    jpegQuality: 'qualité JPEG',
    pixels: 'résolution',
    aspect: 'rapport largeur/hauteur',
    brightness: 'luminosité',
    contrast: 'contraste',
    redGreen: 'rouge contre vert',
    yellowBlue: 'jaune contre bleu',
    sharpness: 'netteté',
  },
);

export const hygieneTexts = catalogue(
  {
    CUE_OF_FILE:
      '{ood} can be told from the test images by how its files were saved, without any network: {cues}; AUROC {auroc} ({low}–{high}) for the first alone. Save both sets alike (format, size, quality) before the figures are used.',
    CUE_OF_PICTURE:
      '{ood} can be told from the test images without any network: {cues}; AUROC {auroc} ({low}–{high}) for the first alone. A detector that does no better has shown nothing of the network: match the sets in it, or add an OoD set that is alike.',
    NEAR_DUPLICATES:
      '{count} images of {set} have a near-duplicate (resaved, resized or brightened) in a set of another role. Look at the pairs and take real ones out of one of the sets: figures on them are too good.',
    CLASS_IMBALANCE:
      '{set}: its largest class, {large}, has {ratio} times the images of its smallest, {small} ({count}). The figures speak for the large classes: look at the small ones apart, or balance the set.',
    CLASS_NOT_FITTED:
      '{set} holds classes that no fit image has ({count}, the first is {name}). Their images count as in-distribution and look like OoD: add them to the fit sets, or take them out.',
    SMALL_SET:
      '{set} holds {count} images: a rate of 90 % found on them has a 95 % interval from {lowRate} to {highRate}. Add images, or claim no more than the interval.',
    SMALL_FIT:
      '{detector} was fitted on {count} images for {features} features, fewer than {factor} a feature, so that its covariance is poorly known. Add fit images, or choose a smaller PCA size.',
    NEAR_SINGULAR:
      '{detector}: the covariance has rank {rank} of {features} and condition number {condition}. Its narrowest directions are mostly rounding and noise: choose a PCA size below the rank.',
    ENTROPY_FLOOR:
      '{set}: {share} of its entropies lie at the floor of the estimator, where the masks did not move a feature. Choose a hook with fewer dead channels, larger blocks or a larger drop probability.',
    NOT_FINITE:
      '{set}: the network gave values that are not finite for {count} of {of} images, which were rejected. In operation such an image must count as an alarm; check weights and preprocessing.',
    FED_NOT_NORMALISED:
      '{set} reaches the network with mean {mean} and standard deviation {deviation} (channel {channel}), where the normalisation aims at 0 and 1. Check scale, mean and standard deviation of the preprocessing.',
    FED_DRIFT:
      '{set} is fed otherwise than {fit}: in channel {channel} its mean is off by {shift} standard deviations and its standard deviation is {ratio} times as large. Check that both were recorded and saved alike.',
    HYGIENE_UNKNOWN:
      'Of {sets} neither cues nor near-duplicates are known: an older Oodlab sampled the images. Run with --fresh to have them checked.',
  },
  {
    CUE_OF_FILE:
      '{ood} se distingue des images de test par la façon dont ses fichiers ont été enregistrés, sans aucun réseau : {cues} ; AUROC {auroc} ({low}–{high}) pour le premier seul. Enregistrez les deux jeux de même façon (format, taille, qualité) avant d’utiliser les chiffres.',
    CUE_OF_PICTURE:
      '{ood} se distingue des images de test sans aucun réseau : {cues} ; AUROC {auroc} ({low}–{high}) pour le premier seul. Un détecteur qui ne fait pas mieux n’a rien montré du réseau : rapprochez les jeux sur ce point, ou ajoutez un jeu OoD semblable.',
    NEAR_DUPLICATES:
      '{count} images de {set} ont un quasi-doublon (réenregistré, redimensionné ou éclairci) dans un jeu d’un autre rôle. Regardez les paires et retirez les vraies de l’un des jeux : les chiffres y sont trop bons.',
    CLASS_IMBALANCE:
      '{set} : sa plus grande classe, {large}, a {ratio} fois les images de la plus petite, {small} ({count}). Les chiffres parlent des grandes classes : regardez les petites à part, ou équilibrez le jeu.',
    CLASS_NOT_FITTED:
      '{set} contient des classes qu’aucune image d’ajustement n’a ({count}, la première est {name}). Leurs images comptent comme InD et ressemblent à des OoD : ajoutez-les aux jeux d’ajustement, ou retirez-les.',
    SMALL_SET:
      '{set} contient {count} images : un taux de 90 % trouvé sur elles a un intervalle à 95 % de {lowRate} à {highRate}. Ajoutez des images, ou n’affirmez pas plus que l’intervalle.',
    SMALL_FIT:
      '{detector} a été ajusté sur {count} images pour {features} variables, moins de {factor} par variable : sa covariance est mal connue. Ajoutez des images d’ajustement, ou choisissez une taille d’ACP plus petite.',
    NEAR_SINGULAR:
      '{detector} : la covariance est de rang {rank} sur {features}, de conditionnement {condition}. Ses directions les plus étroites ne sont guère qu’arrondi et bruit : choisissez une taille d’ACP inférieure au rang.',
    ENTROPY_FLOOR:
      '{set} : {share} de ses entropies sont au plancher de l’estimateur, là où les masques n’ont pas fait bouger la variable. Choisissez une couche avec moins de canaux morts, des blocs plus grands ou une probabilité plus forte.',
    NOT_FINITE:
      '{set} : le réseau a donné des valeurs non finies pour {count} images sur {of}, qui ont été rejetées. En service, une telle image doit compter comme une alarme ; vérifiez les poids et le prétraitement.',
    FED_NOT_NORMALISED:
      '{set} arrive au réseau avec une moyenne de {mean} et un écart-type de {deviation} (canal {channel}), là où la normalisation vise 0 et 1. Vérifiez échelle, moyenne et écart-type du prétraitement.',
    FED_DRIFT:
      '{set} n’est pas fourni comme {fit} : dans le canal {channel}, sa moyenne est décalée de {shift} écarts-types et son écart-type est {ratio} fois aussi grand. Vérifiez que les deux ont été pris et enregistrés de même façon.',
    HYGIENE_UNKNOWN:
      'De {sets}, ni indices ni quasi-doublons ne sont connus : un Oodlab plus ancien a tiré les images. Lancez avec --fresh pour les faire vérifier.',
  },
);
export type HygieneCode = keyof typeof hygieneTexts.en;

const FORMAT: Readonly<Record<string, (f: Formats, value: number) => string>> = {
  auroc: (f, value) => f.area(value),
  low: (f, value) => f.area(value),
  high: (f, value) => f.area(value),
  lowRate: (f, value) => f.rate(value),
  highRate: (f, value) => f.rate(value),
  share: (f, value) => f.rate(value),
  ratio: (f, value) => f.fixed(value, value < 10 ? 2 : 0),
  shift: (f, value) => f.fixed(value, 2),
};

/** The text of a warning in a language; the message it came with where no catalogue knows its code. */
export function warningText({ code, message, values }: ModelWarning, locale: Locale): string {
  if (values === undefined || !(code in hygieneTexts.en)) return message;
  const f = formats(locale);
  const shown = Object.entries(values).map(([name, value]): [string, string] => {
    if (name === 'cues') return [name, cueList(String(value), locale)];
    return [name, typeof value === 'string' ? value : (FORMAT[name] ?? ((own, number) => own.number(number)))(f, value)];
  });
  return say(hygieneTexts, locale, code as HygieneCode, Object.fromEntries(shown));
}

const cueList = (ids: string, locale: Locale): string =>
  ids
    .split(',')
    .map((id) => say(cueNames, locale, id as CueId))
    .join(', ');
