import { linesOf } from '../lines.js';
import { existsSync } from 'node:fs';
import { RemoteError, type RemoteErrorKind } from '../errors.js';
import { printable } from '../printable.js';
import type { Service } from '../wire/transport.js';
import type { FailedProgram } from './conversation.js';
import { gitFolders } from './git-folder.js';
import { whyNoRepository } from './no-repository.js';

/** Makes the error for a folder whose `git` service ended without a proper answer. */
export function localFailure(path: string, service: Service, end: FailedProgram): RemoteError {
  const { kind, detail, remedy } = reasonOf(path, service, end);
  return new RemoteError({ kind, location: path, detail, remedy });
}

interface Reason {
  readonly kind: RemoteErrorKind;
  readonly detail: string;
  readonly remedy?: string;
}

const NO_REPOSITORY = /does not appear to be a git repository|not a git repository|invalid gitfile/;
const TOO_NEW = /unknown repository extension|Expected git repo version|(?:invalid|unknown) value for 'extensions\./;
/** Of the files that only make git faster, git takes some faults for the end of all. */
const INDEX = /^fatal: .*(?:multi-pack-index|commit-graph|commit graph)/m;

function reasonOf(path: string, service: Service, { errors, code, greeting }: FailedProgram): Reason {
  const said = printable(linesOf(`${greeting}\n${errors}`).join(' '), 1000);
  if (!existsSync(path) && gitFolders(path) === undefined)
    return { kind: 'not-a-repository', ...whyNoRepository(path, service) };
  if (NO_REPOSITORY.test(errors)) return notRepository(path, service);
  if (TOO_NEW.test(errors)) {
    return {
      kind: 'refused',
      detail: `the git of this machine is too old for this repository (${said.replace(/^fatal: /, '')}).`,
      remedy: 'Install a newer git.',
    };
  }
  const detail = `${service} failed: ${said === '' ? `exit code ${code}` : said}`;
  return INDEX.test(errors)
    ? { kind: 'refused', detail: `${detail}.`, remedy: 'Remove that file: git makes it anew.' }
    : { kind: 'refused', detail };
}

function notRepository(path: string, service: Service): Reason {
  const kind = 'not-a-repository';
  const folders = gitFolders(path);
  if (folders?.link === undefined || existsSync(folders.own)) return { kind, ...whyNoRepository(path, service) };
  const [link, own] = [folders.link, folders.own].map((one) => printable(one, 1000));
  return {
    kind,
    detail: `${link} names the folder ${own}, where nothing is.`,
    remedy: 'Give the path of the repository itself; if it was moved, run `git worktree repair` there.',
  };
}
