import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StopSignals, type StoppableProcess } from '../../src/protocol/stopping.js';

class Process extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGBREAK', 149],
] as const)('%s cancels the run; a second one ends the process with %i', async (name, code) => {
  const process = new Process();
  const stop = new StopSignals(process as unknown as StoppableProcess);
  process.emit(name);

  expect([stop.signal.aborted, (stop.signal.reason as Error).message]).toEqual([true, `stopped by ${name}`]);
  // The same signal by another way is no second one.
  process.emit(name);
  expect(process.exits).toEqual([]);
  await sleep(150);
  process.emit(name);
  expect(process.exits).toEqual([code]);

  stop.off();
  expect(process.listenerCount(name)).toBe(0);
});
