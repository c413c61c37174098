/** Tensors as a card keeps them: little-endian bytes in base64, so that not a bit is lost and any language reads them. */
import type { CardTensor } from '../../shared/monitor-card.ts';
import type { TensorData } from '../runtime/session.ts';

export function cardTensor(name: string, { dtype, shape, data }: TensorData): CardTensor {
  return {
    name,
    dtype,
    shape: [...shape],
    base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  };
}
