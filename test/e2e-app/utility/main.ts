/** A main process that takes the product's supervisor, utility processes and broker through their paces and prints what it saw. */
import { app } from 'electron';
import { launchUtility } from '../../../electron/main/launch-core.ts';
import { Supervisor } from '../../../electron/main/supervisor.ts';

const { workers, model, job, out } = JSON.parse(process.env.UTILITY_TEST ?? '{}') as {
  workers: string;
  model: string;
  job: unknown;
  out: string;
};

app.whenReady().then(async () => {
  const seen: Record<string, unknown> = { electron: process.versions.electron };
  const events: string[] = [];
  const output: string[] = [];
  let running: string | null = 'run';
  const files = { workers, resources: workers, node: '', onOutput: (_name: string, text: string) => output.push(text) };
  const supervisor = new Supervisor({
    launch: () => launchUtility(files, process.env),
    greet: (caller) => caller.call('hello', {}),
    farewell: (caller) => caller.call('stop', {}),
    currentJob: () => running,
    onLost: (reason) => events.push(`lost: ${reason}`),
    onRestarted: () => events.push('restarted'),
    onDown: (reason) => events.push(`down: ${reason}`),
    helloMs: 15_000,
    drainMs: 2_000,
  });
  try {
    const { logits } = await supervisor.call<{ logits: string }>('inspect', { file: model });
    seen.logits = logits;
    await supervisor.call('open', job);
    const request = { set: 'fit', from: 0, to: 8 };
    seen.first = await supervisor.call('batch', request);
    const { started } = await supervisor.call<{ started: number[] }>('processes', {});
    process.kill(started[0], 'SIGKILL');
    seen.again = await supervisor.call('batch', request);
    seen.processes = await supervisor.call('processes', {});
    await supervisor.call('close', {});
    await supervisor.call('abort', {});
    await until(() => events.includes('restarted'));
    seen.restarted = await supervisor.call('hello', {});
    running = null;
    await supervisor.stop();
    seen.state = supervisor.state;
  } catch (error) {
    seen.error = String(error);
  }
  const { writeFileSync } = await import('node:fs');
  writeFileSync(out, JSON.stringify({ ...seen, events, output }));
  app.exit(0);
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
}
