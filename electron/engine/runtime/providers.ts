/**
 * Execution providers by their names in a plan. `auto` is the CPU until a measured choice is built; a provider that is
 * asked for and cannot be had is an error, never a silent fallback.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import './no-telemetry.ts';
import { listSupportedBackends } from 'onnxruntime-node';
import type { Plan } from '../../shared/plan.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { Profile } from './profile.ts';
import { createSession, type Session } from './session.ts';

type ProviderName = Plan['runtime']['provider'];

/** Library files without which asking for a provider can abort the whole process. */
const LIBRARIES: Partial<Record<ProviderName, string>> = {
  cuda: 'libonnxruntime_providers_cuda.so',
  tensorrt: 'libonnxruntime_providers_tensorrt.so',
};

export interface OpenedSession {
  session: Session;
  /** The provider that really runs it. */
  provider: string;
  /** Of the session, from its beginning; null on the CPU. */
  profile: Profile | null;
}

/** Opens a session on the provider that the plan names. Throws E_PROVIDER_UNAVAILABLE with the reason. */
export async function openOnProvider(
  model: Uint8Array,
  runtime: Plan['runtime'],
  threads: number | null,
): Promise<OpenedSession> {
  const provider = runtime.provider === 'auto' ? 'cpu' : runtime.provider;
  const library = LIBRARIES[provider];
  if (library !== undefined && !existsSync(path.join(binaryFolder(), library))) {
    throw unavailable(provider, `its library ${library} is not installed`);
  }
  if (provider === 'cpu') return { session: await createSession(model, { threads }), provider, profile: null };
  const profile = new Profile();
  try {
    const session = await createSession(model, { providers: [provider], threads, profilePrefix: profile.prefix });
    return { session, provider, profile };
  } catch (error) {
    profile.remove();
    const detail = toAppError(error).detail ?? '';
    if (!/provider|adapter|backend|device|CUDA|WebGPU|DirectML/i.test(detail)) throw error;
    throw unavailable(
      provider,
      /adapter/i.test(detail) ? 'no usable graphics device was found' : (detail.split('\n')[0] ?? '').slice(0, 200),
      error,
    );
  }
}

/** Which providers this build of ONNX Runtime could use here; whether a graphics device answers, only a session tells. */
export function providerStates(): { id: string; state: 'ready' | 'unavailable'; why: string | null }[] {
  const backends = listSupportedBackends().map(({ name }) => name);
  return ['cpu', ...backends.filter((name) => name !== 'cpu')].map((id) => {
    const library = LIBRARIES[id as ProviderName];
    const missing = library !== undefined && !existsSync(path.join(binaryFolder(), library));
    return { id, state: missing ? 'unavailable' : 'ready', why: missing ? `${library} is not installed` : null };
  });
}

function unavailable(provider: string, why: string, cause?: unknown): AppError {
  return new AppError('E_PROVIDER_UNAVAILABLE', `The execution provider "${provider}" cannot be used: ${why}.`, {
    next: 'Run with --provider cpu, or install what is missing.',
    cause,
  });
}

/** Where ONNX Runtime's own libraries lie. */
export function binaryFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return path.join(path.dirname(entry), 'bin', 'napi-v6', process.platform, process.arch);
}
