/** The views of a plan that is being run, over the project of run-views: a file of their own, so that two workers share the work. */
import { afterAll, describe, it } from 'vitest';
import { FakeHost } from '../helpers/fake-host.ts';
import { expectSoundView, LOOKS } from '../helpers/page-checks.ts';
import { realProject } from '../helpers/real-project.ts';
import { BEFORE_RESULTS, runScenes } from '../helpers/run-scenes.ts';

const real = await realProject();
const host = await FakeHost.start(real);
afterAll(async () => {
  await host.stop();
  await real.close();
});

describe.each(Object.entries(runScenes(real)).filter(([name]) => BEFORE_RESULTS.test(name)))('%s', (_name, scene) => {
  it.each(LOOKS)('$theme, $locale', (look) => expectSoundView(host, scene, look));
});
