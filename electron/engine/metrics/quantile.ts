/** Type-7 quantile (Hyndman & Fan 1996), as numpy's default and R's. @param sorted ascending. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const part = at - low;
  if (part === 0) return sorted[low];
  return sorted[low] + (sorted[low + 1] - sorted[low]) * part;
}

/** Type-7 quantiles at α/2 and 1 - α/2. */
export function percentileInterval(replicates: Float64Array, level = 0.95): [number, number] {
  const sorted = replicates.slice().sort();
  return [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)];
}
