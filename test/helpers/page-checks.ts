/** What holds for every view, as lists of what does not: accessibility rules, the policy, boxes that hold their content. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from 'vitest';
import type { FakeHost } from './fake-host.ts';
import { openScene } from './open-scene.ts';
import type { Scene } from './page-scenes.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** In one language and theme each; the English one is stretched afterwards, as a wordy language would. */
export const LOOKS = [
  { theme: 'light', locale: 'en' },
  { theme: 'dark', locale: 'fr' },
] as const;

export async function expectSoundView(host: FakeHost, scene: Scene, look: (typeof LOOKS)[number]): Promise<void> {
  const { page, faults, close } = await openScene(host, scene, look);
  expect(await violations(page)).toEqual([]);
  expect(await tooWide(page)).toEqual([]);
  expect(await cutTables(page)).toEqual([]);
  expect(await page.locator('html').getAttribute('lang')).toBe(look.locale);
  expect(await page.evaluate(`document.body.innerText.match(/\\{\\w+\\}/g)`)).toBeNull();
  expect(faults).toEqual([]);
  if (look.locale === 'en') {
    await lengthen(page);
    expect(await tooWide(page)).toEqual([]);
  }
  await close();
}

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** Elements whose content sticks out of them, and a page that scrolls sideways. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((e) => !e.closest('svg') && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'visible')
    .map((e) => e.tagName + '.' + e.className + ' ' + e.scrollWidth + ' > ' + e.clientWidth + ': ' + e.textContent.trim().slice(0, 60))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])`);
}

/** Tables that have to be scrolled sideways, at a size where nothing should be. */
function cutTables(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('.frame')]
    .filter((e) => e.scrollWidth > e.clientWidth + 1)
    .map((e) => e.scrollWidth + ' > ' + e.clientWidth + ': ' + e.textContent.trim().slice(0, 60))`);
}

/** Makes every text of letters 40 % longer. */
function lengthen(page: Page): Promise<void> {
  return page.evaluate(`{
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (const nodes = []; ;) {
      const node = walker.nextNode();
      if (node === null) { nodes.forEach((each) => (each.data += ' ' + 'xyzw '.repeat(Math.ceil(each.data.length * 0.08)).trim())); break; }
      if (/[a-z]{3}/i.test(node.data) && !/^(SCRIPT|STYLE)$/.test(node.parentElement.tagName)) nodes.push(node);
    }
  }`);
}
