/**
 * A stand-in for a graphics card at the session factory: it computes on the CPU and fails when its script says so. For
 * `vi.mock` of electron/engine/runtime/session.ts.
 */
import type * as Sessions from '../../electron/engine/runtime/session.ts';
import { AppError } from '../../electron/shared/errors.ts';

type Factory = typeof Sessions;

export const card = {
  /** Runs on the card so far, of batches by their size. */
  runs: [] as number[],
  opened: 0,
  /** Called before each run with its batch size; throws what the driver would say. */
  fail: (() => undefined) as (batch: number, run: number) => void,
  /** Added to every number that the card gives back. */
  error: 0,
  reset(): void {
    Object.assign(card, { runs: [], opened: 0, fail: () => undefined, error: 0 });
  },
};

export const outOfMemory = (): AppError => new AppError('E_OOM', 'The model ran out of memory.');
export const deviceLost = (): AppError => new AppError('E_WORKER_LOST', 'The graphics device was lost.');

export function withCard(real: Factory): Factory {
  return {
    ...real,
    createSession: async (model, options) => {
      const isCard = options?.providers?.[0] === 'webgpu';
      const session = await real.createSession(model, { ...options, providers: ['cpu'] });
      if (!isCard) return session;
      card.opened++;
      return {
        ...session,
        run: async (feeds, fetches) => {
          const [batch] = Object.values(feeds).find(({ shape }) => shape.length === 4)!.shape;
          card.fail(batch, card.runs.push(batch));
          const outputs = await session.run(feeds, fetches);
          for (const { data } of Object.values(outputs))
            if (card.error > 0 && data instanceof Float32Array) data.forEach((value, i) => (data[i] = value + card.error));
          return outputs;
        },
      };
    },
  };
}
