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

/** Finds HEAD among the refs that a server lists to a fetch. A HEAD that names nothing is not listed. */
export function headAmong(listed: readonly Ref[]): Head {
  const head = listed.find(({ name }) => name === 'HEAD');
  if (head === undefined) return { kind: 'unborn' };
  const { symref } = head;
  return symref !== undefined && isBranch(symref) ? { kind: 'branch', branch: symref } : { kind: 'other' };
}
