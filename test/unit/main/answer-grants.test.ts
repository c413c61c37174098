/** Which paths core's answers make the window able to name. */
import { describe, expect, it } from 'vitest';
import { withGrant } from '../../../electron/main/answer-grants.ts';
import type { ExportView } from '../../../electron/shared/app/views.ts';

const STATES = ['absent', 'waiting', 'writing', 'written', 'failed'] as const;

function granted(name: 'export.view' | 'export.start', view: ExportView): { paths: string[]; answer: ExportView } {
  const paths: string[] = [];
  const give = (path: string) => {
    paths.push(path);
    return { id: `g-${path}`, name: path, path };
  };
  return { answer: withGrant(name, view, { give }) as ExportView, paths };
}

const view: ExportView = {
  folder: '/out/run 1',
  folderGrant: null,
  monitor: null,
  items: STATES.map((state) => ({
    item: 'monitor',
    files: [{ name: `monitor/${state}.onnx`, bytes: 5, grant: null }],
    state,
    error: null,
  })),
};

describe('an export', () => {
  it('grants its folder and the files that it has written, no other', () => {
    const { answer, paths } = granted('export.view', view);
    expect([...paths].sort()).toEqual(['/out/run 1', '/out/run 1/monitor/written.onnx']);
    expect(answer.folderGrant).toBe('g-/out/run 1');
    const grants = answer.items.map(({ state, files: [file] }) => [state, file.grant]);
    expect(Object.fromEntries(grants)).toEqual({
      absent: null,
      waiting: null,
      writing: null,
      written: 'g-/out/run 1/monitor/written.onnx',
      failed: null,
    });
  });

  it('grants nothing with any other answer', () => {
    const { answer, paths } = granted('export.start', view);
    expect(paths).toEqual([]);
    expect(answer).toBe(view);
  });
});
