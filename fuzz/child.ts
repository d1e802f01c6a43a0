import { ftruncateSync, openSync, writeSync } from 'node:fs';
import { tryParser, type Campaign } from './campaign.js';
import { corpusOf } from './corpus.js';
import { faultOf } from './judge.js';
import { TARGETS } from './targets.js';

/** Orders for the process in which parsers are tried: one that never ends, or takes all memory, ends that process alone. */
export interface Orders {
  readonly names: readonly string[];
  readonly seed: number;
  /** Seconds for each parser. */
  readonly seconds: number;
  /** The folder of the corpus. */
  readonly corpus: string;
  /** The file that always holds the input that is tried. */
  readonly current: string;
}

/** The process's word on a parser: that it begins, what came of it, or what ends the process. */
export interface Message {
  readonly name: string;
  readonly campaign?: Campaign;
  readonly fault?: string;
}

/** Tries parsers one after another. */
async function carryOut({ names, seed, seconds, corpus, current }: Orders): Promise<void> {
  const file = openSync(current, 'w');
  const onInput = (input: Buffer): void => {
    ftruncateSync(file, input.length);
    writeSync(file, input, 0, input.length, 0);
  };
  let name = '';
  const say = (message: Omit<Message, 'name'>): Promise<unknown> =>
    new Promise((told) => process.send?.({ name, ...message } satisfies Message, told));
  const giveUp = (error: unknown): void => {
    void say({ fault: `is not taken: ${faultOf(error)}` }).then(() => process.exit(1));
  };
  process.once('unhandledRejection', giveUp).once('uncaughtException', giveUp);
  for (const target of TARGETS.filter((one) => names.includes(one.name))) {
    ({ name } = target);
    await say({});
    const inputs = corpusOf(corpus, name).map(({ input }) => input);
    const campaign = await tryParser(target, { seed, seconds, corpus: inputs, onInput });
    await say({ campaign });
  }
  process.disconnect();
}

// Whoever gave the orders may have been stopped.
process.once('disconnect', () => process.exit());
process.once('message', (orders) => void carryOut(orders as Orders));
