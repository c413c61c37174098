/** Files dragged from the desktop onto the window: Chromium's own drag events, carrying real files. */
import type { Application } from './launch.ts';

const COPY = 1;

export async function drop(app: Application, files: string[]): Promise<void> {
  const session = await app.page.context().newCDPSession(app.page);
  const { x, y } = await app.page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 }));
  const data = { items: [], files, dragOperationsMask: COPY };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await session.detach();
}
