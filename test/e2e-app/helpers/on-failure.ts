/** After a test that failed: what every window that is still open showed then, and what main wrote down. */
import { afterEach } from 'vitest';
import { openApplications } from './launch.ts';

const LAST = 2_000;

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const app of openApplications) {
    const shown = await app.page.locator('body').innerText({ timeout: 5_000 }).catch(String);
    console.log(`--- ${task.name}: ${app.page.url()}\n${shown}\n--- main.log\n${app.mainLog().slice(-LAST)}`);
  }
});
