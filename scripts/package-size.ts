/** What the unpacked application weighs, part by part, and how much it may. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Electron's own files come to 250 MB; the trial runtime adds a Node of 120 MB, which the budget leaves out. */
const BUDGET_MB = 420;

/** Prints sizes. @throws Error when the application has grown beyond its budget. */
export function keepWithinBudget(unpacked: string): void {
  const resources = path.join(unpacked, 'resources');
  const trialNode = path.join(resources, 'node');
  const parts: [string, number][] = readdirSync(resources).map((name) => [name, megabytes(path.join(resources, name))]);
  const total = megabytes(unpacked);
  const counted = total - (parts.find(([name]) => name === path.basename(trialNode))?.[1] ?? 0);
  const electron = total - parts.reduce((sum, [, size]) => sum + size, 0);
  for (const [name, size] of [['Electron', electron] as const, ...parts.sort((a, b) => b[1] - a[1])])
    console.log(`  ${size.toFixed(1).padStart(7)} MB  ${name}`);
  console.log(`  ${counted.toFixed(1).padStart(7)} MB  of at most ${BUDGET_MB} MB (without the trial runtime's Node)`);
  if (counted > BUDGET_MB) throw new Error(`The application has ${counted.toFixed(0)} MB, more than its ${BUDGET_MB} MB.`);
}

function megabytes(file: string): number {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.size / 1e6;
  return readdirSync(file).reduce((sum, name) => sum + megabytes(path.join(file, name)), 0);
}
