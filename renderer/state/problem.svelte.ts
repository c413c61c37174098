/** The last request that failed, shown above the page until it is dismissed or something succeeds; and `attempt`, which fills it. */
import { toAppError, type ErrorData } from '../../electron/shared/errors.ts';

class Problem {
  current = $state.raw<ErrorData | null>(null);

  show(thrown: unknown): void {
    const error = toAppError(thrown);
    if (error.code !== 'E_CANCELLED') this.current = error.toJSON();
  }

  dismiss(): void {
    this.current = null;
  }
}
export const problem = new Problem();

/** Runs what a user asked for; a failure is shown, never lost. Resolves with null when it failed. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    const value = await action();
    problem.dismiss();
    return value;
  } catch (thrown) {
    problem.show(thrown);
    return null;
  }
}
