/** What main answers for core while it has never been up. */
import { expect, it } from 'vitest';
import { CoreService } from '../../../electron/main/core-service.ts';
import type { CoreHello } from '../../../electron/shared/app/core-protocol.ts';
import { serve } from '../../../electron/shared/rpc.ts';
import { FakeChild } from '../../helpers/fake-child.ts';

it('before its first start nothing is open, and nobody waits to hear it; from then on core is asked', async () => {
  const child = new FakeChild();
  let greet: (hello: CoreHello) => void = () => undefined;
  const hello = new Promise<CoreHello>((resolve) => (greet = resolve));
  serve(child.far, { 'core.start': () => hello, 'project.view': () => Promise.resolve('as core says') });
  const service = new CoreService({
    launch: () => child,
    setup: () => ({ resources: '', userData: '', locale: 'en' }),
    grants: () => [],
    grant: () => expect.unreachable(),
    emit: () => undefined,
    log: () => undefined,
  });
  const started = service.start();
  expect(await service.request('project.view', {})).toBeNull();
  expect(await service.request('job.view', {})).toBeNull();
  greet({ pid: 1, node: '24' });
  await started;
  expect(await service.request('project.view', {})).toBe('as core says');
});
