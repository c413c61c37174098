/** Names of the layouts that data sets are recognised as. */
import { catalogue, say, type Locale } from './catalogue.ts';

export const layoutTexts = catalogue(
  {
    'image-file': 'One image',
    'image-folder': 'Folder of images',
    'image-folder-classes': 'Folder of images by class',
    archive: 'Archive of images',
    'archive-classes': 'Archive of images by class',
    idx: 'IDX (MNIST)',
    emnist: 'EMNIST',
    'cifar-10': 'CIFAR-10',
    'cifar-100': 'CIFAR-100',
    stl10: 'STL-10',
    svhn: 'SVHN cropped digits',
    npy: 'NumPy array',
    npz: 'NumPy archive',
    dtd: 'DTD textures',
    places365: 'Places365',
    isun: 'iSUN',
    'lsun-crop': 'LSUN crop',
    'lsun-resize': 'LSUN resize',
    cityscapes: 'Cityscapes',
    bdd100k: 'BDD100k',
    'pascal-voc': 'Pascal VOC',
    coco: 'COCO',
    'open-images': 'Open Images',
    woodscape: 'WoodScape',
    'woodscape-soiling': 'WoodScape soiling',
    'openood-imglist': 'OpenOOD image list',
    'csv-manifest': 'CSV manifest',
    entropies: 'Entropies',
  },
  {
    'image-file': 'Une image',
    'image-folder': 'Dossier d’images',
    'image-folder-classes': 'Dossier d’images par classe',
    archive: 'Archive d’images',
    'archive-classes': 'Archive d’images par classe',
    idx: 'IDX (MNIST)',
    emnist: 'EMNIST',
    'cifar-10': 'CIFAR-10',
    'cifar-100': 'CIFAR-100',
    stl10: 'STL-10',
    svhn: 'SVHN, chiffres recadrés',
    npy: 'Tableau NumPy',
    npz: 'Archive NumPy',
    dtd: 'Textures DTD',
    places365: 'Places365',
    isun: 'iSUN',
    'lsun-crop': 'LSUN recadré',
    'lsun-resize': 'LSUN redimensionné',
    cityscapes: 'Cityscapes',
    bdd100k: 'BDD100k',
    'pascal-voc': 'Pascal VOC',
    coco: 'COCO',
    'open-images': 'Open Images',
    woodscape: 'WoodScape',
    'woodscape-soiling': 'WoodScape, salissures',
    'openood-imglist': 'Liste d’images OpenOOD',
    'csv-manifest': 'Manifeste CSV',
    entropies: 'Entropies',
  },
);

export type Layout = keyof typeof layoutTexts.en;

/** The id itself where it has no name: projects may know layouts of a newer Oodlab. */
export function layoutName(locale: Locale, layout: string): string {
  return Object.hasOwn(layoutTexts.en, layout) ? say(layoutTexts, locale, layout as Layout) : layout;
}
