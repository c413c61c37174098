/** Numbers as people type them: "1/255", "0,286", "0.485, 0.456, 0.406". */

/** A number or a fraction; null when it is neither. */
export function readNumber(text: string): number | null {
  const [over, under, ...rest] = text.split('/').map(toNumber);
  if (rest.length > 0 || over === null || over === undefined) return null;
  if (under === undefined) return over;
  return under === null || under === 0 ? null : over / under;
}

/** One number, or three between commas, semicolons or spaces; null otherwise. */
export function readChannels(text: string): number[] | null {
  const parts = text.trim().split(text.includes(';') ? /\s*;\s*/ : /,\s+|\s+|,(?=.*,)/);
  const numbers = parts.map(toNumber);
  const isGood = (numbers.length === 1 || numbers.length === 3) && numbers.every((number) => number !== null);
  return isGood ? (numbers as number[]) : null;
}

export function writeNumber(value: number): string {
  const under = 1 / value;
  const isFraction = Math.abs(value) < 1 && Math.abs(under - Math.round(under)) < 1e-9 && under > 1;
  return isFraction && Math.round(under) % 10 !== 0 ? `1/${Math.round(under)}` : String(value);
}

export function writeChannels(values: readonly number[]): string {
  return values.join(', ');
}

/** Mean and deviation come in equal numbers: the shorter one is repeated. */
export function evenOut(mean: number[], std: number[]): { mean: number[]; std: number[] } {
  const length = Math.max(mean.length, std.length);
  const fill = (values: number[]): number[] => (values.length === length ? values : Array.from({ length }, () => values[0]));
  return { mean: fill(mean), std: fill(std) };
}

function toNumber(text: string): number | null {
  const number = Number(text.trim().replace(',', '.').replace('−', '-'));
  return text.trim() === '' || !Number.isFinite(number) ? null : number;
}
