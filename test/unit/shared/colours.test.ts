import { describe, expect, it } from 'vitest';
import { PAPER, seriesStyle } from '../../../electron/shared/colours.ts';

/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const onWhite = (hex: string): number => 1.05 / (luminance(hex) + 0.05);

describe('colours of data', () => {
  it('tells 13 sets apart by colour, marker and hollowness together, twelve of them OoD', () => {
    const styles = [null, ...Array.from({ length: 12 }, (_, i) => i)].map(seriesStyle);
    expect(new Set(styles.map(({ token, marker, hollow }) => `${token} ${marker} ${hollow}`)).size).toBe(13);
    expect(new Set(styles.map(({ marker, hollow }) => `${marker} ${hollow}`)).size).toBe(13);
  });

  it('keeps in-distribution for itself', () => {
    for (let i = 0; i < 30; i++) expect(seriesStyle(i).token).not.toBe(seriesStyle(null).token);
  });

  it('draws lines at 3:1 and text at 4.5:1 on white paper', () => {
    for (const style of [null, 0, 1, 2, 3, 4, 5].map(seriesStyle)) expect(onWhite(style.line)).toBeGreaterThanOrEqual(3);
    for (const text of [PAPER.ink, PAPER.ink2, PAPER.ink3, PAPER.warn, PAPER.danger]) {
      expect(onWhite(text)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
