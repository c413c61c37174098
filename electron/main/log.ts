/** Logs: one rotating file of JSON lines for each process, in the folder that Help > Open logs shows. */
import path from 'node:path';
import log from 'electron-log/node';

export type Level = 'info' | 'warn' | 'error';

const MAX_BYTES = 1024 * 1024;

export class Logs {
  readonly folder: string;
  private readonly loggers = new Map<string, ReturnType<typeof log.create>>();

  constructor(folder: string) {
    this.folder = folder;
  }

  write(process: string, level: Level, text: string): void {
    this.logger(process)[level](text.trimEnd());
  }

  private logger(process: string): ReturnType<typeof log.create> {
    let logger = this.loggers.get(process);
    if (logger === undefined) {
      logger = log.create({ logId: process });
      logger.transports.console.level = false;
      logger.transports.file.level = 'info';
      logger.transports.file.maxSize = MAX_BYTES; // The file before is kept as NAME.old.log.
      logger.transports.file.resolvePathFn = () => path.join(this.folder, `${process}.log`);
      logger.transports.file.format = ({ message }) => [
        JSON.stringify({ at: message.date.toISOString(), level: message.level, text: message.data.join(' ') }),
      ];
      this.loggers.set(process, logger);
    }
    return logger;
  }
}
