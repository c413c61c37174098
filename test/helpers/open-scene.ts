/** Opens a scene and waits until the window stands still: what page tests and pictures share. */
import type { Settings } from '../../electron/shared/app/contract.ts';
import type { FakeHost, Window } from './fake-host.ts';
import type { Scene } from './page-scenes.ts';

export async function openScene(host: FakeHost, scene: Scene, settings: Settings, viewport?: Viewport): Promise<Window> {
  const state = { ...structuredClone(scene.state ?? {}), settings };
  const window = await host.open({ ...scene, state, context: viewport === undefined ? {} : { viewport } });
  await window.page.locator('h1').first().waitFor();
  await still(window);
  if (scene.emits === undefined && scene.act === undefined) return window;
  if (scene.emits !== undefined) await window.emit(scene.emits[0], scene.emits[1] as never);
  await scene.act?.(window.page);
  await still(window);
  return window;
}

export interface Viewport {
  width: number;
  height: number;
}

/** No file and no answer is awaited but those that never come, and every picture is there. */
export async function still({ page, waiting }: Window): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = waiting() === 0 ? quiet + 1 : 0) await page.waitForTimeout(60);
  // Asked again and again from here: waitForFunction evaluates a string in the page, which the policy forbids.
  while (!(await page.evaluate('[...document.images].every((image) => image.complete || image.loading === "lazy")'))) {
    await page.waitForTimeout(60);
  }
}
