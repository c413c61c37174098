/** A user without a mouse: everything is reached by Tab, arrows and shortcuts, and only what has the focus is pressed. */
import type { Page } from '@playwright/test';

const LONGEST_WAY = 120;

export class Keyboard {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  press(...keys: string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** Role and name of the element that has the focus, as a screen reader would say them. */
  focus(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      if (element === null || element === document.body) return 'nothing';
      const { type } = element;
      const role = element.getAttribute('role') ?? (['radio', 'checkbox'].includes(type) ? type : element.tagName.toLowerCase());
      const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '';
      return `${role} ${label.replace(/\s+/g, ' ').trim()}`;
    });
  }

  /** Tabs on until an element whose role and name match has the focus. Throws with the way it went. */
  async to(wanted: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const way: string[] = [];
    for (let i = 0; i < LONGEST_WAY; i++) {
      const here = await this.focus();
      if (wanted.test(here)) return;
      way.push(here);
      await this.page.keyboard.press(key);
    }
    throw new Error(`No ${String(wanted)} was reached by ${key}:\n${way.join('\n')}`);
  }

  /** Goes to an element and presses it. */
  async activate(wanted: RegExp, key = 'Enter'): Promise<void> {
    await this.to(wanted);
    await this.press(key);
  }

  /** Replaces what a field holds. */
  async fill(field: RegExp, text: string): Promise<void> {
    await this.to(field);
    await this.press('Control+A');
    await this.page.keyboard.type(text);
    await this.press('Enter');
  }

  /** Arrow after arrow in a list box, a group of radio buttons or a menu until it matches. */
  async arrowTo(wanted: RegExp, key = 'ArrowDown'): Promise<void> {
    const said = (): Promise<string> =>
      this.page.evaluate(() => {
        const element = document.activeElement as HTMLSelectElement;
        return element.tagName === 'SELECT'
          ? element.selectedOptions[0].text
          : ((element as never as HTMLInputElement).labels?.[0].textContent ?? element.textContent ?? '');
      });
    for (let i = 0; i < LONGEST_WAY; i++) {
      if (wanted.test((await said()).trim())) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`No ${String(wanted)} was reached by ${key}; the focus is on: ${await this.focus()}`);
  }
}
