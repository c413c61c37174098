/** The special functions of cephes, with types for every layer that imports the engine: its own cannot be resolved. */
// Only a reference brings an ambient declaration along to layers that do not list this folder.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./cephes.d.ts" />
import cephes from 'cephes';

export { cephes };
