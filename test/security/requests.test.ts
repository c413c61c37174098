/** Every request of the contract, from every kind of sender that is not our window, and with input that does not fit. */
import { describe, expect, it } from 'vitest';
import { isOwnPage } from '../../electron/main/navigation.ts';
import { answer, type Desk, type Sender } from '../../electron/main/requests.ts';
import { REQUESTS, type RequestName } from '../../electron/shared/app/contract.ts';
import { AppError } from '../../electron/shared/errors.ts';

const WINDOW = 7;
const own: Sender = { sender: { id: WINDOW }, senderFrame: { url: 'app://main/index.html', parent: null } };
const frame = (url: string, parent: unknown = null): Sender => ({ sender: { id: WINDOW }, senderFrame: { url, parent } });

const FORGED: [who: string, sender: Sender][] = [
  ['a frame that is gone', { sender: { id: WINDOW }, senderFrame: null }],
  ['a frame inside the page', frame('app://main/index.html', {})],
  ['another window', { ...own, sender: { id: 8 } }],
  ['a page from the network', frame('https://example.org/')],
  ['a look-alike', frame('app://main.evil/index.html')],
  ['a file', frame('file:///work/index.html')],
  ['an empty page', frame('about:blank')],
  ['a page without address', frame('')],
];

function desk(log: string[] = []): Desk {
  const reached = (name: string) => () => {
    log.push(name);
    return 'reached';
  };
  const main = Object.fromEntries(Object.keys(REQUESTS).map((name) => [name, reached(name)])) as never;
  return {
    windowId: () => WINDOW,
    isOwnPage,
    main,
    core: (name) => Promise.resolve(reached(name)()),
    log: (name, error) => log.push(`${name}: ${error.message}`),
  };
}

const names = Object.keys(REQUESTS) as RequestName[];

describe.each(FORGED)('%s', (_who, sender) => {
  it.each(names)('is refused %s', async (name) => {
    const reached: string[] = [];
    expect(await answer(desk(reached), sender, name, {})).toMatchObject({ ok: false, error: { code: 'E_NOT_GRANTED' } });
    expect(reached).toEqual([]);
  });
});

describe('our window', () => {
  const JUNK: unknown[] = [undefined, null, 1, 'text', [], { surplus: true }, { __proto__: null, constructor: 1 }];

  it.each(names)('%s refuses input that does not fit', async (name) => {
    const reached: string[] = [];
    for (const junk of JUNK) {
      expect(await answer(desk(reached), own, name, junk), JSON.stringify(junk)).toMatchObject({
        ok: false,
        error: { code: 'E_INPUT' },
      });
    }
    expect(reached).toEqual([]);
  });

  it.each(['app.secret', '__proto__', 'constructor', 'toString', '', 3, null, {}])('asks for %s in vain', async (name) => {
    expect(await answer(desk(), own, name, {})).toMatchObject({ ok: false, error: { code: 'E_INPUT' } });
  });

  it('reaches main or core, as the contract says', async () => {
    expect(await answer(desk(), own, 'app.info', {})).toEqual({ ok: true, value: 'reached' });
    const core: Desk = { ...desk(), main: {} as never, core: (name, input) => Promise.resolve({ name, input }) };
    expect(await answer(core, own, 'run.results', { run: 3 })).toEqual({
      ok: true,
      value: { name: 'run.results', input: { run: 3 } },
    });
  });

  it('gets errors as data, and what is internal goes to the log', async () => {
    const log: string[] = [];
    const failing = (thrown: unknown): Desk => ({ ...desk(log), core: () => Promise.reject(thrown) });
    const refusal = new AppError('E_DATASET', 'No images.', { next: 'Add some.' });
    expect(await answer(failing(refusal), own, 'project.view', {})).toEqual({
      ok: false,
      error: { code: 'E_DATASET', message: 'No images.', next: 'Add some.' },
    });
    expect(log).toEqual([]);
    expect(await answer(failing(new TypeError('x is undefined')), own, 'project.view', {})).toMatchObject({
      error: { code: 'E_INTERNAL' },
    });
    expect(log).toEqual(['project.view: x is undefined']);
  });
});
