/** Texts of the severity ladder: its chart, the report's section and the window's panel. */
import { catalogue } from './catalogue.ts';

export const severityTexts = catalogue(
  {
    heading: 'Severity ladder',
    'chart.title': 'Caught and right answers against severity, {detector}',
    'chart.x': 'Severity, 0: unharmed',
    'chart.y': 'Share of the images (%)',
    'chart.summary': '{detector}, {count} images of {from}: {parts}. Bands: 95 % intervals.',
    'chart.part': '{corruption}: caught {low} to {high}',
    'chart.part.accuracy': '{corruption}: caught {low} to {high}, accuracy {right} to {wrong}',
    caught: 'Caught',
    accuracy: 'Accuracy',
    corruption: 'Corruption',
    severity: 'Severity',
    none: 'This run climbed no severity ladder. It is switched on in the Evaluate step, and on the command line with --severity.',
    'report.lead':
      'Anomalies of growing strength were drawn onto {count} images of {from} (seed {seed}); an alarm is judged at the threshold of this run.',
    'report.note':
      'The same images stand under every severity. Drawn anomalies are stand-ins: they show how the detector reacts to them, not how it does on real ones.',
    'report.caught': 'Images that raise an alarm, {detector}',
    'report.auroc': 'AUROC against the test images, {detector}',
    'report.accuracy': 'Images that are classified right',
    unharmed: 'Unharmed',
  },
  {
    heading: 'Échelle de sévérité',
    'chart.title': 'Détections et réponses justes selon la sévérité, {detector}',
    'chart.x': 'Sévérité, 0 : intactes',
    'chart.y': 'Part des images (%)',
    'chart.summary': '{detector}, {count} images de {from} : {parts}. Bandes : intervalles à 95 %.',
    'chart.part': '{corruption} : détectées {low} à {high}',
    'chart.part.accuracy': '{corruption} : détectées {low} à {high}, exactitude {right} à {wrong}',
    caught: 'Détectées',
    accuracy: 'Exactitude',
    corruption: 'Altération',
    severity: 'Sévérité',
    none: 'Cette évaluation n’a gravi aucune échelle de sévérité. Elle se demande à l’étape Évaluer, et sur la ligne de commande avec --severity.',
    'report.lead':
      'Des anomalies de force croissante ont été dessinées sur {count} images de {from} (graine {seed}) ; l’alarme est jugée au seuil de cette évaluation.',
    'report.note':
      'Les mêmes images se trouvent sous chaque sévérité. Une anomalie dessinée est un substitut : elle montre comment le détecteur y réagit, non ce qu’il vaut sur une vraie.',
    'report.caught': 'Images qui lèvent une alarme, {detector}',
    'report.auroc': 'AUROC contre les images de test, {detector}',
    'report.accuracy': 'Images bien classées',
    unharmed: 'Intactes',
  },
);
