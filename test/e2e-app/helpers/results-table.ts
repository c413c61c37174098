/** The results table as it is read on the screen, held against the figures of results.json. */
import type { Page } from '@playwright/test';
import type { Estimate, MetricsRow } from '../../../electron/shared/results.ts';

/** Text of every cell of the rows of OoD sets. */
export function tableRows(page: Page): Promise<string[][]> {
  return page
    .locator('table.res tbody tr:has(button.disc)')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('td')].map((cell) => [...cell.childNodes].map((part) => part.textContent).join(' ')),
      ),
    );
}

/** The figures that the table shows below 1600 pixels, in its order: area, two rates, share caught. */
export function figuresOf(row: MetricsRow): { estimate: Estimate; unit: 1 | 100 }[] {
  const [low, high] = row.detectionRateOodInterval;
  return [
    { estimate: row.auroc, unit: 1 },
    { estimate: row.fpr95IndPositive, unit: 100 },
    { estimate: row.fpr95OodPositive, unit: 100 },
    { estimate: { value: row.detectionRateOod, low, high }, unit: 100 },
  ];
}

/**
 * Whether a cell such as "35.7 % 27.5–44.5" shows an estimate: each number right to half a unit of its last decimal, but
 * an area that would read 1.000 is rounded down to four decimals.
 */
export function shows(cell: string, { value, low, high }: Estimate, unit: 1 | 100): boolean {
  const shown = cell.match(/\d+(\.\d+)?/g) ?? [];
  return shown.length === 3 && [value, low, high].every((exact, i) => reads(shown[i], exact, unit));
}

function reads(text: string, exact: number, unit: 1 | 100): boolean {
  const decimals = text.split('.')[1]?.length ?? 0;
  const missing = exact * unit - Number(text);
  if (unit === 1 && exact >= 0.9995 && exact < 1) return decimals === 4 && missing >= 0 && missing < 1e-4;
  return Math.abs(missing) <= 0.5 * 10 ** -decimals + 1e-9;
}
