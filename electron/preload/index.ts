/**
 * The bridge: `window.oodlab`, frozen, with the requests and events of the contract and nothing else. Preload runs
 * sandboxed, as one file that imports Electron alone; the names come in at build time from contract.ts.
 */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { DROP_CHANNEL, EVENT_CHANNEL, REQUEST_CHANNEL } from '../shared/app/channels.ts';

declare const REQUEST_NAMES: readonly string[];
declare const EVENT_NAMES: readonly string[];

function invoke(name: string, input: unknown): Promise<unknown> {
  if (!REQUEST_NAMES.includes(name)) return Promise.reject(new Error(`No such request: ${name}`));
  return ipcRenderer.invoke(REQUEST_CHANNEL, name, input);
}

/** Gives back the function that ends it. The page never sees Electron's own event object. */
function on(name: string, listener: (value: unknown) => void): () => void {
  if (!EVENT_NAMES.includes(name)) throw new Error(`No such event: ${name}`);
  const receive = (_: IpcRendererEvent, event: { name: string; value: unknown }): void => {
    if (event.name === name) listener(event.value);
  };
  ipcRenderer.on(EVENT_CHANNEL, receive);
  return () => void ipcRenderer.removeListener(EVENT_CHANNEL, receive);
}

/** A grant for a file or folder that was dropped; null when it has no path on this computer. */
function grantFile(file: File): Promise<unknown> {
  const path = pathOf(file);
  return path === '' ? Promise.resolve(null) : ipcRenderer.invoke(DROP_CHANNEL, path);
}

/** Electron before 32 has no webUtils, it gives files a path. */
function pathOf(file: File): string {
  if (webUtils !== undefined) return webUtils.getPathForFile(file);
  return (file as File & { path?: string }).path ?? '';
}

contextBridge.exposeInMainWorld('oodlab', Object.freeze({ invoke, on, grantFile, platform: process.platform }));
