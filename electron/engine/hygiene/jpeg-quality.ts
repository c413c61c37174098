/**
 * The quality that a JPEG file was saved with, 1 to 100, from its luma quantisation table: libjpeg scales the table of ITU
 * T.81 annex K.1 by 5000 / q below 50 and by 200 - 2 q from there on. Tables of other makers give the nearest scale.
 */

/** Annex K.1 in zigzag order, as files hold it. */
const STANDARD = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
  56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92,
  101, 103, 99,
];
const QUANTISATION = 0xdb;
const START_OF_SCAN = 0xda;

/** null: no JPEG, or no table in front of its scan. */
export function jpegQuality(bytes: Uint8Array): number | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
    if (bytes[at + 1] === QUANTISATION) {
      const table = lumaTable(bytes.subarray(at + 4, end));
      if (table !== null) return qualityOf(table);
    }
    at = end;
  }
  return null;
}

/** Table 0 of a segment, which may hold several. */
function lumaTable(segment: Uint8Array): number[] | null {
  for (let at = 0; at < segment.length;) {
    const wide = segment[at] >> 4 === 1;
    const step = wide ? 2 : 1;
    const from = at + 1;
    if (from + 64 * step > segment.length) return null;
    if ((segment[at] & 15) === 0) {
      return STANDARD.map((_, i) => (wide ? (segment[from + 2 * i] << 8) | segment[from + 2 * i + 1] : segment[from + i]));
    }
    at = from + 64 * step;
  }
  return null;
}

/** Entries at 1 and 255 were cut off and say nothing of the scale. */
function qualityOf(table: readonly number[]): number {
  const told = table.map((value, i) => ({ value, standard: STANDARD[i] })).filter(({ value }) => value > 1 && value < 255);
  if (told.length === 0) return table[0] <= 1 ? 100 : 1;
  const scale = (100 * told.reduce((sum, { value }) => sum + value, 0)) / told.reduce((sum, { standard }) => sum + standard, 0);
  const quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
  return Math.max(1, Math.min(100, Math.round(quality)));
}
