/** Builds the window once, so that the pages under test are those of the checkout. */
import { build } from 'vite';
import { rendererConfig } from '../../scripts/build-config.ts';

export async function setup(): Promise<void> {
  await build(rendererConfig());
}
