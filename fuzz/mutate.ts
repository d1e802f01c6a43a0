import { anyOf, below, mutateBytes, type Random } from './bytes.js';
import { mutateJson } from './json.js';
import { mutatePackets } from './packets.js';
import { LARGEST_INPUT, type Form } from './target.js';

/**
 * Makes a mutant of an input by one to four changes.
 *
 * @param others inputs of which parts may be taken
 */
export function mutate(input: Buffer, form: Form, others: readonly Buffer[], random: Random): Buffer {
  let mutant = input;
  for (let left = 1 + below(random, 4); left > 0; left -= 1) {
    const isPlain = random() < 0.2;
    if (form === 'packets' && !isPlain) mutant = mutatePackets(mutant, others, random);
    else if (form === 'json' && !isPlain) mutant = mutateJson(mutant, random);
    else if (form === 'text' && random() < 0.3) mutant = mutateLines(mutant, others, random);
    else mutant = mutateBytes(mutant, others, random);
  }
  return mutant.subarray(0, LARGEST_INPUT);
}

/** Changes lines: takes them out, doubles them, moves them, or takes lines of another input. */
function mutateLines(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const at = below(random, lines.length);
  const foreign = others.length === 0 ? lines : anyOf(random, others).toString('latin1').split('\n');
  const other = anyOf(random, random() < 0.5 ? lines : foreign);
  lines.splice(at, below(random, 2), ...Array.from({ length: below(random, 3) }, () => other));
  return Buffer.from(lines.join('\n'), 'latin1');
}
