/**
 * The batch size when a plan names none: fixed by shapes alone and never measured, because the batch size enters the
 * last bits of a result, and the same plan must give the same result anywhere.
 */
const LARGEST = 64;
/** Input numbers in a batch: about a quarter of a second of a ResNet-18 on two cores. */
const INPUT_NUMBERS = 2e6;
/** Numbers that masks, or repeated activations, of a batch may take: 64 MB. */
const EXPANDED_NUMBERS = 16e6;

/** @param inputNumbers of one image. @param expandedNumbers what one image grows to when its samples are formed. */
export function defaultBatchSize(inputNumbers: number, expandedNumbers: number): number {
  const fits = Math.min(
    LARGEST,
    INPUT_NUMBERS / inputNumbers,
    expandedNumbers === 0 ? LARGEST : EXPANDED_NUMBERS / expandedNumbers,
  );
  return 2 ** Math.max(0, Math.floor(Math.log2(fits)));
}
