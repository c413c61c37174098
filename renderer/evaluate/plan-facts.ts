/** The choices of a plan as a list of facts, for the inspectors of Evaluate. */
import type { Draft } from '../../electron/shared/app/views.ts';
import { evaluateTexts } from '../../electron/shared/messages/app-evaluate.ts';
import { fmt, integer } from '../format.svelte.ts';
import { translator } from '../i18n.svelte.ts';

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
