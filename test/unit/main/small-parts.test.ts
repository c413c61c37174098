/** The small parts of main: places of the window, recents, grants, the open queue, quitting, signals. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Grants } from '../../../electron/main/grants.ts';
import { JobSignals } from '../../../electron/main/job-signals.ts';
import { JsonFile } from '../../../electron/main/json-file.ts';
import { needsNode } from '../../../electron/main/node-api.ts';
import { fileFromArgv, OpenQueue } from '../../../electron/main/open-queue.ts';
import { Quit } from '../../../electron/main/quit.ts';
import { MAX_RECENTS, Recents, recentsSchema } from '../../../electron/main/recents.ts';
import { clampToDisplays } from '../../../electron/main/window-state.ts';
import { STEPS, type JobView, type RunSummary } from '../../../electron/shared/app/views.ts';
import { fakeProject } from '../../helpers/fake-project.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();

describe('place of the window', () => {
  const left = { x: 0, y: 0, width: 1920, height: 1040 };
  const right = { x: 1920, y: 0, width: 2560, height: 1400 };
  it.each([
    ['the first time', null, [left], { x: 320, y: 120, width: 1280, height: 800 }],
    ['where it was', { x: 10, y: 20, width: 1100, height: 700 }, [left], { x: 10, y: 20, width: 1100, height: 700 }],
    [
      'on the second display',
      { x: 2000, y: 20, width: 1100, height: 700 },
      [left, right],
      { x: 2000, y: 20, width: 1100, height: 700 },
    ],
    [
      'a display that is gone',
      { x: 2000, y: 20, width: 1100, height: 700 },
      [left],
      { x: 410, y: 170, width: 1100, height: 700 },
    ],
    ['half outside', { x: 1500, y: -50, width: 1100, height: 700 }, [left], { x: 820, y: 0, width: 1100, height: 700 }],
    ['larger than the display', { x: 0, y: 0, width: 5000, height: 3000 }, [left], { x: 0, y: 0, width: 1920, height: 1040 }],
    ['too small', { x: 5, y: 5, width: 100, height: 50 }, [left], { x: 5, y: 5, width: 1000, height: 640 }],
    [
      'a display smaller than the window may be',
      null,
      [{ x: 0, y: 0, width: 800, height: 600 }],
      { x: 0, y: 0, width: 800, height: 600 },
    ],
  ])('%s', (_what, saved, areas, expected) => expect(clampToDisplays(saved, areas)).toEqual(expected));
});

describe('a small file', () => {
  const schema = z.object({ n: z.number() });
  it.each([
    ['not there', undefined],
    ['damaged', '{"n":'],
    ['of another shape', '{"n":"1"}'],
  ])('that is %s gives the default', (name, text) => {
    const file = path.join(folder, `${name}.json`);
    if (text !== undefined) writeFileSync(file, text);
    const store = new JsonFile(file, schema, { n: 7 });
    expect(store.value).toEqual({ n: 7 });
    store.set({ n: 8 });
    expect(new JsonFile(file, schema, { n: 0 }).value).toEqual({ n: 8 });
  });
});

describe('recents', () => {
  it('are newest first, each once, at most ten, and say which are gone', () => {
    let redrawn = 0;
    const recents = new Recents(new JsonFile(path.join(folder, 'recents.json'), recentsSchema, []), () => redrawn++);
    const there = path.join(folder, 'there.oodlab');
    writeFileSync(there, '');
    for (let i = 0; i < 12; i++) recents.add({ file: path.join(folder, `${i}.oodlab`), name: `${i}`, openedAt: 'then' });
    recents.add({ file: there, name: 'there', openedAt: 'now' });
    recents.add({ file: path.join(folder, '11.oodlab'), name: 'again', openedAt: 'now' });
    const list = recents.list();
    expect(list).toHaveLength(MAX_RECENTS);
    expect(list.slice(0, 3).map(({ name, exists }) => [name, exists])).toEqual([
      ['again', false],
      ['there', true],
      ['10', false],
    ]);
    recents.remove(there);
    expect([recents.has(there), recents.list().length, redrawn]).toEqual([false, 9, 15]);
  });
});

describe('the line of the open project', () => {
  it('says where it stands, keeps when it was opened, and leaves a temporary project out', () => {
    const recents = new Recents(new JsonFile(path.join(folder, 'followed.json'), recentsSchema, []), () => undefined);
    const steps = STEPS.map((id) => ({ id, state: id === 'dataset' ? ('done' as const) : ('empty' as const), blockers: [] }));
    const view = { ...fakeProject(), file: path.join(folder, 'p.oodlab'), temporary: false, runs: [], steps };
    const run = { id: 1, state: 'interrupted', stamp: null } as RunSummary;
    const standing = (): unknown => recents.list()[0].standing;
    expect([recents.follow(view), standing()]).toEqual([true, { kind: 'step', step: 'model' }]);
    const { openedAt } = recents.list()[0];
    expect([recents.follow({ ...view, runs: [run] }), standing()]).toEqual([false, { kind: 'unfinished', run: 1 }]);
    const done = { ...run, id: 2, state: 'done' as const, stamp: { state: 'exploratory' as const, looks: 3 } };
    expect([recents.follow({ ...view, runs: [run, done] }), standing()]).toEqual([
      false,
      { kind: 'stamp', state: 'exploratory', looks: 3 },
    ]);
    expect(recents.list()[0].openedAt).toBe(openedAt);
    expect([recents.follow({ ...view, file: '/tmp/demo.oodlab', temporary: true }), recents.list().length]).toEqual([false, 1]);
    expect(recents.follow(view)).toBe(true);
  });
});

describe('grants', () => {
  it('stand for paths that were chosen, and for no other', () => {
    const told: string[] = [];
    const grants = new Grants(({ path: file }) => told.push(file));
    const grant = grants.give('/data/a/../model.onnx');
    expect([grant.name, grant.path, grants.pathOf(grant.id)]).toEqual(['model.onnx', '/data/model.onnx', '/data/model.onnx']);
    expect(grants.give('/data/model.onnx')).toBe(grant);
    expect(told).toEqual(['/data/model.onnx']);
    for (const id of ['', 'made-up', '/data/model.onnx', '__proto__']) expect(() => grants.pathOf(id)).toThrow('was not chosen');
    for (const file of ['relative', '', '/a\0b']) expect(() => grants.give(file)).toThrow('not the path of a file');
  });
});

describe('files that the system opens', () => {
  it('wait for the window, and the last one wins', () => {
    const queue = new OpenQueue();
    const opened: string[] = [];
    queue.push('a');
    queue.push('b');
    queue.ready((file) => opened.push(file));
    queue.push('c');
    queue.pause();
    queue.push('d');
    queue.ready((file) => opened.push(file));
    queue.ready((file) => opened.push(file));
    expect(opened).toEqual(['b', 'c', 'd']);
  });

  it.each([
    [['electron', '--flag', '.', 'x.oodlab'], '/home/u/x.oodlab'],
    [['oodlab', '/d/plan.JSON'], '/d/plan.JSON'],
    [['oodlab', '--file=x.oodlab', '/app'], null],
    [['x.oodlab'], null],
  ])('are found on the command line %j', (argv, expected) => expect(fileFromArgv(argv, '/home/u')).toBe(expected));
});

describe('quitting', () => {
  function scene(busy: boolean, window = true) {
    const log: string[] = [];
    const state = { busy };
    const steps = {
      isBusy: () => state.busy,
      ask: () => (log.push('ask'), window),
      shutDown: () => (log.push('stop core'), Promise.resolve()),
      exit: () => void log.push('exit'),
    };
    return { quit: new Quit(steps), log, state };
  }
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

  it('with nothing at work stops core, then ends, once', async () => {
    const { quit, log } = scene(false);
    quit.request();
    quit.request();
    await settle();
    expect(log).toEqual(['stop core', 'exit']);
  });

  it('with a job asks, every time', async () => {
    const { quit, log } = scene(true);
    quit.request();
    quit.request();
    quit.answer('keep');
    await settle();
    expect(log).toEqual(['ask', 'ask']);
  });

  it('stops and ends when told so', async () => {
    const { quit, log } = scene(true);
    quit.request();
    quit.answer('stop');
    await settle();
    expect(log).toEqual(['ask', 'stop core', 'exit']);
  });

  it('waits for the job when told so, and forgets it when told to keep running', async () => {
    const { quit, log, state } = scene(true);
    quit.answer('when-done');
    quit.answer('keep');
    state.busy = false;
    quit.jobEnded();
    await settle();
    expect(log).toEqual([]);
    state.busy = true;
    quit.answer('when-done');
    state.busy = false;
    quit.jobEnded();
    await settle();
    expect(log).toEqual(['stop core', 'exit']);
  });

  it('a job that ends while the question stands does not wait for ever', async () => {
    const { quit, log, state } = scene(true);
    quit.request();
    state.busy = false;
    quit.answer('when-done');
    await settle();
    expect(log).toEqual(['ask', 'stop core', 'exit']);
  });

  it('without a window to ask in, ends', async () => {
    const { quit, log } = scene(true, false);
    quit.request();
    await settle();
    expect(log).toEqual(['ask', 'stop core', 'exit']);
  });

  it('ends even when core cannot be stopped', async () => {
    const exit = vi.fn();
    new Quit({ isBusy: () => false, ask: () => false, shutDown: () => Promise.reject(new Error('no')), exit }).request();
    await settle();
    expect(exit).toHaveBeenCalledOnce();
  });
});

describe('signals of a job', () => {
  const job = (patch: Partial<JobView>): JobView =>
    ({ id: 'j', kind: 'run', state: 'running', fraction: null, error: null, ...patch }) as JobView;

  function watch(focused: boolean) {
    const log: unknown[] = [];
    const signals = new JobSignals({
      setProgress: (value) => log.push(value),
      keepAwake: (on) => log.push(on ? 'awake' : 'may sleep'),
      isFocused: () => focused,
      notify: (text, detail) => log.push([text, detail]),
    });
    return { signals, log };
  }

  it('are a bar while it runs, no sleep, and a notice when nobody looks', () => {
    const { signals, log } = watch(false);
    for (const patch of [{}, { fraction: 0.5 }, { state: 'stopping', fraction: 0.6 }, { state: 'done' }] as const)
      signals.show(job(patch));
    expect(log).toEqual(['awake', 2, 0.5, 0.6, 'may sleep', -1, ['run.done', '']]);
  });

  it('tell why it failed, and nothing when it was cancelled or watched', () => {
    const failed = watch(false);
    failed.signals.show(job({}));
    failed.signals.show(job({ state: 'failed', error: { code: 'E_OOM', message: 'Too large.' } }));
    expect(failed.log.at(-1)).toEqual(['run.failed', 'Too large.']);
    for (const [focused, state, kind] of [
      [false, 'cancelled', 'run'],
      [true, 'done', 'run'],
      [false, 'done', 'preflight'],
    ] as const) {
      const { signals, log } = watch(focused);
      signals.show(job({ kind }));
      signals.show(job({ kind, state }));
      expect(log).toEqual(['awake', 2, 'may sleep', -1]);
    }
  });

  it('are silent for a job that had ended before', () => {
    const { signals, log } = watch(false);
    signals.show(job({ state: 'done' }));
    expect(log).toEqual([]);
  });
});

describe('which process core runs in', () => {
  it.each([
    ['8', true],
    ['9', true],
    ['10', false],
    ['11', false],
    ['', true],
  ])('Node-API %s', (napi, node) => {
    expect(needsNode(napi)).toBe(node);
  });
});
