/** Every view and state that needs no run: accessible, within the policy, nothing wider than its box, in both languages. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FakeHost } from '../helpers/fake-host.ts';
import { expectSoundView, LOOKS } from '../helpers/page-checks.ts';
import { PAGE_SCENES } from '../helpers/page-scenes.ts';

let host: FakeHost;
beforeAll(async () => void (host = await FakeHost.start()));
afterAll(() => host.stop());

describe.each(Object.entries(PAGE_SCENES))('%s', (_name, scene) => {
  it.each(LOOKS)('$theme, $locale', (look) => expectSoundView(host, scene, look));
});
