/** Type-7 quantile (Hyndman & Fan 1996), as numpy's default and R's. @param sorted ascending. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const part = at - low;
  if (part === 0) return sorted[low];
  return sorted[low] + (sorted[low + 1] - sorted[low]) * part;
}
