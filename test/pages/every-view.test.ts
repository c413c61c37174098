/** What holds for every view: no violation of accessibility rules or of the policy, nothing wider than its box, both languages. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeHost, type Window } from '../helpers/fake-host.ts';
import { PAGE_SCENES } from '../helpers/page-scenes.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
let host: FakeHost;
beforeAll(async () => void (host = await FakeHost.start()));
afterAll(() => host.stop());

async function open(name: string, theme: 'light' | 'dark', locale: 'en' | 'fr'): Promise<Window> {
  const scene = PAGE_SCENES[name];
  const window = await host.open({ ...scene, state: { ...structuredClone(scene.state ?? {}), settings: { theme, locale } } });
  await window.page.locator('h1').first().waitFor();
  await window.page.waitForLoadState('networkidle');
  return window;
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

/** Makes every text of letters 40 % longer, as a wordy language would. */
function lengthen(page: Page): Promise<void> {
  return page.evaluate(`{
    const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
    for (const nodes = []; ;) {
      const node = walker.nextNode();
      if (node === null) { nodes.forEach((each) => (each.data += ' ' + 'xyzw '.repeat(Math.ceil(each.data.length * 0.08)).trim())); break; }
      if (/[a-z]{3}/i.test(node.data)) nodes.push(node);
    }
  }`);
}

describe.each(Object.keys(PAGE_SCENES))('%s', (name) => {
  it.each([
    ['light', 'en'],
    ['dark', 'fr'],
  ] as const)('%s, %s: axe finds nothing, nothing is too wide, the policy holds', async (theme, locale) => {
    const { page, faults, close } = await open(name, theme, locale);
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale);
    expect(await page.evaluate(`document.body.innerText.match(/\\{\\w+\\}/g)`)).toBeNull();
    expect(faults).toEqual([]);
    await close();
  });

  it('holds texts that are 40 % longer', async () => {
    const { page, close } = await open(name, 'light', 'en');
    await lengthen(page);
    expect(await tooWide(page)).toEqual([]);
    await close();
  });
});
