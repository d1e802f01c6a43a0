/** Progress of a transfer. */
export interface Progress {
  readonly what: 'pack' | 'Git LFS objects';
  /** Bytes transferred so far. */
  readonly bytes: number;
  /** Bytes in all; a pack's size is not known in advance. */
  readonly total?: number | undefined;
  readonly startedAt: number;
  readonly isDone: boolean;
}

/** A log of the mirror's steps. Every line is safe to show, without secrets. */
export interface Log {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  /**
   * Logs a line that a server wrote for people: the source its progress, the target the words of its rules and hooks.
   *
   * @param mirror the name of the mirror, where there are several
   */
  remote(end: 'source' | 'target', line: string, mirror?: string): void;
  progress(progress: Progress): void;
}
