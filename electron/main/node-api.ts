/** Whether this Electron can load better-sqlite3 itself, or core has to run in a Node of its own. */
const NODE_API_OF_SQLITE = 10;

export function needsNode(napi: string | undefined = process.versions['napi']): boolean {
  return Number(napi ?? 0) < NODE_API_OF_SQLITE;
}
