/** A trial of a provider with a network of one node. In a process of its own: a driver may crash or hang. */
import type { Plan } from '../../shared/plan.ts';
import { FLOAT32, makeNode, onnx, valueInfo } from '../onnx/proto.ts';
import { openOnProvider } from './providers.ts';

/** Throws E_PROVIDER_UNAVAILABLE with the reason. */
export async function probeProvider(provider: Plan['runtime']['provider']): Promise<void> {
  const { session, profile } = await openOnProvider(oneNode(), { provider, batchSize: null, threads: 1 }, 1);
  try {
    await session.run({ x: { dtype: 'float32', shape: [2], data: Float32Array.of(-1, 1) } });
  } finally {
    await session.release();
    profile?.remove();
  }
}

function oneNode(): Uint8Array {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'trial',
      node: [makeNode('Relu', ['x'], ['y'])],
      input: [valueInfo('x', FLOAT32, [2])],
      output: [valueInfo('y', FLOAT32, [2])],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}
