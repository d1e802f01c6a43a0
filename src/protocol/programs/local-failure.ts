import { existsSync, statSync } from 'node:fs';
import { RemoteError, type RemoteErrorKind } from '../errors.js';
import { printable } from '../printable.js';
import type { Service } from '../wire/transport.js';
import { gitFolders } from './git-folder.js';
import type { ProgramEnd } from './process.js';

/** Makes the error for a folder whose `git` service ended without a proper answer. */
export function localFailure(path: string, service: Service, end: ProgramEnd): RemoteError {
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
const TRUST = /git config --global --add safe\.directory .+/;

function reasonOf(path: string, service: Service, { errors, code }: ProgramEnd): Reason {
  const said = printable(errors.trim().replace(/\s*\n\s*/g, ' '), 1000);
  if (!existsSync(path) && gitFolders(path) === undefined)
    return { kind: 'not-a-repository', detail: 'nothing is at this path.', remedy: 'Check the path.' };
  if (NO_REPOSITORY.test(errors)) return notRepository(path, service);
  if (errors.includes('dubious ownership')) {
    return {
      kind: 'refused',
      detail: 'git does not trust this repository, because it belongs to another user.',
      remedy: `Run \`${printable(TRUST.exec(errors)?.[0] ?? 'git config --global --add safe.directory PATH', 1000)}\`.`,
    };
  }
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
  if (folders?.link !== undefined && !existsSync(folders.own)) {
    const [link, own] = [folders.link, folders.own].map((one) => printable(one, 1000));
    return {
      kind,
      detail: `${link} names the folder ${own}, where nothing is.`,
      remedy: 'Give the path of the repository itself; if it was moved, run `git worktree repair` there.',
    };
  }
  if (existsSync(path) && statSync(path).isFile())
    return { kind, detail: 'this is a file, and no Git repository.', remedy: 'Give the path of a folder.' };
  const remedy =
    service === 'git-upload-pack'
      ? 'Give the folder that is a repository, or the one with `.git` in it.'
      : 'Give another path (what does not exist is created), or run `git init --bare` there.';
  return { kind, detail: 'this folder is no Git repository.', remedy };
}
