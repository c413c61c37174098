/** Texts of the window about drawn anomalies: a set that is made from another one, and the switch of the severity ladder. */
import { catalogue } from './catalogue.ts';

export const deriveTexts = catalogue(
  {
    add: 'Draw anomalies onto a set…',
    title: 'A set with drawn anomalies',
    lead: 'For lack of OoD images: the images of a set with an anomaly drawn onto each. Nothing is written to disk.',
    source: 'Made from',
    corruption: 'Anomaly',
    image: 'Image to look at',
    preview: 'Severities of {corruption}',
    unharmed: 'Unharmed',
    step: 'Severity {severity}',
    do: 'Add',
    made: '{corruption} {severity}, drawn onto {from}',
    ladder: 'Severity ladder',
    climb: 'Climb the severity ladder',
    'climb.note':
      'Every anomaly at five severities, drawn onto the first images of a test set: how detection rises and accuracy falls. Left out while the test sets stay sealed.',
    'climb.off': 'It is drawn onto a test set, of which there is none.',
    ladderFrom: 'Test set',
    ladderLimit: 'Images a step',
    ladderCount: '{count} images in {steps} steps',
  },
  {
    add: 'Dessiner des anomalies sur un jeu…',
    title: 'Un jeu aux anomalies dessinées',
    lead: 'Faute d’images hors distribution : les images d’un jeu, une anomalie dessinée sur chacune. Rien n’est écrit sur le disque.',
    source: 'Fait à partir de',
    corruption: 'Anomalie',
    image: 'Image à regarder',
    preview: 'Sévérités : {corruption}',
    unharmed: 'Intacte',
    step: 'Sévérité {severity}',
    do: 'Ajouter',
    made: '{corruption} {severity}, dessiné sur {from}',
    ladder: 'Échelle de sévérité',
    climb: 'Gravir l’échelle de sévérité',
    'climb.note':
      'Chaque anomalie à cinq sévérités, dessinée sur les premières images d’un jeu de test : comment la détection monte et l’exactitude baisse. Laissée de côté tant que les jeux de test restent scellés.',
    'climb.off': 'Elle se dessine sur un jeu de test, et il n’y en a pas.',
    ladderFrom: 'Jeu de test',
    ladderLimit: 'Images par échelon',
    ladderCount: '{count} images en {steps} échelons',
  },
);
