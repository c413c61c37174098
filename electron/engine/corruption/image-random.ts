/**
 * The random numbers of one image under one corruption: Philox keyed by seed, corruption, image index and draw, and by
 * nothing else. Severity is not part of the key: the five severities of an image share their draws, so that a ladder
 * differs from step to step by its strength alone.
 */
import { normals } from '../sampling/normals.ts';
import { fillUniforms, type PhiloxCounter } from '../sampling/philox.ts';
import { streamOf } from '../sampling/streams.ts';
import type { CorruptionId } from '../../shared/corruptions.ts';

export class ImageRandom {
  private readonly seed: number;
  private readonly stream: number;
  private readonly image: number;

  constructor({ seed, corruption, image }: { seed: number; corruption: CorruptionId; image: number }) {
    this.seed = seed;
    this.stream = streamOf(`corruption ${corruption}`);
    this.image = image;
  }

  /** Uniforms in [0, 1). @param draw tells the draws of one image apart. */
  uniforms(n: number, draw: number): Float32Array {
    const out = new Float32Array(n);
    fillUniforms(out, { seed: this.seed }, this.counter(draw));
    return out;
  }

  /** Standard normal. */
  normals(n: number, draw: number): Float64Array {
    return normals(n, { seed: this.seed }, this.counter(draw));
  }

  private counter(draw: number): PhiloxCounter {
    return { stream: this.stream, image: this.image, sample: draw };
  }
}
