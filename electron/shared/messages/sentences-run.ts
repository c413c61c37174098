/** Sentences of a run: warnings of its results, what stops it, the report and the monitor (sentences.ts). */
import type { SentencePair } from './sentences.ts';

export const RUN_SENTENCES: readonly SentencePair[] = [
  // Warnings of the results.
  [
    'It needs at least {least} fit images; there are {count}.',
    'Il faut au moins {least} images d’ajustement ; il y en a {count}.',
  ],
  [
    'With {count} components one of them holds fewer than {least} fit images, too few for its covariance.',
    'Avec {count} composantes, l’une d’elles compte moins de {least} images d’ajustement, trop peu pour sa covariance.',
  ],
  ['Not run: {methods}. {saidReason}', 'Non exécuté : {methods}. {saidReason}'],
  [
    'No classification logits [B, classes] were found in the model. Name them in model.logits if there are any.',
    'Aucun logit de classification [B, classes] n’a été trouvé dans le modèle. Nommez-les dans model.logits s’il y en a.',
  ],
  ['There are only entropies here, not the latent itself.', 'Il n’y a ici que des entropies, pas le latent lui-même.'],
  ['There are no Monte-Carlo samples to take the entropy of.', 'Il n’y a pas de tirages de Monte-Carlo dont prendre l’entropie.'],
  [
    'There are no Monte-Carlo samples of the class scores: nothing is sampled.',
    'Il n’y a pas de tirages de Monte-Carlo des scores de classe : rien n’est tiré.',
  ],
  [
    'There are no Monte-Carlo samples of the class scores: {mechanism} at the hook samples the latent alone. The mechanism "model" samples both.',
    'Il n’y a pas de tirages de Monte-Carlo des scores de classe : {mechanism} à l’accroche ne tire que le latent. Le mécanisme « model » tire les deux.',
  ],
  [
    'It gives no score for {count} of the images: its formula divides by zero there.',
    'Aucun score pour {count} des images : sa formule y divise par zéro.',
  ],
  ['The last layer was not found.', 'La dernière couche n’a pas été trouvée.'],
  [
    'The last layer is quantised; its weights are not those of the network.',
    'La dernière couche est quantifiée ; ses poids ne sont pas ceux du réseau.',
  ],
  [
    'The last layer is in {type}; only float32 and float64 weights are read.',
    'La dernière couche est en {type} ; seuls les poids float32 et float64 sont lus.',
  ],
  [
    'The class scores come from a {op} node, not from a fully connected last layer.',
    'Les scores de classe viennent d’un nœud {op}, non d’une dernière couche entièrement connectée.',
  ],
  [
    "The last layer as it stands in the file does not give the model's logits.",
    'La dernière couche telle qu’elle est dans le fichier ne donne pas les logits du modèle.',
  ],
  [
    '{count} images of {set} ({role}) stand in a set of another role too, pixel for pixel.',
    '{count} images de {set} ({role}) figurent aussi, au pixel près, dans un jeu d’un autre rôle.',
  ],
  [
    '{detector} on {ood}: AUROC {auroc} is below chance and is shown as it is. Check the PCA size; do not turn the score around.',
    '{detector} sur {ood} : l’AUROC de {auroc} est sous le hasard et reste affichée telle quelle. Vérifiez la taille de l’ACP ; n’inversez pas le score.',
  ],
  ['{set}, {list}: {saidReason}. They took no part.', '{set}, {list} : {saidReason}. Elles n’ont pas été prises en compte.'],
  [
    '{set}: {rejected} of {count} images were rejected; results.json lists them with reasons.',
    '{set} : {rejected} images sur {count} ont été écartées ; results.json en donne la liste et les raisons.',
  ],
  [
    '{count} calibration images cannot hold a false-alarm rate of {rate}: at least {least} are needed. No alarm is ever raised.',
    '{count} images de calibration ne suffisent pas pour un taux de fausses alarmes de {rate} : il en faut au moins {least}. Aucune alarme n’est jamais levée.',
  ],
  [
    'The plan has no calibrate set: {count} of the fit images ({share} %) were held out to set the threshold and took no part in the fit.',
    'Le plan n’a pas de jeu de calibration : {count} images d’ajustement ({share} %) ont été réservées pour fixer le seuil et n’ont pas servi à l’ajustement.',
  ],
  [
    'The plan has no {role} set, so there are scores and thresholds but no figures.',
    'Le plan n’a pas de jeu {role} : il y a des scores et des seuils, mais pas de chiffres.',
  ],
  [
    '{detector} with PCA {pca} was left out: the fit vectors span only {rank} directions. Choose at most {most}.',
    '{detector} avec ACP {pca} a été laissé de côté : les vecteurs d’ajustement ne couvrent que {rank} directions. Choisissez au plus {most}.',
  ],
  [
    '{detector}: over {seeds} seeds alarm rates lie further apart than their 95 % intervals are wide: {sets}. A seed draws the masks, and what is held out for calibration.',
    '{detector} : sur {seeds} graines, les taux d’alarme s’écartent de plus que la largeur de leurs intervalles à 95 % : {sets}. Une graine tire les masques, et ce qui est réservé à la calibration.',
  ],
  ['The noise of the draw was not measured: {saidReason}', 'Le bruit du tirage n’a pas été mesuré : {saidReason}'],
  ['No detector of the plan works on entropies.', 'Aucun détecteur du plan ne travaille sur des entropies.'],
  [
    'Not every draw of the masks gives finite values for the same images.',
    'Les tirages des masques ne donnent pas tous des valeurs finies pour les mêmes images.',
  ],
  [
    '{set}: the two runs hold different images, so their difference has no interval.',
    '{set} : les deux exécutions portent sur des images différentes, leur écart n’a donc pas d’intervalle.',
  ],
  // What stops a run.
  [
    'The fitted baseline {name} is too large to be kept in the project.',
    'La référence ajustée {name} est trop grande pour être conservée dans le projet.',
  ],
  ['Run the plan with fewer fit images.', 'Exécutez le plan avec moins d’images d’ajustement.'],
  [
    'It needs the class of each fit image: not all have a label, and the model has no class scores.',
    'Il lui faut la classe de chaque image d’ajustement : toutes n’ont pas d’étiquette, et le modèle n’a pas de scores de classe.',
  ],
  [
    'Add fit sets with labels, or name the logits of the model.',
    'Ajoutez des jeux d’ajustement avec étiquettes, ou nommez les logits du modèle.',
  ],
  [
    '"{set}" has {count} images: a share of {share} cannot be set aside.',
    '« {set} » a {count} images : une part de {share} ne peut pas être mise de côté.',
  ],
  ['Change selection.share, or add images to the set.', 'Changez la part (selection.share), ou ajoutez des images au jeu.'],
  ['The plan {file} is not valid: {why}.', 'Le plan {file} n’est pas valide : {why}.'],
  [
    'Every image of "{set}" was rejected, the first because: {saidWhy}.',
    'Toutes les images de « {set} » ont été écartées, la première parce que : {saidWhy}.',
  ],
  ['Mend the images, or take the set out of the plan.', 'Réparez les images, ou retirez le jeu du plan.'],
  ['Detectors cannot be fitted on {rows} images.', 'Les détecteurs ne peuvent pas être ajustés sur {rows} images.'],
  ['Detectors cannot be fitted on {rows} image.', 'Les détecteurs ne peuvent pas être ajustés sur {rows} image.'],
  [
    'Add images to the fit sets, and look at the rejected ones.',
    'Ajoutez des images aux jeux d’ajustement, et examinez celles qui sont écartées.',
  ],
  ['The data set "{set}" ({path}) holds no images.', 'Le jeu « {set} » ({path}) ne contient aucune image.'],
  ['Check its path and format.', 'Vérifiez son chemin et son format.'],
  [
    'The fitted detector {name} is too large to be kept in the project.',
    'Le détecteur ajusté {name} est trop grand pour être conservé dans le projet.',
  ],
  ['Run the plan with fewer fit images or a PCA size.', 'Exécutez le plan avec moins d’images d’ajustement ou une taille d’ACP.'],
  ['{file} holds no finished run.', '{file} ne contient aucune exécution terminée.'],
  ['{file} holds no run {id}.', '{file} ne contient pas d’exécution {id}.'],
  ['Run {id} of {file} did not finish: it is {state}.', 'L’exécution {id} de {file} ne s’est pas terminée : {state}.'],
  ['Run a plan with this project first: oodlab run PLAN --project FILE.', 'Exécutez d’abord un plan avec ce projet.'],
  [
    'Run the plan with this project: what is computed already is used again.',
    'Exécutez le plan avec ce projet : ce qui est déjà calculé est réutilisé.',
  ],
  ['The model {file} has changed since the run.', 'Le modèle {file} a changé depuis l’exécution.'],
  ['Put the old file back, or run the plan again.', 'Remettez l’ancien fichier, ou exécutez de nouveau le plan.'],
  ['There are no {who} scores to compare.', 'Il n’y a pas de scores {who} à comparer.'],
  ['Add images to that set.', 'Ajoutez des images à ce jeu.'],
  ['The {who} scores hold NaN.', 'Les scores {who} contiennent des NaN.'],
  [
    'PCA with {k} components is not possible: {n} rows of {features} features span {rank} directions.',
    'Une ACP à {k} composantes n’est pas possible : {n} lignes de {features} variables couvrent {rank} directions.',
  ],
  ['Choose at most {rank}.', 'Choisissez au plus {rank}.'],
  // Processes and memory.
  [
    'The execution provider "{provider}" cannot be used: {saidWhy}.',
    'Le fournisseur d’exécution « {provider} » ne peut pas être utilisé : {saidWhy}.',
  ],
  ['its library {library} is not installed', 'sa bibliothèque {library} n’est pas installée'],
  ['{library} is not installed', '{library} n’est pas installé'],
  ['no usable graphics device was found', 'aucun processeur graphique utilisable n’a été trouvé'],
  [
    'The execution provider "{provider}" computes this network otherwise than the CPU: by {share} of the largest value, where {bound} is allowed.',
    'Le fournisseur d’exécution « {provider} » ne calcule pas ce réseau comme le CPU : écart de {share} de la plus grande valeur, pour {bound} admis.',
  ],
  [
    'Run with --provider cpu, or bring the graphics driver up to date.',
    'Choisissez le fournisseur cpu, ou mettez le pilote graphique à jour.',
  ],
  [
    'The execution provider "{provider}" was lost twice on the same images.',
    'Le fournisseur d’exécution « {provider} » a été perdu deux fois sur les mêmes images.',
  ],
  [
    'Run with --resume to go on from what was saved, or with --provider cpu to sample on the CPU instead.',
    'Relancez pour reprendre ce qui est enregistré, ou choisissez le fournisseur cpu pour tout échantillonner sur le CPU.',
  ],
  [
    'Install the driver of your card from NVIDIA or your distribution; without an NVIDIA card choose webgpu or cpu.',
    'Installez le pilote de votre carte depuis NVIDIA ou votre distribution ; sans carte NVIDIA, choisissez webgpu ou cpu.',
  ],
  ['Install TensorRT 10 for CUDA 12 from NVIDIA.', 'Installez TensorRT 10 pour CUDA 12 depuis NVIDIA.'],
  ['The graphics device was lost.', 'Le processeur graphique a été perdu.'],
  [
    'Memory did not suffice for batches of {first} images, so batches of {batch} were used.',
    'La mémoire n’a pas suffi pour des lots de {first} images ; des lots de {batch} ont été utilisés.',
  ],
  ['Run with --provider cpu, or install what is missing.', 'Choisissez le fournisseur cpu, ou installez ce qui manque.'],
  ['There is no memory for a batch of {length} values.', 'La mémoire manque pour un lot de {length} valeurs.'],
  ['Set a smaller runtime.batchSize.', 'Choisissez un lot plus petit (runtime.batchSize).'],
  ['The model ran out of memory.', 'La mémoire a manqué au modèle.'],
  ['Choose a smaller batch size.', 'Choisissez un lot plus petit.'],
  ['A thread that reads images stopped ({reason}).', 'Un fil qui lit les images s’est arrêté ({reason}).'],
  [
    'Run again with --resume; with a smaller runtime.batchSize if memory ran out.',
    'Relancez ; avec un lot plus petit (runtime.batchSize) si la mémoire a manqué.',
  ],
  // Sampling.
  [
    'DropBlock with block size {size} and drop probability {prob} drops the whole {height} x {width} map again and again.',
    'DropBlock, avec une taille de bloc de {size} et une probabilité de {prob}, coupe sans cesse toute la carte de {height} × {width}.',
  ],
  [
    'Choose a smaller sampling.blockSize or sampling.dropProb, or hook an earlier layer with a larger map.',
    'Choisissez une taille de bloc ou une probabilité plus petite, ou observez une couche plus en amont, à la carte plus grande.',
  ],
  [
    'DropBlock needs a feature map [B, C, H, W]; "{tensor}" is of kind {kind}.',
    'DropBlock demande une carte [B, C, H, W] ; « {tensor} » est de type {kind}.',
  ],
  ['Set sampling.mechanism to "dropout", or hook a feature map.', 'Choisissez le mécanisme dropout, ou observez une carte.'],
  [
    'No stochastic node lies between the input and "{tensor}".',
    'Aucun nœud aléatoire ne se trouve entre l’entrée et « {tensor} ».',
  ],
  [
    'Use the mechanism "dropblock" or "dropout", or hook a tensor behind the Dropout node.',
    'Utilisez le mécanisme dropblock ou dropout, ou observez un tenseur en aval du nœud Dropout.',
  ],
  ["The model's own sampling cannot be seeded: {why}.", 'Le tirage propre au modèle ne peut pas recevoir de graine : {why}.'],
  [
    'Use the mechanism "dropblock" or "dropout" at a tensor in front of it.',
    'Utilisez le mécanisme dropblock ou dropout sur un tenseur en amont.',
  ],
  [
    '"{tensor}" is no feature map, so there are no masks to draw on it.',
    '« {tensor} » n’est pas une carte : il n’y a pas de masques à y tracer.',
  ],
  ['Choose a tensor of kind conv.', 'Choisissez un tenseur de type conv.'],
  ['The image of "{set}" cannot be shown: {saidWhy}.', 'L’image de « {set} » ne peut pas être montrée : {saidWhy}.'],
  [
    'No tensor of this network can be rated by a pre-flight.',
    'Aucun tenseur de ce réseau ne peut être noté par un contrôle préalable.',
  ],
  [
    'Choose a hook by its name; the reasons stand beside the tensors.',
    'Choisissez une couche par son nom ; les raisons figurent à côté des tenseurs.',
  ],
  // Report and monitor.
  ['Results cannot be written to {out}.', 'Les résultats ne peuvent pas être écrits dans {out}.'],
  [
    'Check that it is a folder and that you may write there, or choose another with --out.',
    'Vérifiez que c’est un dossier et que vous pouvez y écrire, ou choisissez-en un autre.',
  ],
  ['A monitor cannot be written to {out}.', 'Un moniteur ne peut pas être écrit dans {out}.'],
  ['Check that it is a folder and that you may write there.', 'Vérifiez que c’est un dossier et que vous pouvez y écrire.'],
  ['Cancelled; no monitor was written.', 'Annulé ; aucun moniteur n’a été écrit.'],
  ['The report asks for {asked}, which this run has not.', 'Le rapport demande {asked}, que cette exécution n’a pas.'],
  ['Requirement {id} names no OoD set.', 'L’exigence {id} ne nomme aucun jeu OoD.'],
  [
    'Requirement {id} names the set "{set}", which was not measured.',
    'L’exigence {id} nomme le jeu « {set} », qui n’a pas été mesuré.',
  ],
  ['Name one of {names}.', 'Nommez l’un de {names}.'],
  [
    'The run fitted no detector that a monitor could be made of.',
    'L’exécution n’a ajusté aucun détecteur dont on puisse faire un moniteur.',
  ],
  ['The run has no detector "{name}".', 'L’exécution n’a pas de détecteur « {name} ».'],
  ['The detector {type} cannot be exported as a monitor.', 'Le détecteur {type} ne peut pas être exporté comme moniteur.'],
  ['Choose one of {names}.', 'Choisissez l’un de {names}.'],
  [
    'Nothing varies in the fit images at this hook, so there is nothing to monitor.',
    'Rien ne varie dans les images d’ajustement à cette couche : il n’y a rien à surveiller.',
  ],
  ['Choose another hook.', 'Choisissez une autre couche.'],
  [
    'The exported monitor does not agree with the evaluation: {how}. Nothing was written.',
    'Le moniteur exporté ne concorde pas avec l’évaluation : {how}. Rien n’a été écrit.',
  ],
  [
    'Evaluate on the CPU with the provider "cpu" and export again; if it stays so, report it with the model.',
    'Évaluez sur le processeur (fournisseur cpu) et exportez de nouveau ; si cela persiste, signalez-le avec le modèle.',
  ],
  [
    'A monitor cannot be written in opset {opset}, which the model uses.',
    'Un moniteur ne peut pas être écrit dans l’opset {opset}, celui du modèle.',
  ],
  [
    'Export the network with opset 13, or any from {oldest} on.',
    'Exportez le réseau avec l’opset 13, ou un autre à partir de {oldest}.',
  ],
  [
    'The network has a tensor "{name}", which is a name that a monitor needs.',
    'Le réseau a un tenseur « {name} », nom dont un moniteur a besoin.',
  ],
  ['Rename that tensor and export the network again.', 'Renommez ce tenseur et exportez de nouveau le réseau.'],
];
