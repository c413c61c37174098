/** What was checked of an execution provider before a run, in words. */
import { formats } from '../format.ts';
import type { ProviderCheck } from '../results.ts';
import { catalogue, say, type Locale } from './catalogue.ts';

const TEXTS = catalogue(
  {
    agrees:
      'Before the run, {provider} and the CPU computed {images} images: they differ by at most {worst} of the largest value ({bound} is allowed).',
    all: '{provider} ran all {nodes} nodes.',
    some: '{provider} ran {own} of {nodes} nodes and left to the CPU: {left}.',
  },
  {
    agrees:
      'Avant l’exécution, {provider} et le CPU ont calculé {images} images : écart d’au plus {worst} de la plus grande valeur ({bound} admis).',
    all: '{provider} a exécuté les {nodes} nœuds.',
    some: '{provider} a exécuté {own} des {nodes} nœuds et laissé au CPU : {left}.',
  },
);

export function providerText(provider: string, check: ProviderCheck, locale: Locale): string {
  const f = formats(locale);
  const { images, nodes, onCpu } = check;
  const left = onCpu.map((entry) => `${entry.op} × ${f.count(entry.nodes)}`).join(', ');
  const own = nodes - onCpu.reduce((sum, entry) => sum + entry.nodes, 0);
  const agrees = say(TEXTS, locale, 'agrees', {
    provider,
    images: f.count(images),
    worst: f.exponent(check.worst),
    bound: f.exponent(check.bound),
  });
  const placed = say(TEXTS, locale, onCpu.length === 0 ? 'all' : 'some', {
    provider,
    own: f.count(own),
    nodes: f.count(nodes),
    left,
  });
  return `${agrees} ${placed}`;
}
