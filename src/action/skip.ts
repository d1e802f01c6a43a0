import type { RawOptions } from '../options/raw.js';
import { namesFolder } from '../protocol/location.js';
import { namesPassword } from '../protocol/userinfo.js';

/** Facts about the job that decide whether it can have secrets. */
export interface JobOrigin {
  /** The account that set the job off. */
  readonly actor: string;
  /** The event as the runner got it. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Tells whether there is something to sign in to the target with, or nothing is needed. */
export function canSignIn(raw: RawOptions): boolean {
  const isSignedIn =
    raw.token !== '' || raw['ssh-private-key'].trim() !== '' || raw.surroundings.aws.secretAccessKey !== '';
  const url = raw['target-url'];
  return isSignedIn || namesFolder(url) || namesPassword(url);
}

/**
 * Gives the reason why a job that has nothing to sign in with is to be passed over: runs from forks and of Dependabot get
 * no secrets, and that is no failure.
 *
 * @returns `undefined` where the mirror is to run
 */
export function reasonToSkip(job: JobOrigin): string | undefined {
  const cause = causeOfNoSecrets(job);
  return cause === undefined ? undefined : `Nothing is mirrored: ${cause}, so there are no credentials.`;
}

function causeOfNoSecrets({ actor, payload }: JobOrigin): string | undefined {
  if (actor === 'dependabot[bot]') return 'runs of Dependabot get no secrets';
  if (isForkOfPullRequest(payload)) return 'runs for pull requests from forks get no secrets';
  return at(payload, 'repository', 'fork') === true
    ? 'this is a fork, which does not have the secrets of its parent'
    : undefined;
}

function isForkOfPullRequest(payload: unknown): boolean {
  const head = at(payload, 'pull_request', 'head', 'repo', 'full_name');
  const base = at(payload, 'pull_request', 'base', 'repo', 'full_name');
  return base !== undefined && head !== base;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );
}
