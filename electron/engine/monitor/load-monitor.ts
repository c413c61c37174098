/** An exported monitor read back from its folder: the card, checked, and the file it describes. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { type MonitorCard, parseMonitorCard } from '../../shared/monitor-card.ts';
import { FILES } from './names.ts';

export interface LoadedMonitor {
  card: MonitorCard;
  /** monitor.onnx; whoever opens it compares its hash with the card's. */
  file: string;
}

/** Throws E_INPUT when the folder holds no monitor that this Oodlab reads. */
export async function loadMonitor(folder: string): Promise<LoadedMonitor> {
  const place = path.join(folder, FILES.card);
  const text = await readFile(place, 'utf8').catch((error: unknown) => {
    throw new AppError('E_INPUT', `${folder} holds no ${FILES.card}, so it is no monitor folder.`, {
      next: 'Name the folder that the export wrote.',
      cause: error,
    });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AppError('E_INPUT', `${place} is damaged or incomplete: it is not JSON.`, {
      next: 'Copy the whole monitor folder again, or export the monitor again.',
      cause: error,
    });
  }
  return { card: parseMonitorCard(json, place), file: path.join(folder, FILES.model) };
}
