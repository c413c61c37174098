/** Cancelling, in one place. */
import { AppError } from '../../shared/errors.ts';

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
}
