/** Chromium where it is missing, and the window built once, so that the pages under test are those of the checkout. */
import { build } from 'vite';
import { rendererConfig } from '../../scripts/build-config.ts';
import { needSystemPackages } from '../../scripts/system-packages.ts';
import { CHROMIUM } from '../helpers/fake-host.ts';

export async function setup(): Promise<void> {
  if (process.env['OODLAB_CHROMIUM'] === undefined) await needSystemPackages([CHROMIUM]);
  await build(rendererConfig());
}
