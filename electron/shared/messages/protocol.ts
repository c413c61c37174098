/** Texts of the no-peeking protocol: stamps, what was chosen on what, and what that costs. */
import { catalogue } from './catalogue.ts';

export const PROTOCOL_TEXTS = catalogue(
  {
    'stamp.sealed': 'Test sets sealed',
    'stamp.confirmatory': 'Confirmatory',
    'stamp.exploratory': 'Exploratory',
    'stamp.seen.one': 'Exploratory, test seen {count} time',
    'stamp.seen.other': 'Exploratory, test seen {count} times',
    sealed: 'The test sets were left sealed: nothing here is evidence yet.',
    confirmatory:
      'Everything that was chosen (model, hook, sampling, detectors, threshold) was fixed before this project first looked at these test sets.',
    'confirmatory.main': 'That holds for {main}; choosing another detector by these figures would be exploring.',
    exploratory:
      'This project had shown figures on these test sets before, for {count} other choices: a lead here is a hint, not evidence. To confirm it, seal new test images and run once.',
    'exploratory.one':
      'This project had shown figures on these test sets before, for another choice: a lead here is a hint, not evidence. To confirm it, seal new test images and run once.',
    'exploratory.optimistic':
      'The detector was chosen on the test sets themselves, as the reference does: its figures there are too good. Nothing is confirmed.',
    'exploratory.searched':
      'Hook and sampling were searched on {sets}, which this run measures on: its figures there are too good. Nothing is confirmed.',
    searched: 'Hook and sampling were chosen after a search over {count} candidates, on {images} images of {ind} and of {ood}.',
    'fresh.sets': 'Seen for the first time: {sets}.',
    'chosen.select': '{main} was chosen of {count} candidates on {ood} against {ind}: mean AUROC {auroc}.',
    'chosen.split':
      '{main} was chosen of {count} candidates on images set aside from the test and OoD sets: mean AUROC {auroc}. The same kinds of OoD images were known to the choice, so the figures confirm nothing about other kinds.',
    'chosen.reference': '{main} has the best mean AUROC over the OoD test sets of {count} candidates, {auroc}.',
    'chosen.none':
      'Nothing was chosen on select sets. Of {count} candidates the run is about {main}, by rule and not by its figures.',
    'offer.split':
      '"selection": { "rule": "split" } would set a seeded {share} of the test and OoD images aside to choose on. It costs intervals about {wider} wider, and the choice would know the kinds of OoD images that are tested.',
    'offer.select': 'A set of other OoD images with the role "select" costs the test sets nothing.',
    'offer.derive':
      'Without any, anomalies drawn onto an in-distribution select or calibrate set ("derive") can be that set: at no cost to the test sets, but a choice made on drawn anomalies may not be the best one for real ones.',
  },
  {
    'stamp.sealed': 'Jeux de test scellés',
    'stamp.confirmatory': 'Confirmatoire',
    'stamp.exploratory': 'Exploratoire',
    'stamp.seen.one': 'Exploratoire, test vu {count} fois',
    'stamp.seen.other': 'Exploratoire, test vu {count} fois',
    sealed: 'Les jeux de test sont restés scellés : rien ici n’est encore une preuve.',
    confirmatory:
      'Tout ce qui se choisit (modèle, couche, tirages, détecteurs, seuil) était fixé avant que ce projet ne regarde ces jeux de test pour la première fois.',
    'confirmatory.main': 'Cela vaut pour {main} ; choisir un autre détecteur d’après ces chiffres serait explorer.',
    exploratory:
      'Ce projet avait déjà montré des chiffres sur ces jeux de test, pour {count} autres choix : une avance est ici un indice, pas une preuve. Pour la confirmer, scellez de nouvelles images de test et exécutez une fois.',
    'exploratory.one':
      'Ce projet avait déjà montré des chiffres sur ces jeux de test, pour un autre choix : une avance est ici un indice, pas une preuve. Pour la confirmer, scellez de nouvelles images de test et exécutez une fois.',
    'exploratory.optimistic':
      'Le détecteur a été choisi sur les jeux de test eux-mêmes, comme le fait la référence : ses chiffres y sont trop bons. Rien n’est confirmé.',
    'exploratory.searched':
      'La couche et les tirages ont été cherchés sur {sets}, où cette exécution mesure : ses chiffres y sont trop bons. Rien n’est confirmé.',
    searched:
      'La couche et les tirages ont été choisis après une recherche parmi {count} candidats, sur {images} images de {ind} et de {ood}.',
    'fresh.sets': 'Vus pour la première fois : {sets}.',
    'chosen.select': '{main} a été choisi parmi {count} candidats sur {ood} contre {ind} : AUROC moyenne {auroc}.',
    'chosen.split':
      '{main} a été choisi parmi {count} candidats sur des images mises à part des jeux de test et OoD : AUROC moyenne {auroc}. Le choix connaissait les mêmes sortes d’images OoD : les chiffres ne confirment rien pour d’autres sortes.',
    'chosen.reference': '{main} a la meilleure AUROC moyenne sur les jeux OoD de test parmi {count} candidats, {auroc}.',
    'chosen.none':
      'Rien n’a été choisi sur des jeux de sélection. Parmi {count} candidats, l’exécution porte sur {main}, par règle et non d’après ses chiffres.',
    'offer.split':
      '« "selection": { "rule": "split" } » mettrait à part, par une graine, {share} des images de test et OoD pour choisir. Il en coûte des intervalles plus larges d’environ {wider}, et le choix connaîtrait les sortes d’images OoD testées.',
    'offer.select': 'Un jeu d’autres images OoD avec le rôle « select » ne coûte rien aux jeux de test.',
    'offer.derive':
      'À défaut, des anomalies dessinées sur un jeu de sélection ou de calibrage en distribution (« derive ») peuvent être ce jeu : sans coût pour les jeux de test, mais un choix fait sur des anomalies dessinées peut ne pas être le meilleur pour de vraies.',
  },
);
