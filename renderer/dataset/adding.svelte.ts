/** Sets on their way in: chosen or dropped, then asked for their role, then added. */
import type { Grant } from '../../electron/shared/app/contract.ts';
import type { Role } from '../../electron/shared/domain.ts';
import { invoke } from '../bridge.svelte.ts';
import { pick } from '../frame/project-actions.ts';
import { attempt } from '../state/problem.svelte.ts';
import { project } from '../state/project.svelte.ts';

export const ROLES: readonly Role[] = ['fit', 'calibrate', 'select', 'test', 'ood'];

const NAMED: readonly [pattern: RegExp, role: Role][] = [
  [/calib/i, 'calibrate'],
  [/ood|anomal|soil|outlier|corrupt/i, 'ood'],
  [/test/i, 'test'],
  [/select|val/i, 'select'],
  [/train|fit/i, 'fit'],
];

class Adding {
  /** Waiting for their role. */
  grants = $state.raw<Grant[]>([]);
  isTyping = $state(false);
  isDeriving = $state(false);

  async pick(kind: 'images-folder' | 'images-file'): Promise<void> {
    this.take(await pick(kind));
  }

  /** Asks for a typed path in the system's own dialog. */
  async type(path: string): Promise<void> {
    this.isTyping = false;
    const grant = await attempt(() => invoke('app.typed', { path }));
    if (grant !== null) this.take([grant]);
  }

  take(grants: Grant[]): void {
    this.grants = grants;
  }

  /** Guessed from the name, else the first role that the project still lacks. */
  guess(): Role {
    const name = this.grants[0]?.name ?? '';
    const named = NAMED.find(([pattern]) => pattern.test(name));
    if (named !== undefined) return named[1];
    return (['fit', 'test'] as const).find((role) => !project.sets.some((set) => set.role === role)) ?? 'ood';
  }

  async add(role: Role): Promise<void> {
    const grants = this.grants.map(({ id }) => id);
    this.grants = [];
    await project.send('dataset.add', { grants, role });
  }
}
export const adding = new Adding();
