/** Accessibility of what the window shows now, by axe. Violations come back as lines that name rule and elements. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

interface Violation {
  id: string;
  help: string;
  nodes: { target: string[]; html: string }[];
}

const require = createRequire(import.meta.url);
const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js', { paths: [require.resolve('@axe-core/playwright')] }), 'utf8');
/** WCAG 2.2 AA, and the habits that axe adds to it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(SOURCE);
  const violations = await page.evaluate(async (tags) => {
    const { axe } = globalThis as never as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    return (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations;
  }, TAGS);
  return violations.flatMap(({ id, help, nodes }) =>
    // A tooltip lies at the end of the page, over everything; its element refers to it.
    nodes
      .filter(({ html }) => id !== 'region' || !html.includes('tooltip'))
      .map(({ target, html }) => `${id}: ${help}: ${target.join(' ')} ${html.slice(0, 160)}`),
  );
}
