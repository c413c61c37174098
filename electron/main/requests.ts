/**
 * One way in for every request of the window: is it our window, is it in the contract, does its input fit the schema; then
 * it is answered here or by core, and the answer leaves as an envelope. Nothing thrown crosses to the page.
 */
import {
  REQUESTS,
  type Envelope,
  type RequestInput,
  type RequestName,
  type RequestOutput,
  type RequestsBy,
} from '../shared/app/contract.ts';
import { AppError, toAppError } from '../shared/errors.ts';

/** What is asked of an IPC event's sender: a part of Electron's IpcMainInvokeEvent. */
export interface Sender {
  sender: { id: number };
  senderFrame: { url: string; parent: unknown } | null;
}

export type MainHandlers = {
  [Name in RequestsBy<'main'>]: (input: RequestInput<Name>) => Promise<RequestOutput<Name>> | RequestOutput<Name>;
};

export interface Desk {
  /** Id of our window's contents, or null while there is none. */
  windowId(): number | null;
  isOwnPage(address: string): boolean;
  main: MainHandlers;
  core(name: RequestName, input: unknown): Promise<unknown>;
  /** Told what the user does not see: internal errors with their stack. */
  log(name: string, error: AppError): void;
}

export async function answer(desk: Desk, from: Sender, name: unknown, input: unknown): Promise<Envelope<unknown>> {
  try {
    requireOwnWindow(desk, from);
    const known = requestName(name);
    return { ok: true, value: await dispatch(desk, known, parse(known, input)) };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'E_INTERNAL') desk.log(String(name), error);
    return { ok: false, error: error.toJSON() };
  }
}

/** The main frame of our own window, on our own page. A frame that is gone, empty or nested is refused. */
export function requireOwnWindow(desk: Pick<Desk, 'windowId' | 'isOwnPage'>, { sender, senderFrame }: Sender): void {
  const own =
    senderFrame !== null && senderFrame.parent === null && sender.id === desk.windowId() && desk.isOwnPage(senderFrame.url);
  if (!own) throw new AppError('E_NOT_GRANTED', 'This request did not come from the window of Oodlab.');
}

function requestName(name: unknown): RequestName {
  if (typeof name === 'string' && Object.hasOwn(REQUESTS, name)) return name as RequestName;
  throw new AppError('E_INPUT', 'There is no such request.');
}

function parse(name: RequestName, input: unknown): unknown {
  const parsed = REQUESTS[name].input.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('E_INPUT', `${name}: ${[issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ')}`);
}

function dispatch(desk: Desk, name: RequestName, input: unknown): unknown {
  if (REQUESTS[name].by === 'core') return desk.core(name, input);
  const handler = desk.main[name as RequestsBy<'main'>] as (input: unknown) => unknown;
  return handler(input);
}
