/** Sentences of shards and their merge (sentences.ts). */
import type { SentencePair } from './sentences.ts';

export const CLUSTER_SENTENCES: readonly SentencePair[] = [
  ['"{text}" is not a shard.', '« {text} » n’est pas un lot.'],
  [
    'Write I/N, with I from 1 to N and N up to {largest}, for instance --shard 2/4.',
    'Écrivez I/N, avec I de 1 à N et N jusqu’à {largest}, par exemple --shard 2/4.',
  ],
  ['{file} is not a finished shard.', '{file} n’est pas un lot terminé.'],
  [
    'Run its shard again with the same command: it goes on from what was saved.',
    'Relancez son lot avec la même commande : elle reprend à partir de ce qui a été enregistré.',
  ],
  ['{first} and {second} both hold shard {which}.', '{first} et {second} contiennent tous deux le lot {which}.'],
  ['Name each shard once.', 'Nommez chaque lot une seule fois.'],
  ['Of {of} shards {count} are missing: {which}.', 'Sur {of} lots, {count} manquent : {which}.'],
  ['Run them, then name every shard.', 'Lancez-les, puis nommez tous les lots.'],
  [
    'Run all shards with the same plan, model and images, and the same options.',
    'Lancez tous les lots avec le même plan, le même modèle, les mêmes images et les mêmes options.',
  ],
  ['{file} is one of {of} shards, {other} one of {others}.', '{file} est un lot sur {of}, {other} un lot sur {others}.'],
  ['{file} was sampled with another model than {other}.', '{file} a été tiré avec un autre modèle que {other}.'],
  [
    'The images of the set "{set}" are others in {file} than in {other}.',
    'Les images du jeu « {set} » ne sont pas les mêmes dans {file} et dans {other}.',
  ],
  ['{file} is a shard of another plan than {other}.', '{file} est un lot d’un autre plan que {other}.'],
  [
    '{file} ({how}) was not sampled in the same way as {other} ({otherHow}).',
    '{file} ({how}) n’a pas été tiré de la même façon que {other} ({otherHow}).',
  ],
  [
    '{file} no longer holds the images from {start} on of the set "{set}".',
    '{file} ne contient plus les images du jeu « {set} » à partir de {start}.',
  ],
];
