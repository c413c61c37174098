/**
 * The one error class of Oodlab. The engine throws it, process edges turn it into data and back.
 * Every error carries a stable code, one sentence that says what happened, and the next step for the user.
 */
export const ERROR_CODES = [
  'E_INPUT',
  'E_NOT_GRANTED',
  'E_MODEL_INVALID',
  'E_MODEL_UNSUPPORTED',
  'E_DATASET',
  'E_PROVIDER_UNAVAILABLE',
  'E_OOM',
  'E_WORKER_LOST',
  'E_CANCELLED',
  'E_CONFLICT',
  'E_DB_NEWER',
  'E_DB_CORRUPT',
  'E_DISK_FULL',
  'E_INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorData {
  code: ErrorCode;
  message: string;
  /** What the user can do about it. */
  next?: string;
  /** Technical detail for the log, never shown first. */
  detail?: string;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, message: string, options: { next?: string; detail?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.next = options.next;
    this.detail = options.detail;
  }

  toJSON(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.next === undefined ? {} : { next: this.next }),
      ...(this.detail === undefined ? {} : { detail: this.detail }),
    };
  }

  static from(data: ErrorData): AppError {
    return new AppError(data.code, data.message, data);
  }
}

/** Turns anything thrown into an AppError; what is not one already becomes E_INTERNAL with its stack as detail. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new AppError('E_CANCELLED', 'Cancelled.');
  if (isSystemError(thrown, 'ENOSPC')) {
    return new AppError('E_DISK_FULL', 'The disk is full.', {
      next: 'Free some space and run again: it goes on from what was saved.',
      cause: thrown,
    });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('E_INTERNAL', message, {
    ...(thrown instanceof Error && thrown.stack !== undefined ? { detail: thrown.stack } : {}),
    cause: thrown,
  });
}

export function isSystemError(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
