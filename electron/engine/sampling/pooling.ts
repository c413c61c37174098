/**
 * The latent reductions as linear maps (NUMERICS section 2): each group of the reduced latent is a weighted sum over
 * the positions of a channel. Written as weights, a reduction and a mask multiply into one matrix column.
 */
import { AppError } from '../../shared/errors.ts';

export interface Pooling {
  /** Numbers a channel is reduced to. */
  groups: number;
  positions: number;
  /** [groups, positions]. */
  weights: Float64Array;
}

/**
 * @param reduction 'fullmean' (one mean a channel) | 'mean' (one a row) | 'mean:G' (G bands of rows) |
 *   'avgpool:K,S,P' (windows; padding zeros count in the divisor).
 * @throws E_INPUT when the reduction does not fit a height x width map.
 */
export function poolingOf(reduction: string, height: number, width: number): Pooling {
  const [name, parameters = ''] = reduction.split(':');
  if (name === 'avgpool') {
    const [kernel, stride, padding] = parameters.split(',').map(Number);
    return averagePooling({ height, width }, { kernel, stride, padding });
  }
  const groups = name === 'fullmean' ? 1 : parameters === '' ? height : Number(parameters);
  if (groups < 1 || height % groups !== 0) {
    throw new AppError('E_INPUT', `hook.reduction ${reduction}: the map has ${height} rows, which ${groups} does not divide.`, {
      next: `Choose mean:G with G a divisor of ${height}, or fullmean.`,
    });
  }
  return bandMeans(groups, height * width);
}

function bandMeans(groups: number, positions: number): Pooling {
  const weights = new Float64Array(groups * positions);
  const size = positions / groups;
  for (let g = 0; g < groups; g++) weights.fill(1 / size, g * positions + g * size, g * positions + (g + 1) * size);
  return { groups, positions, weights };
}

function averagePooling(
  map: { height: number; width: number },
  { kernel, stride, padding }: { kernel: number; stride: number; padding: number },
): Pooling {
  const rows = Math.floor((map.height + 2 * padding - kernel) / stride) + 1;
  const cols = Math.floor((map.width + 2 * padding - kernel) / stride) + 1;
  if (!(rows >= 1 && cols >= 1 && kernel >= 1 && 2 * padding <= kernel)) {
    throw new AppError(
      'E_INPUT',
      `hook.reduction avgpool:${kernel},${stride},${padding} does not fit a ${map.height} x ${map.width} map.`,
      { next: 'Choose a window no larger than the padded map, a stride of at least 1 and at most half a window of padding.' },
    );
  }
  const positions = map.height * map.width;
  const weights = new Float64Array(rows * cols * positions);
  const share = 1 / (kernel * kernel);
  for (let group = 0; group < rows * cols; group++) {
    const top = Math.floor(group / cols) * stride - padding;
    const left = (group % cols) * stride - padding;
    for (let r = Math.max(0, top); r < Math.min(map.height, top + kernel); r++) {
      const from = group * positions + r * map.width;
      weights.fill(share, from + Math.max(0, left), from + Math.min(map.width, left + kernel));
    }
  }
  return { groups: rows * cols, positions, weights };
}
