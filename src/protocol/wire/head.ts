import type { Ref } from './advertisement.js';
import { isBranch } from './ref-name.js';

/** The HEAD of a repository: the branch that it names is the default branch, which a clone checks out. */
export type Head =
  /** It names a branch that exists. */
  | { readonly kind: 'branch'; readonly branch: string }
  /** It names a branch that does not exist; only a folder says which one. */
  | { readonly kind: 'unborn'; readonly branch?: string }
  /** It names no branch, or the server does not say which one. */
  | { readonly kind: 'other' };

const MOST_STEPS = 5;

/** Follows HEAD to the ref that it stands for in the end: some servers tell only the next step (git takes five at most). */
export function headOf(listed: readonly Ref[]): string | undefined {
  const steps = new Map(listed.flatMap(({ name, symref }) => (symref === undefined ? [] : [[name, symref] as const])));
  let name = steps.get('HEAD');
  for (let step = 1; step < MOST_STEPS && name !== undefined; step += 1) name = steps.get(name) ?? name;
  return name;
}

/** Finds HEAD among the refs that a server lists to a fetch. A HEAD that names nothing is not listed. */
export function headAmong(listed: readonly Ref[]): Head {
  if (!listed.some(({ name }) => name === 'HEAD')) return { kind: 'unborn' };
  const symref = headOf(listed);
  return symref !== undefined && isBranch(symref) ? { kind: 'branch', branch: symref } : { kind: 'other' };
}
