/** Milliseconds of CPU time that a call takes: the least of some tries. Others may use the machine meanwhile. */
export function paceOf(call: () => unknown, tries = 3): number {
  return Math.min(
    ...Array.from({ length: tries }, () => {
      const begin = process.cpuUsage();
      call();
      return process.cpuUsage(begin).user / 1000;
    }),
  );
}

/** A text of some length that repeats a piece. */
export function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}
