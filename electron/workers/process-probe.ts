/** Trials of providers in throw-away processes: a driver that crashes or hangs takes nothing else down. */
import type { Plan } from '../shared/plan.ts';
import { toAppError } from '../shared/errors.ts';
import { Caller } from '../shared/rpc.ts';
import { startInference } from './start-inference.ts';

const PATIENCE_MS = 30_000;

/** null: it runs. Else why it does not. */
export async function probeInProcess(provider: Plan['runtime']['provider'], signal: AbortSignal): Promise<string | null> {
  const child = await startInference();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill();
  }, PATIENCE_MS);
  try {
    await new Caller(child.port).call('probe', { provider }, signal);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return isLate ? `It did not answer within ${PATIENCE_MS / 1000} seconds.` : toAppError(error).message;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}
