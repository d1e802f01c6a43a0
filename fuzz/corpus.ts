import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** An input that was kept in a file. */
export interface CorpusCase {
  readonly file: string;
  readonly input: Buffer;
}

/** Reads the inputs that are kept for a parser. */
export function corpusOf(folder: string, name: string): CorpusCase[] {
  const own = join(folder, name);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .toSorted()
    .map((file) => ({ file, input: readFileSync(join(own, file)) }));
}

/** Keeps an input under a name that its bytes decide. */
export function keep(folder: string, name: string, input: Buffer): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const file = join(own, createHash('sha256').update(input).digest('hex').slice(0, 12));
  writeFileSync(file, input);
  return file;
}
