/** A warning of the hygiene checks: its code, its figures, and its English text; other languages are written from the first two. */
import type { ModelWarning } from '../../shared/domain.ts';
import { type HygieneCode, warningText } from '../../shared/messages/hygiene.ts';

export function hygieneWarning(code: HygieneCode, values: NonNullable<ModelWarning['values']>): ModelWarning {
  return { code, message: warningText({ code, message: '', values }, 'en'), values };
}
