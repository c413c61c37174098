import { colourIn, mapPlanes } from './planes.ts';
import type { Corruption } from './registry.ts';

/** Brightness of the sun's glow and its σ, of the diagonal; own constants. */
const BRIGHT = [0.5, 0.65, 0.8, 0.95, 1.1];
const GLOW = [0.06, 0.09, 0.13, 0.18, 0.24];
const SUN = [1, 0.96, 0.85] as const;
/** Rays of the aperture, and the reflections on the line through the picture's middle: place, radius, brightness. */
const RAYS = 6;
const GHOSTS = [
  { at: -0.4, radius: 0.04, bright: 0.25 },
  { at: -0.8, radius: 0.07, bright: 0.15 },
  { at: 0.45, radius: 0.025, bright: 0.3 },
];
/** Light that is scattered over the whole picture. */
const VEIL = 0.25;

/**
 * The sun in the upper half shines into the lens: 1 - (1 - x)(1 - g), g = b (exp(-d²/2s²) + ½ exp(-d/2s) |cos(3φ)|²⁴ +
 * ghosts) + ¼ b², d the distance from the sun over the diagonal, φ its direction.
 */
export const sunFlare: Corruption = (picture, severity, random) => {
  const { width, height } = picture;
  const diagonal = Math.hypot(width, height);
  const [u, v, turn] = random.uniforms(3, 0);
  const sun = { x: (0.1 + 0.8 * u) * width, y: (0.05 + 0.4 * v) * height };
  const bright = BRIGHT[severity - 1];
  const spread = GLOW[severity - 1];
  const glare = new Float32Array(width * height);
  for (let i = 0; i < glare.length; i++) {
    const x = (i % width) + 0.5;
    const y = Math.floor(i / width) + 0.5;
    const [dx, dy] = [x - sun.x, y - sun.y];
    const far = Math.hypot(dx, dy) / diagonal;
    const ray = Math.abs(Math.cos((RAYS / 2) * (Math.atan2(dy, dx) + 2 * Math.PI * turn))) ** 24;
    const rays = 0.5 * Math.exp(-far / (2 * spread)) * ray;
    glare[i] = bright * (Math.exp(-(far * far) / (2 * spread * spread)) + rays) + VEIL * bright * bright;
    for (const ghost of GHOSTS) {
      const gx = width / 2 + ghost.at * (sun.x - width / 2);
      const gy = height / 2 + ghost.at * (sun.y - height / 2);
      if (Math.hypot(x - gx, y - gy) < ghost.radius * diagonal) glare[i] += bright * ghost.bright;
    }
  }
  const tint = colourIn(picture, SUN);
  return mapPlanes(picture, (value, pixel, c) => 1 - (1 - value) * (1 - Math.min(1, glare[pixel] * tint[c])));
};
