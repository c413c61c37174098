/** The last loss of the evaluation process, and what became of it; shown above the page until it is dismissed. */
import type { Events } from '../../electron/shared/app/contract.ts';

class Incident {
  current = $state.raw<Events['coreLost'] | null>(null);

  show(loss: Events['coreLost']): void {
    this.current = loss;
  }

  dismiss(): void {
    this.current = null;
  }
}
export const incident = new Incident();
