/** Before each test file: the special functions are compiled in the background, and a figure needs them at once. */
import { specialFunctions } from '../../electron/engine/metrics/proportion.ts';

await specialFunctions;
