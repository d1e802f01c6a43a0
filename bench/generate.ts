import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isolatedGit, TestRepository } from '../__tests__/repositories/git.js';

// Raise the version when the stream changes: an older repository in a cache is then left alone.
const NAME = 'generated-v1.git';
const MAIN_COMMITS = 15_000;
/** In so many commits of main there is one topic branch, one release branch, one tag of each kind. */
const CYCLE = 30;
const TOPIC_COMMITS = 10;
const FOLDERS = 32;
const FILES = 32;
const BLOB_BYTES = 5400;
const FIRST_DATE = 1_500_000_000;

/**
 * Makes the generated repository, unless it is in the cache: 20,000 commits, 1,001 branches, 1,000 tags, 108 MB that
 * cannot be compressed. The same ids each time.
 *
 * @returns its path
 */
export async function generatedRepository(cache: string): Promise<string> {
  const path = join(cache, NAME);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    TestRepository.create(unfinished);
    await importStream(unfinished);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return path;
}

async function importStream(path: string): Promise<void> {
  const child = spawn('git', ['-C', path, 'fast-import', '--quiet', '--done'], {
    env: isolatedGit(),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const exit = once(child, 'exit');
  await pipeline(Readable.from(new History().stream(), { objectMode: true, highWaterMark: 64 }), child.stdin);
  const [code] = (await exit) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${code ?? 'a signal'}`);
}

/** The history, as `git fast-import` reads it. */
class History {
  readonly #random = new Random(20_240_229);
  #marks = 0;

  *stream(): Generator<Buffer> {
    let main = 0;
    let topic = 0;
    for (let made = 0; made < MAIN_COMMITS; made += 1) {
      const number = Math.floor(made / CYCLE);
      const merges = made % CYCLE === 20 && number % 2 === 0;
      yield this.#commit('refs/heads/main', main, merges ? topic : 0);
      main = this.#marks;
      switch (made % CYCLE) {
        case 0:
          yield* this.#topic(number, main);
          topic = this.#marks;
          break;
        case 5:
          yield Buffer.from(annotatedTag(`v1.${number}`, main));
          break;
        case 10:
          yield Buffer.from(ref(`refs/heads/release/1.${number}`, main));
          break;
        case 25:
          yield Buffer.from(ref(`refs/tags/build-${number}`, main));
          break;
      }
    }
    yield Buffer.from('done\n');
  }

  *#topic(number: number, start: number): Generator<Buffer> {
    const name = `refs/heads/topic/${number}`;
    yield Buffer.from(ref(name, start));
    let tip = start;
    for (let made = 0; made < TOPIC_COMMITS; made += 1) {
      yield this.#commit(name, tip, 0);
      tip = this.#marks;
    }
  }

  #commit(branch: string, parent: number, merged: number): Buffer {
    this.#marks += 1;
    const mark = this.#marks;
    const message = `Change number ${mark}\n`;
    const path = `src/${this.#random.below(FOLDERS)}/${this.#random.below(FILES)}.bin`;
    const head = [
      `commit ${branch}`,
      `mark :${mark}`,
      `author ${person(mark)}`,
      `committer ${person(mark)}`,
      `data ${message.length}`,
      message +
        (parent === 0 ? '' : `from :${parent}\n`) +
        (merged === 0 ? '' : `merge :${merged}\n`) +
        `M 100644 inline ${path}`,
      `data ${BLOB_BYTES}\n`,
    ];
    return Buffer.concat([Buffer.from(head.join('\n')), this.#random.bytes(BLOB_BYTES), Buffer.from('\n')]);
  }
}

function annotatedTag(name: string, commit: number): string {
  const message = `Release ${name}\n`;
  return `tag ${name}\nfrom :${commit}\ntagger ${person(commit)}\ndata ${message.length}\n${message}`;
}

function ref(name: string, commit: number): string {
  return `reset ${name}\nfrom :${commit}\n\n`;
}

function person(commit: number): string {
  return `Author ${commit % 50} <author-${commit % 50}@example.com> ${FIRST_DATE + commit * 600} +0000`;
}

/** Numbers that look random and are the same each time (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 on, below a limit. */
  below(limit: number): number {
    return this.#next() % limit;
  }

  bytes(count: number): Buffer {
    const words = Uint32Array.from({ length: Math.ceil(count / 4) }, () => this.#next());
    const bytes = Buffer.alloc(words.length * 4);
    words.forEach((word, at) => bytes.writeUInt32LE(word, at * 4));
    return bytes.subarray(0, count);
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
