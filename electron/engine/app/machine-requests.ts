/** This computer: what it can run, and whether Oodlab computes here what its golden files say. */
import { cpus, totalmem, availableParallelism } from 'node:os';
import path from 'node:path';
import '../runtime/no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { MachineView, SelfTestView } from '../../shared/app/views.ts';
import { runConformance, type TopicResult } from '../conformance/run-conformance.ts';
import { AppError } from '../../shared/errors.ts';
import { providerStates } from '../runtime/providers.ts';
import type { AppContext, Handlers } from './context.ts';
import type { Desk } from './project-requests.ts';

type Names = 'selftest.run' | 'selftest.last' | 'machine.view';

export function machineRequests(app: AppContext, desk: Desk): Handlers<Names> {
  let last: SelfTestView | null = null;
  let running: Promise<SelfTestView> | null = null;
  const test = async (): Promise<SelfTestView> => {
    const started = performance.now();
    const topics = await runConformance(path.join(app.resources, 'golden'));
    last = { at: new Date().toISOString(), seconds: (performance.now() - started) / 1000, topics: topics.map(topicView) };
    return last;
  };
  return {
    'selftest.run': () => {
      if (desk.current?.job?.running === true) {
        throw new AppError('E_CONFLICT', 'A job is running, and the self-test would slow it down.', {
          next: 'Wait for its end.',
        });
      }
      running ??= test().finally(() => (running = null));
      return running;
    },
    'selftest.last': () => last,
    'machine.view': (): MachineView => ({
      cpu: cpus()[0]?.model.trim() ?? '',
      threads: availableParallelism(),
      memoryBytes: totalmem(),
      onnxruntime: ort.env.versions.common ?? '',
      providers: providerStates(),
    }),
  };
}

function topicView(result: TopicResult): SelfTestView['topics'][number] {
  const { topic, file, cases, worstAbs, status, failures } = result;
  const state = status === 'passed' ? 'agrees' : status === 'not built yet' ? 'not-built' : 'differs';
  return { topic, file, cases, worst: worstAbs, tolerance: loosest(result.tolerance), state, worstCase: failures[0] ?? null };
}

/** A topic states a tolerance for each kind of figure; the chart draws the widest, the table of the command line all. */
function loosest(text: string): number {
  const numbers = [...text.matchAll(/ (\S+?)(?:,|$)/g)].map(([, number]) => Number(number)).filter(Number.isFinite);
  return numbers.length === 0 ? 0 : Math.max(...numbers);
}
