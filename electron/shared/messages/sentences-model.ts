/** Sentences about models: what cannot be read or run, and what to be careful about (sentences.ts). */
import type { SentencePair } from './sentences.ts';

export const MODEL_SENTENCES: readonly SentencePair[] = [
  // What is no model.
  ['{file} is empty (0 bytes).', '{file} est vide (0 octet).'],
  ['Copy the model again.', 'Copiez de nouveau le modèle.'],
  [
    '{file} is a Git LFS pointer of {bytes} bytes, not the model.',
    '{file} est un pointeur Git LFS de {bytes} octets, pas le modèle.',
  ],
  ['Run "git lfs pull" where it was cloned.', 'Exécutez « git lfs pull » là où il a été cloné.'],
  ['{file} is a PNG picture, not an ONNX model.', '{file} est une image PNG, pas un modèle ONNX.'],
  ['{file} is a JPEG picture, not an ONNX model.', '{file} est une image JPEG, pas un modèle ONNX.'],
  ['{file} is a PyTorch checkpoint, not an ONNX model.', '{file} est une sauvegarde PyTorch, pas un modèle ONNX.'],
  ['{file} is a ZIP archive, not an ONNX model.', '{file} est une archive ZIP, pas un modèle ONNX.'],
  ['{file} is a Python pickle, not an ONNX model.', '{file} est un pickle Python, pas un modèle ONNX.'],
  ['{file} is a Keras HDF5 file, not an ONNX model.', '{file} est un fichier Keras HDF5, pas un modèle ONNX.'],
  ['{file} is a text file, not an ONNX model.', '{file} est un fichier de texte, pas un modèle ONNX.'],
  ['Choose the .onnx file.', 'Choisissez le fichier .onnx.'],
  ['Unpack it and choose the .onnx file.', 'Décompressez-la et choisissez le fichier .onnx.'],
  ['Export it with torch.onnx.export first.', 'Exportez-la d’abord avec torch.onnx.export.'],
  ['Export the network to ONNX first.', 'Exportez d’abord le réseau en ONNX.'],
  ['Convert it with tf2onnx first.', 'Convertissez-le d’abord avec tf2onnx.'],
  ['The model {file} does not exist.', 'Le modèle {file} n’existe pas.'],
  ['The model {file} cannot be read.', 'Le modèle {file} ne peut pas être lu.'],
  ['{file} needs a newer ONNX Runtime ({what}).', '{file} demande un ONNX Runtime plus récent ({what}).'],
  ['Export it with opset {opset} or older.', 'Exportez-le avec l’opset {opset} ou un plus ancien.'],
  // What is broken in it.
  ['Weight {name} needs {needs} bytes but holds {holds}.', 'Le poids {name} demande {needs} octets mais en contient {holds}.'],
  [
    'The weight "{name}" needs {needs} bytes but holds {holds}.',
    'Le poids « {name} » demande {needs} octets mais en contient {holds}.',
  ],
  [
    'The weight "{name}" ({type}) needs {needs} values but holds {holds}.',
    'Le poids « {name} » ({type}) demande {needs} valeurs mais en contient {holds}.',
  ],
  ['Copy the file again or export it again.', 'Copiez de nouveau le fichier ou exportez-le de nouveau.'],
  [
    'Node "{node}" (Conv) gets {channels} channels from "{input}", but its weight "{name}" is {shape}.',
    'Le nœud « {node} » (Conv) reçoit {channels} canaux de « {input} », mais son poids « {name} » est {shape}.',
  ],
  ['The model {file} is a folder.', 'Le modèle {file} est un dossier.'],
  ['Damaged or incomplete: the file ends inside the weights.', 'Abîmé ou incomplet : le fichier finit au milieu des poids.'],
  ['Export the model again.', 'Exportez de nouveau le modèle.'],
  ['Export it again.', 'Exportez-le de nouveau.'],
  ['Copy it again.', 'Copiez-le de nouveau.'],
  ['Two nodes write the tensor "{name}".', 'Deux nœuds écrivent le tenseur « {name} ».'],
  [
    'Export the model again: every tensor may be written once.',
    'Exportez de nouveau le modèle : chaque tenseur ne peut être écrit qu’une fois.',
  ],
  [
    'Node "{node}" ({op}) reads the tensor "{name}", which nothing writes.',
    'Le nœud « {node} » ({op}) lit le tenseur « {name} », que rien n’écrit.',
  ],
  [
    'Refused: the weights of "{name}" point outside the model\'s own folder ("{place}").',
    'Refusé : les poids de « {name} » sont hors du dossier du modèle (« {place} »).',
  ],
  [
    'Export the model with its data file in the same folder.',
    'Exportez le modèle avec son fichier de données dans le même dossier.',
  ],
  [
    'The weights file "{place}" is missing; it was looked for at {wanted}.',
    'Le fichier de poids « {place} » manque ; il a été cherché à {wanted}.',
  ],
  ['Put it beside the model.', 'Placez-le à côté du modèle.'],
  [
    'The weights file "{place}" is too short: "{name}" ends at byte {end} of {size}.',
    'Le fichier de poids « {place} » est trop court : « {name} » finit à l’octet {end} sur {size}.',
  ],
  ['The weights file {file} ended early.', 'Le fichier de poids {file} finit trop tôt.'],
  ['ONNX Runtime cannot load this model.', 'ONNX Runtime ne peut pas charger ce modèle.'],
  [
    'Check that the file opens in another ONNX tool, or export it again.',
    'Vérifiez que le fichier s’ouvre dans un autre outil ONNX, ou exportez-le de nouveau.',
  ],
  ['The model failed while it ran.', 'Le modèle a échoué pendant son exécution.'],
  [
    'Check that the image size and channels are those the model was made for.',
    'Vérifiez que la taille et les canaux de l’image sont ceux pour lesquels le modèle est fait.',
  ],
  ['The model fails when it runs: {detail}', 'Le modèle échoue à l’exécution : {detail}'],
  [
    'Check that it runs in another ONNX tool, or export it again.',
    'Vérifiez qu’il s’exécute dans un autre outil ONNX, ou exportez-le de nouveau.',
  ],
  ['The model fails on images of {shape}: {detail}', 'Le modèle échoue sur des images de {shape} : {detail}'],
  [
    'Check model.preprocess: size, channels and layout must be those the network was trained with.',
    'Vérifiez le prétraitement : taille, canaux et disposition doivent être ceux de l’entraînement.',
  ],
  ['{file} makes ONNX Runtime crash.', '{file} fait planter ONNX Runtime.'],
  [
    'Export the model again, or report it to ONNX Runtime with this file.',
    'Exportez de nouveau le modèle, ou signalez-le à ONNX Runtime avec ce fichier.',
  ],
  ['ONNX Runtime does not have {what}, which the model uses.', 'ONNX Runtime n’a pas {what}, que le modèle utilise.'],
  ['Export the network with standard ONNX ops.', 'Exportez le réseau avec des opérateurs ONNX standard.'],
  ['An input of type {dtype} cannot be fed.', 'Une entrée de type {dtype} ne peut pas être alimentée.'],
  ['Export the model with float32 or uint8 inputs.', 'Exportez le modèle avec des entrées float32 ou uint8.'],
  // Its inputs and outputs.
  [
    '{count} inputs of the model could take the image: {names}.',
    '{count} entrées du modèle pourraient recevoir l’image : {names}.',
  ],
  ['Name the one to use in model.input.', 'Nommez celle à utiliser dans model.input.'],
  ['The model has no inputs.', 'Le modèle n’a pas d’entrée.'],
  ['No input of the model takes an image: {reasons}.', 'Aucune entrée du modèle ne reçoit d’image : {reasons}.'],
  [
    'Export the network with an input of 1 or 3 channels, as [N, C, H, W], [N, H, W, C], [C, H, W] or [H, W, C].',
    'Exportez le réseau avec une entrée de 1 ou 3 canaux : [N, C, H, W], [N, H, W, C], [C, H, W] ou [H, W, C].',
  ],
  [
    'The model has no input "{name}"; its inputs are {names}.',
    'Le modèle n’a pas d’entrée « {name} » ; ses entrées sont {names}.',
  ],
  ['Correct model.input.', 'Corrigez model.input.'],
  ['The input "{name}" cannot take an image: it {why}.', 'L’entrée « {name} » ne peut pas recevoir d’image ({why}).'],
  [
    'Name another input, or export the network with an input of 1 or 3 channels.',
    'Nommez une autre entrée, ou exportez le réseau avec une entrée de 1 ou 3 canaux.',
  ],
  ['The model has another input that must be fed: {names}.', 'Le modèle a une autre entrée à alimenter : {names}.'],
  [
    'The model has no classification logits, so there is nothing to predict.',
    'Le modèle n’a pas de logits de classification : il n’y a rien à prédire.',
  ],
  ['Name them in the model settings if there are any.', 'Nommez-les dans les réglages du modèle s’il y en a.'],
  ['The model has no tensor "{name}".', 'Le modèle n’a pas de tenseur « {name} ».'],
  [
    'The tensor "{name}" lies inside a branch or loop and cannot be hooked.',
    'Le tenseur « {name} » se trouve dans une branche ou une boucle et ne peut pas être observé.',
  ],
  ['Hook the output of the If or Loop node instead.', 'Observez plutôt la sortie du nœud If ou Loop.'],
  ['The tensor "{name}" does not depend on the input "{input}".', 'Le tenseur « {name} » ne dépend pas de l’entrée « {input} ».'],
  ['Run "oodlab inspect" to see the hook points.', 'L’étape Couche observée montre les tenseurs possibles.'],
  [
    '{what} depends on the random node {node} "{name}", so it differs from run to run.',
    '{what} dépend du nœud aléatoire {node} « {name} » et diffère donc d’une exécution à l’autre.',
  ],
  [
    'Choose a tensor in front of it, or use the mechanism "model".',
    'Choisissez un tenseur en amont, ou utilisez le mécanisme model.',
  ],
  [
    'The part of the model up to the hook holds {size} GB of weights; 1.8 GB is the most.',
    'La partie du modèle jusqu’à la couche contient {size} Go de poids ; 1,8 Go est le maximum.',
  ],
  [
    'Choose an earlier hook or export the model in float16.',
    'Choisissez une couche plus en amont ou exportez le modèle en float16.',
  ],
  // Preprocessing.
  [
    'The model takes its image as {layout}, but model.preprocess.layout says {said}.',
    'Le modèle prend son image en {layout}, mais model.preprocess.layout dit {said}.',
  ],
  [
    'The model takes {channels} channels, but model.preprocess.color "{color}" gives {given}.',
    'Le modèle prend {channels} canaux, mais la couleur « {color} » en donne {given}.',
  ],
  ['Set model.preprocess.color to {color}.', 'Choisissez la couleur {color}.'],
  [
    'The model takes images of height {stated}, but preprocessing gives {size}.',
    'Le modèle prend des images de hauteur {stated}, mais le prétraitement donne {size}.',
  ],
  [
    'The model takes images of width {stated}, but preprocessing gives {size}.',
    'Le modèle prend des images de largeur {stated}, mais le prétraitement donne {size}.',
  ],
  [
    'The model takes bytes (uint8), so scale, mean and std cannot be applied to its input.',
    'Le modèle prend des octets (uint8) : échelle, moyenne et écart type ne peuvent pas être appliqués à son entrée.',
  ],
  [
    'Leave scale, mean and std out of model.preprocess: this network normalises inside.',
    'Laissez l’échelle à 1, la moyenne à 0 et l’écart type à 1 : ce réseau normalise lui-même.',
  ],
  [
    'model.preprocess.resize by the shorter side leaves the longer side open.',
    'Le redimensionnement par le petit côté laisse le grand côté libre.',
  ],
  [
    'Add model.preprocess.centerCrop, or give resize a height and a width.',
    'Ajoutez un recadrage central, ou donnez une hauteur et une largeur.',
  ],
  [
    'The images become {has}-channel, the model takes {wants} channels.',
    'Les images ont {has} canaux, le modèle en prend {wants}.',
  ],
  [
    'An image is {is} (height x width), the model takes {height}x{width}.',
    'Une image fait {is} (hauteur × largeur), le modèle prend {height}x{width}.',
  ],
  ['Set model.preprocess.resize.', 'Réglez le redimensionnement.'],
  // What to be careful about.
  [
    'The file says that the batch is free, but two images at once do not run: images are fed one by one; export with a dynamic batch axis for speed.',
    'Le fichier annonce un lot libre, mais deux images à la fois ne passent pas : les images sont traitées une à une ; exportez avec un axe de lot dynamique pour aller plus vite.',
  ],
  [
    'The batch is fixed to {batch}: {saidHow}; export with a dynamic batch axis to choose it.',
    'Le lot est fixé à {batch} : {saidHow} ; exportez avec un axe de lot dynamique pour le choisir.',
  ],
  ['images are fed one by one', 'les images sont traitées une à une'],
  ['the last batch is filled up by repeating its last image', 'le dernier lot est complété en répétant sa dernière image'],
  [
    '{names} of one image changes with the other images of its batch: use batch size 1.',
    '{names} d’une image change avec les autres images de son lot : prenez des lots de 1.',
  ],
  [
    '{names} takes its branch for the whole batch at once, so results depend on which images are fed together: use batch size 1.',
    '{names} choisit sa branche pour tout le lot : les résultats dépendent des images traitées ensemble ; prenez des lots de 1.',
  ],
  [
    "The network's own sampling scales by {names}, a reduction over the whole batch, so samples of one image depend on the others: hook a tensor in front of it and let Oodlab sample.",
    'Le tirage propre au réseau divise par {names}, une réduction sur tout le lot : les tirages d’une image dépendent des autres ; observez un tenseur en amont et laissez Oodlab tirer.',
  ],
  ['{names} does not have one row for each image of a batch.', '{names} n’a pas une ligne par image du lot.'],
  [
    'Active at inference, so that two runs differ: {names}. Oodlab switches it off for logits and latents and feeds seeded numbers for the mechanism "model".',
    'Actif à l’inférence, si bien que deux exécutions diffèrent : {names}. Oodlab l’éteint pour les logits et les latents, et l’alimente en nombres à graine pour le mécanisme model.',
  ],
  [
    'Draws random numbers at inference, so that two runs differ: {names}. Hook a tensor in front of it, or use the mechanism "model", which feeds seeded numbers; logits behind it are not used.',
    'Tire des nombres au hasard à l’inférence, si bien que deux exécutions diffèrent : {names}. Observez un tenseur en amont, ou utilisez le mécanisme model, qui l’alimente en nombres à graine ; les logits en aval ne sont pas utilisés.',
  ],
  [
    'In the file but off at inference: {names}. The mechanism "model" switches it on; "dropout" and "dropblock" do not need it.',
    'Dans le fichier mais éteint à l’inférence : {names}. Le mécanisme model l’allume ; dropout et dropblock n’en ont pas besoin.',
  ],
  [
    'The input "{input}" switches "{name}" on and off: Oodlab decides it, nothing has to be fed.',
    'L’entrée « {input} » allume et éteint « {name} » : Oodlab en décide, il n’y a rien à fournir.',
  ],
  [
    'The input "{name}" is not the image: give its value in model.otherInputs of the plan (shapes here were found with zeros).',
    'L’entrée « {name} » n’est pas l’image : donnez sa valeur dans les autres entrées (les formes montrées ici ont été trouvées avec des zéros).',
  ],
  [
    'The graph takes raw bytes and prepares them itself ({what}): feed them with scale 1, mean 0 and standard deviation 1.',
    'Le graphe prend des octets bruts et les prépare lui-même ({what}) : donnez-les avec échelle 1, moyenne 0 et écart type 1.',
  ],
  [
    'The graph prepares the image itself ({what}): do not normalise again, feed the range it expects (usually 0 to 1).',
    'Le graphe prépare lui-même l’image ({what}) : ne normalisez pas une seconde fois, donnez l’étendue qu’il attend (en général 0 à 1).',
  ],
  [
    'The network takes one image without a batch axis: images are fed one by one.',
    'Le réseau prend une image sans axe de lot : les images sont traitées une à une.',
  ],
  [
    'Height and width must be multiples of {multiple}: resize or crop to such a size.',
    'La hauteur et la largeur doivent être des multiples de {multiple} : redimensionnez ou recadrez.',
  ],
  [
    'The image size is free; the shapes shown are those of a {size} image. Set the size the network was trained with.',
    'La taille de l’image est libre ; les formes montrées sont celles d’une image {size}. Réglez la taille de l’entraînement.',
  ],
  [
    'The input "{name}" states no shape: its channels are read from the first convolution.',
    'L’entrée « {name} » ne donne pas de forme : ses canaux sont lus dans la première convolution.',
  ],
  [
    'The weights {names} hold NaN or infinity: hook a tensor in front of it, or export the model again from a good checkpoint.',
    'Les poids {names} contiennent NaN ou l’infini : observez un tenseur en amont, ou exportez de nouveau depuis une bonne sauvegarde.',
  ],
  [
    'The network computes NaN or infinity on a plain image; from "{name}" on, {count} tensors are not numbers: hook a tensor in front of it, or export the model again from a good checkpoint.',
    'Le réseau calcule NaN ou l’infini sur une image unie ; à partir de « {name} », {count} tenseurs ne sont pas des nombres : observez un tenseur en amont, ou exportez de nouveau depuis une bonne sauvegarde.',
  ],
  [
    'The weights {names} hold NaN or infinity; from "{name}" on, {count} tensors are not numbers: hook a tensor in front of it, or export the model again from a good checkpoint.',
    'Les poids {names} contiennent NaN ou l’infini ; à partir de « {name} », {count} tenseurs ne sont pas des nombres : observez un tenseur en amont, ou exportez de nouveau depuis une bonne sauvegarde.',
  ],
  [
    '{dead} are constant on a made-up image: they carry no entropy, and the covariance of the latents may be singular.',
    '{dead} sont constants sur une image fabriquée : ils ne portent aucune entropie, et la covariance des latents peut être singulière.',
  ],
  [
    'The output "{output}" holds probabilities ({op}): no logits were found, so the baselines energy and max-logit cannot be computed.',
    'La sortie « {output} » contient des probabilités ({op}) : aucun logit n’a été trouvé, les références energy et max-logit ne peuvent pas être calculées.',
  ],
  [
    'The output "{output}" holds probabilities ({op}): the logits are the output "{logits}".',
    'La sortie « {output} » contient des probabilités ({op}) : les logits sont la sortie « {logits} ».',
  ],
  [
    'The output "{output}" holds probabilities ({op}): the logits are taken from "{logits}" in front of it.',
    'La sortie « {output} » contient des probabilités ({op}) : les logits sont pris de « {logits} », en amont.',
  ],
  [
    'Nothing can be hooked: {why}. Choose a network with inner layers.',
    'Rien ne peut être observé ({why}). Choisissez un réseau avec des couches internes.',
  ],
  [
    "The model's batch size is fixed to {batch}, which is used.",
    'La taille de lot du modèle est fixée à {batch} ; elle est utilisée.',
  ],
  [
    'The graph only runs with one image at a time, so images are run one by one.',
    'Le graphe ne prend qu’une image à la fois : les images sont traitées une à une.',
  ],
  [
    'The hooked tensor does not have one row for each image of a batch, so images are run one by one.',
    'Le tenseur observé n’a pas une ligne par image du lot : les images sont traitées une à une.',
  ],
  [
    'Images of a batch change each other\'s values at "{name}" (a BatchNormalization in training mode?), so images are run one by one.',
    'Les images d’un lot changent les valeurs des autres à « {name} » (une BatchNormalization en mode entraînement ?) : les images sont traitées une à une.',
  ],
];
