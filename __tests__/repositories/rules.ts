import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestRepository } from './git.js';

/** What a user asks for, as it is given. */
export interface AskedFor {
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  readonly mirrorBranchRegex: string;
  readonly keepDivergentRefs: boolean;
  readonly prune: 'merged' | 'never' | 'always';
}

/** What the servers tell, and what they cannot do. */
export interface Traits {
  /** Whether the source's server tells symbolic refs, beside HEAD. Git does not before protocol v2. */
  readonly sourceSymrefs: boolean;
  readonly targetSymrefs: boolean;
  /** Whether the target's server leaves the folder of a deleted ref behind, and makes no ref in its place. */
  readonly leavesFolders: boolean;
}

/** What a run must come to. */
export interface Expectation {
  /** By ref, every ref that is to be reported. */
  readonly outcomes: ReadonlyMap<string, string>;
  /** What the target's refs are afterwards, of every namespace, symbolic ones left out. */
  readonly refs: ReadonlyMap<string, string>;
  readonly updateStatus: 'finished' | 'failed';
}

/** A repository as its own git shows it. */
export interface Shown {
  readonly repository: TestRepository;
  /** Every ref with its object's id, symbolic refs too. */
  readonly all: ReadonlyMap<string, string>;
  readonly symrefs: ReadonlyMap<string, string>;
  /** The branch that HEAD stands for, whether or not it exists. */
  readonly headBranch: string | undefined;
  /** What each object of a ref peels to, where that is no tag; only the peeled objects that are commits. */
  readonly commits: ReadonlyMap<string, string>;
}

/**
 * The rules of "What mirroring means", written down a second time, with git itself for the judge of ancestry. It must
 * share no code with `src/mirror`: the two are compared with each other.
 *
 * @param target `undefined` where there is none yet
 */
export function expectation(source: Shown, target: Shown | undefined, asked: AskedFor, traits: Traits): Expectation {
  const none: Shown = { ...source, all: new Map(), symrefs: new Map(), headBranch: undefined, commits: new Map() };
  return new Rules(source, target ?? none, asked, traits).apply();
}

/** Looks into a repository. */
export function shown(path: string): Shown {
  const repository = TestRepository.at(path);
  const { all, symrefs } = listed(repository);
  const peeled = commits(repository, [...all.values()]);
  return { repository, all, symrefs, headBranch: headBranch(repository), commits: peeled };
}

/** What stands in the file of each symbolic ref of a repository, HEAD too; a detached HEAD holds an object id. */
export function symbolicRefs(path: string, names: Iterable<string>): Record<string, string> {
  // Not from `git symbolic-ref`, which goes on to where a chain of them ends.
  const leads = (name: string): string =>
    readFileSync(join(path, name), 'utf8')
      .trim()
      .replace(/^ref: /, '');
  return Object.fromEntries(['HEAD', ...names].map((name) => [name, leads(name)]));
}

/** Every ref of a repository, symbolic ones left out. */
export function refsOf(path: string): Map<string, string> {
  const { all, symrefs } = listed(TestRepository.at(path));
  return new Map([...all].filter(([name]) => !symrefs.has(name)));
}

class Rules {
  readonly #source: Shown;
  readonly #target: Shown;
  readonly #asked: AskedFor;
  readonly #traits: Traits;
  readonly #sourceRefs: ReadonlyMap<string, string>;
  readonly #defaultTip: string | undefined;

  constructor(source: Shown, target: Shown, asked: AskedFor, traits: Traits) {
    this.#source = source;
    this.#target = target;
    this.#asked = asked;
    this.#traits = traits;
    const isSkipped = (name: string): boolean => traits.sourceSymrefs && source.symrefs.has(name);
    this.#sourceRefs = new Map([...source.all].filter(([name]) => !isSkipped(name)));
    this.#defaultTip = source.headBranch === undefined ? undefined : source.all.get(source.headBranch);
  }

  apply(): Expectation {
    const names = new Set([...this.#source.all.keys(), ...this.#target.all.keys()]);
    const outcomes = new Map<string, string>();
    for (const name of names) {
      const outcome = isSelected(name, this.#asked) ? this.#outcome(name) : undefined;
      if (outcome !== undefined) outcomes.set(name, outcome);
    }
    const staying = [...this.#target.all.keys()].filter((name) => outcomes.get(name) !== 'deleted');
    for (const [name, outcome] of outcomes) {
      const isBlocked = staying.some((other) => excludeEachOther(name, other)) || this.#isFolder(name);
      if (outcome === 'created' && isBlocked) outcomes.set(name, 'rejected');
    }
    const isFailed = [...outcomes.values()].some((outcome) => outcome === 'diverged' || outcome === 'rejected');
    return { outcomes, refs: this.#refsAfter(outcomes), updateStatus: isFailed ? 'failed' : 'finished' };
  }

  #outcome(name: string): string | undefined {
    const before = this.#target.all.get(name);
    const wanted = this.#sourceRefs.get(name);
    if (wanted === undefined) return before === undefined ? undefined : this.#outcomeOfTargetOnly(name, before);
    if (before === undefined) return 'created';
    if (before === wanted) return 'unchanged';
    if (this.#traits.targetSymrefs && this.#target.symrefs.has(name)) return 'rejected';
    if (this.#sourceKnows(before) && this.#sourceBuildsOn(before, this.#source.commits.get(wanted))) return 'updated';
    return this.#asked.keepDivergentRefs ? 'diverged' : 'forced';
  }

  #outcomeOfTargetOnly(name: string, id: string): string {
    const { prune, keepDivergentRefs } = this.#asked;
    // A symbolic ref of the source, which is skipped.
    if (this.#source.all.has(name)) return 'kept';
    if (keepDivergentRefs || prune === 'never' || this.#defaultTip === undefined) return 'kept';
    if (!this.#tellsDefaultBranch()) return 'kept';
    if (this.#target.headBranch === name || this.#isPerhapsBehindSymref(name, id)) return 'kept';
    return prune === 'always' || this.#sourceBuildsOn(id, this.#source.commits.get(this.#defaultTip))
      ? 'deleted'
      : 'kept';
  }

  /** A detached HEAD tells none, and one that names no branch tells it from protocol v2 on. */
  #tellsDefaultBranch(): boolean {
    const { headBranch: branch, all } = this.#target;
    return branch !== undefined && (this.#traits.targetSymrefs || all.has(branch));
  }

  /** A symbolic ref of the target, or the ref that one stands for: where the server does not say, all of one object. */
  #isPerhapsBehindSymref(name: string, id: string): boolean {
    const { all, symrefs } = this.#target;
    if (this.#traits.targetSymrefs) return symrefs.has(name) || [...symrefs.values()].includes(name);
    return [...all].some(([other, otherId]) => other !== name && otherId === id);
  }

  #isFolder(name: string): boolean {
    return this.#traits.leavesFolders && existsSync(join(this.#target.repository.path, name));
  }

  /** Whether the target's object is a commit, once peeled, that the source knows and that the source's commit holds. */
  #sourceBuildsOn(id: string, commit: string | undefined): boolean {
    const old = this.#target.commits.get(id);
    return old !== undefined && commit !== undefined && this.#source.repository.isAncestor(old, commit);
  }

  /** Whether the target's object, which may be a tag of its own, is in the source, too. */
  #sourceKnows(id: string): boolean {
    const answer = this.#source.repository.git(['cat-file', '--batch-check=%(objectname)'], `${id}\n`);
    return answer.trim() === id;
  }

  #refsAfter(outcomes: ReadonlyMap<string, string>): Map<string, string> {
    const refs = new Map([...this.#target.all].filter(([name]) => !this.#target.symrefs.has(name)));
    for (const [name, outcome] of outcomes) {
      const wanted = this.#sourceRefs.get(name);
      if (outcome === 'deleted') refs.delete(name);
      if (['created', 'updated', 'forced'].includes(outcome) && wanted !== undefined) refs.set(name, wanted);
    }
    return refs;
  }
}

function listed(repository: TestRepository): Pick<Shown, 'all' | 'symrefs'> {
  const lines = repository.git(['for-each-ref', '--format=%(refname) %(objectname) %(symref)']).split('\n');
  const rows = lines.filter((line) => line !== '').map((line) => line.split(' '));
  return {
    all: new Map(rows.map(([name = '', id = '']) => [name, id])),
    symrefs: new Map(rows.filter(([, , to]) => to).map(([name = '', , to = '']) => [name, to])),
  };
}

function headBranch(repository: TestRepository): string | undefined {
  try {
    return repository.git(['symbolic-ref', '--quiet', 'HEAD']);
  } catch {
    return undefined;
  }
}

function commits(repository: TestRepository, ids: readonly string[]): Map<string, string> {
  const format = '--batch-check=%(objectname) %(objecttype)';
  const answers = repository.git(['cat-file', format], ids.map((id) => `${id}^{}\n`).join('')).split('\n');
  const peeled = ids.map((id, index) => [id, ...(answers[index] ?? '').split(' ')]);
  return new Map(peeled.filter(([, , type]) => type === 'commit').map(([id = '', commit = '']) => [id, commit]));
}

/** Whether two names cannot be refs at the same time: `a` and `a/b`. */
function excludeEachOther(one: string, other: string): boolean {
  return one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

function isSelected(name: string, { branches, tags, mirrorBranchRegex }: AskedFor): boolean {
  const [, space, short = ''] = /^refs\/(heads|tags)\/(.*)$/.exec(name) ?? [];
  if (space === 'tags') return isMatched(short, tags);
  if (space !== 'heads') return false;
  return mirrorBranchRegex === '' ? isMatched(short, branches) : new RegExp(mirrorBranchRegex).test(short);
}

function isMatched(name: string, patterns: readonly string[]): boolean {
  const matches = (pattern: string): boolean =>
    new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === '*' ? '.*' : `\\${sign}`))}$`).test(name);
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return (wanted.length === 0 || wanted.some(matches)) && !unwanted.some(matches);
}
