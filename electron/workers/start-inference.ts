/** Starts an inference process, however the process that asks was started itself. */
import { forkWorker, type Child } from './node-port.ts';
import { inferenceFromMain, isUtilityProcess } from './utility-port.ts';

const ENTRY = new URL('./inference.ts', import.meta.url);

export function startInference(): Promise<Child> {
  return isUtilityProcess ? inferenceFromMain() : Promise.resolve(forkWorker(ENTRY));
}
