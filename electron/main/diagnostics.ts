/** The zip of Help > Save diagnostics: versions, settings and logs, with paths and the user's name taken out. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { redact, type Redaction } from './redact.ts';

export interface DiagnosticsInput {
  about: Readonly<Record<string, unknown>>;
  logs: string;
  redaction: Redaction;
}

export async function writeDiagnostics(file: string, { about, logs, redaction }: DiagnosticsInput): Promise<void> {
  const entries: Record<string, Uint8Array> = {
    'about.json': strToU8(`${redact(JSON.stringify(about, null, 2), redaction)}\n`),
  };
  for (const name of (await names(logs)).filter((entry) => entry.endsWith('.log'))) {
    entries[`logs/${name}`] = strToU8(redact(await readFile(path.join(logs, name), 'utf8'), redaction));
  }
  await writeFile(file, zipSync(entries));
}

/** Sorted; none when nothing was ever logged. */
async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}
