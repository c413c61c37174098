/** Standard normal draws by Box and Muller (1958) from Philox: the same counter always gives the same numbers. */
import { fillUniforms, type PhiloxCounter, type PhiloxKey } from './philox.ts';

/** [n]; draw i takes uniforms 2 i and 2 i + 1 of the counter. */
export function normals(n: number, key: PhiloxKey, counter: PhiloxCounter): Float64Array {
  const uniforms = new Float32Array(2 * n);
  fillUniforms(uniforms, key, counter);
  return Float64Array.from(
    { length: n },
    (_, i) => Math.sqrt(-2 * Math.log(1 - uniforms[2 * i])) * Math.cos(2 * Math.PI * uniforms[2 * i + 1]),
  );
}
