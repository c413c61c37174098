/** Entry of the window: settings first, so that nothing is shown in the wrong language or theme, then the application. */
import { mount } from 'svelte';
import { z } from 'zod';
import './styles/index.css';
import App from './App.svelte';
import { job } from './state/job.svelte.ts';
import { problem } from './state/problem.svelte.ts';
import { project } from './state/project.svelte.ts';
import { settings } from './state/settings.svelte.ts';

z.config({ jitless: true }); // Compiled schemas need eval, which the policy refuses.

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app.');

await settings.start();
mount(App, { target });
try {
  await Promise.all([project.start(), job.start()]);
} catch (thrown) {
  project.loaded = true;
  problem.show(thrown);
}
