/** Keys of the threshold's handle (DESIGN.md section 6): what each makes of the threshold. Used by ThresholdHandle. */
export interface ThresholdSteps {
  value: number;
  recorded: number;
  /** Scores of the measured sets next to the threshold: where a rate changes; null at the ends. */
  previous: number | null;
  next: number | null;
}

/** The threshold after the key, or null when the key means nothing here. */
export function thresholdAfter(key: string, isShifted: boolean, steps: ThresholdSteps): number | null {
  const step = isShifted ? 0.5 : 0.05;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return round(steps.value + step);
    case 'ArrowLeft':
    case 'ArrowDown':
      return round(steps.value - step);
    case 'PageUp':
      return steps.next ?? steps.value;
    case 'PageDown':
      return steps.previous ?? steps.value;
    case 'Home':
    case 'Escape':
      return steps.recorded;
    default:
      return null;
  }
}

/** Steps add up without the dust of binary fractions. */
function round(value: number): number {
  return Number(value.toFixed(6));
}
