import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from '../options/options.js';
import { RemoteError } from '../protocol/errors.js';
import type { Location } from '../protocol/location.js';
import { gitFolder } from '../protocol/programs/git-folder.js';
import { shallowError } from '../protocol/wire/fetch.js';
import { isSameIgnoringCase, isSameRepository } from './same-repository.js';

/** Finds the reason why two repositories cannot be mirrored, as far as it is known before anything is asked. */
export function reasonToRefuse({ source, target, job }: Options): RemoteError | undefined {
  const location = withoutPassword(target.location);
  // The mirror gets the workflow too, and its jobs are told what keeps them from running there.
  if (job !== undefined && isSameIgnoringCase(job.repository, target.location)) return ownRepository(location);
  if (isSameRepository(source.location, target.location)) return sameRepository(location);
  // Where nothing is to be fetched nothing else would tell, and what a checkout left out would be pruned.
  return source.location.kind === 'local' && existsSync(join(gitFolder(source.location.path), 'shallow'))
    ? shallowError(source.location.path)
    : undefined;
}

function withoutPassword(location: Location): string {
  switch (location.kind) {
    case 'http':
      return location.url.href;
    case 'ssh':
      return location.display;
    case 'local':
      return location.path;
  }
}

/** A mirror holds the workflow that made it; run there, it would mirror the mirror onto itself. */
function ownRepository(location: string): RemoteError {
  return new RemoteError({
    kind: 'same-repository',
    location,
    detail: 'the target is the repository that this job runs in.',
    remedy: "Run it only in the source repository, for example with `if: github.repository == 'OWNER/SOURCE'`.",
  });
}

function sameRepository(location: string): RemoteError {
  return new RemoteError({
    kind: 'same-repository',
    location,
    detail: 'source and target are the same repository.',
    remedy: 'Give another repository as the target.',
  });
}
