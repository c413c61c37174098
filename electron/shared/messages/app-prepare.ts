/** Texts of the help page "Preparing your model"; the script it shows is resources/help/export_models.py. */
import { catalogue } from './catalogue.ts';

/** In the order of the page. */
export const ADVICE = ['file', 'eval', 'names', 'batch', 'logits', 'segmentation', 'detection', 'dropout', 'check'] as const;
export type AdviceId = (typeof ADVICE)[number];

export const prepareTexts = catalogue(
  {
    lead: 'What a network needs so that Oodlab can read it, hook a layer and evaluate a monitor.',
    script: 'Export script for PyTorch',
    scriptText:
      'One function for each kind of network: ResNet-18 with or without spectral normalisation, ViT, DeepLabv3+, U-Net, Faster R-CNN, and any network with its own Dropout. Copy what you need and adapt the paths. It was written against the documentation of PyTorch 2.5; Oodlab itself does not run Python.',
    copy: 'Copy script',
    'file.name': 'An ONNX file',
    'file.text':
      'Any exporter will do. Opset 13 or newer is best. Weights may lie in external files beside the model, not elsewhere. Oodlab never writes into your files.',
    'eval.name': 'Evaluation mode',
    'eval.text':
      'Put the network in evaluation mode before the export, so that batch normalisation is frozen. Fold spectral normalisation into the weights; the script has a function for it.',
    'names.name': 'Named tensors',
    'names.text':
      'Exporters number inner tensors. Give the layers that you may want to hook as further outputs with names of your own, such as layer4.out: they stay the same from export to export, and a plan refers to them by name.',
    'batch.name': 'Dynamic batch size',
    'batch.text':
      'Declare the first axis as dynamic. With a fixed batch size Oodlab still works, at that size, and says so; a batch of one is slow.',
    'logits.name': 'Logits, not probabilities',
    'logits.text':
      'Leave softmax out of the file. The baselines MSP and energy, and the accuracy shown in the model step, need the logits.',
    'segmentation.name': 'Segmentation',
    'segmentation.text':
      'Hook the encoder’s last map or the pyramid’s joined map, not the map of class scores at full size: entropies are then taken over fewer and richer features.',
    'detection.name': 'Detection',
    'detection.text':
      'A torchvision detector takes one image without a batch axis and may take any size. Hook the shared map of the region proposal network, the pyramid levels, or the box head’s features for each proposal.',
    'dropout.name': 'The network’s own Dropout',
    'dropout.text':
      'Exporters remove Dropout, and that is fine: Oodlab draws DropBlock or Dropout at the hook itself. Only for the mechanism "model" must the Dropout nodes stay in the file and be active; the script shows how.',
    'check.name': 'Check the result',
    'check.text':
      'Open the file in the model step, or run "oodlab inspect MODEL". Wrong preprocessing shows at once there: compare the predicted classes and the accuracy with those of your training.',
  },
  {
    lead: 'Ce qu’il faut à un réseau pour qu’Oodlab le lise, observe une couche et évalue un moniteur.',
    script: 'Script d’export pour PyTorch',
    scriptText:
      'Une fonction par type de réseau : ResNet-18 avec ou sans normalisation spectrale, ViT, DeepLabv3+, U-Net, Faster R-CNN, et tout réseau avec son propre Dropout. Copiez ce qu’il vous faut et adaptez les chemins. Écrit d’après la documentation de PyTorch 2.5 ; Oodlab lui-même n’exécute pas Python.',
    copy: 'Copier le script',
    'file.name': 'Un fichier ONNX',
    'file.text':
      'Tout outil d’export convient. L’opset 13 ou plus récent est préférable. Les poids peuvent être dans des fichiers à côté du modèle, pas ailleurs. Oodlab n’écrit jamais dans vos fichiers.',
    'eval.name': 'Mode évaluation',
    'eval.text':
      'Mettez le réseau en mode évaluation avant l’export, pour figer la normalisation par lots. Intégrez la normalisation spectrale aux poids ; le script a une fonction pour cela.',
    'names.name': 'Tenseurs nommés',
    'names.text':
      'Les outils d’export numérotent les tenseurs internes. Donnez les couches à observer comme sorties supplémentaires, avec vos propres noms, par exemple layer4.out : ils restent les mêmes d’un export à l’autre, et un plan s’y réfère par leur nom.',
    'batch.name': 'Taille de lot dynamique',
    'batch.text':
      'Déclarez le premier axe dynamique. Avec une taille de lot fixe, Oodlab fonctionne à cette taille et le dit ; un lot d’une image est lent.',
    'logits.name': 'Des logits, pas des probabilités',
    'logits.text':
      'N’incluez pas le softmax dans le fichier. Les références MSP et énergie, et l’exactitude affichée à l’étape du modèle, utilisent les logits.',
    'segmentation.name': 'Segmentation',
    'segmentation.text':
      'Observez la dernière carte de l’encodeur ou la carte réunie de la pyramide, pas la carte des scores de classe en pleine taille : les entropies portent alors sur moins de caractéristiques, plus riches.',
    'detection.name': 'Détection',
    'detection.text':
      'Un détecteur de torchvision prend une image sans axe de lot, de taille quelconque. Observez la carte commune du réseau de propositions, les niveaux de la pyramide, ou les caractéristiques de chaque proposition.',
    'dropout.name': 'Le Dropout du réseau',
    'dropout.text':
      'Les outils d’export retirent Dropout, et c’est bien ainsi : Oodlab tire lui-même DropBlock ou Dropout à la couche observée. Pour le mécanisme « model » seulement, les nœuds Dropout doivent rester actifs dans le fichier ; le script montre comment.',
    'check.name': 'Vérifier le résultat',
    'check.text':
      'Ouvrez le fichier à l’étape du modèle, ou lancez « oodlab inspect MODÈLE ». Un mauvais prétraitement s’y voit tout de suite : comparez les classes prédites et l’exactitude avec celles de l’apprentissage.',
  },
);
