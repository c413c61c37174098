/** The choices of a plan as a list of facts, for the inspectors of Evaluate. */
import type { Draft } from '../../electron/shared/app/views.ts';
import { detectorName } from '../../electron/shared/detector-names.ts';
import { evaluateTexts } from '../../electron/shared/messages/app-evaluate.ts';
import { fmt, integer, percent } from '../format.svelte.ts';
import { language, listed, translator } from '../i18n.svelte.ts';

const t = translator(evaluateTexts);

export interface PlanFact {
  term: string;
  value: string;
  isMono?: boolean;
}

export function hookName(hook: Draft['hook']): string {
  if (hook === null) return '–';
  return typeof hook.tensor === 'string' ? hook.tensor : hook.tensor.join(', ');
}

export function planFacts({ hook, sampling, runtime }: Pick<Draft, 'hook' | 'sampling' | 'runtime'>): PlanFact[] {
  const values = { prob: fmt().number(sampling.dropProb), block: integer(sampling.blockSize) };
  const drawn: PlanFact[] =
    sampling.mechanism === 'none'
      ? []
      : [
          { term: t('samples'), value: t('samples.value', { count: integer(sampling.samples), seed: sampling.seed }) },
          { term: t('masks'), value: t(sampling.masks) },
        ];
  return [
    { term: t('hook'), value: hookName(hook), isMono: true },
    { term: t('sampling'), value: t(`mechanism.${sampling.mechanism}`, values) },
    ...drawn,
    { term: t('provider'), value: runtime.provider === 'auto' ? t('auto') : runtime.provider },
  ];
}

/** Detectors or baselines by their names, as in a sentence. */
export function methodNames(ids: readonly string[]): string {
  return listed(ids.map((detector) => detectorName({ detector, pca: null }, language.locale)));
}

/** What is compared and where the alarm begins. */
export function choiceFacts({ detectors, pca, baselines, threshold }: Draft): PlanFact[] {
  const names = (ids: readonly string[]): string => (ids.length === 0 ? t('none') : methodNames(ids));
  return [
    { term: t('detectors'), value: names(detectors) },
    { term: t('pca'), value: pca.map((size) => (size === null ? t('none') : integer(size))).join(', ') },
    { term: t('baselines'), value: names(baselines) },
    { term: t('threshold'), value: `${t(threshold.rule)}, ${percent(threshold.falseAlarm)}` },
  ];
}
