/** How far a transfer is. */
export interface Progress {
  readonly what: 'pack' | 'Git LFS objects';
  /** Bytes that have gone through so far. */
  readonly bytes: number;
  /** Bytes in all; a pack's size is not known in advance. */
  readonly total?: number | undefined;
  readonly startedAt: number;
  readonly isDone: boolean;
}

/** Where the mirror tells what it does. Every line is one line, safe to show, without secrets. */
export interface Log {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  /** A line that a server wrote for people: the source its progress, the target what its rules and hooks say. */
  remote(end: 'source' | 'target', line: string): void;
  progress(progress: Progress): void;
}
