export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** One line of the log, before it becomes text. */
export interface LogEntry {
  readonly time: string;
  readonly level: LogLevel;
  /** Room or part that speaks, such as "jobs" or "shells.web". */
  readonly scope: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Where entries go: standard error, a file, a test's array. */
export type LogSink = (entry: LogEntry) => void;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log under a narrower scope. */
  child(scope: string): Logger;
}

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A logger that hands every entry at or above `level` to `sink`. */
export function createLogger(sink: LogSink, level: LogLevel = 'info', scope = 'gyrus'): Logger {
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (rank[own] < rank[level]) return;
      sink({ time: new Date().toISOString(), level: own, scope, message, fields });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (inner) => createLogger(sink, level, `${scope}.${inner}`),
  };
}

/** One line of text per entry; errors among the fields keep their stack. */
export function formatEntry(entry: LogEntry): string {
  const fields = Object.entries(entry.fields)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`)
    .join('');
  return `${entry.time} ${entry.level.toUpperCase()} ${entry.scope}: ${entry.message}${fields}`;
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

/** Writes to standard error, which stays apart from what a command prints. */
export const stderrSink: LogSink = (entry) => {
  process.stderr.write(`${formatEntry(entry)}\n`);
};
