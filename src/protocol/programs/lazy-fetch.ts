import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import { gitFolders } from './git-folder.js';

/** Runs git with arguments. Fulfilled with what it prints; `undefined` where it fails. */
export type AskGit = (args: readonly string[]) => Promise<string | undefined>;

/**
 * Settings of a repository (git-config) that name no program and bring no other settings, whatever their values are.
 * A list of those that do would have to know every git.
 */
const HARMLESS = [
  /^core\.(?:repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks)$/,
  /^core\.(?:autocrlf|eol|sparsecheckout|sparsecheckoutcone|sharedrepository|compression|quotepath)$/,
  /^extensions\.(?:partialclone|objectformat|refstorage|worktreeconfig|relativeworktrees|preciousobjects|noop)$/,
  /^remote\..*\.(?:url|pushurl|fetch|push|promisor|partialclonefilter|mirror|tagopt|prune|prunetags)$/,
  /^remote\..*\.(?:skipdefaultupdate|skipfetchall|followremotehead)$/,
  /^(?:uploadpack\.(?:allow\w+|hiderefs)|receive\.(?:deny\w+|shallowupdate|hiderefs)|transfer\.hiderefs)$/,
  /^(?:branch\..*|user\.(?:name|email)|gc\.auto|maintenance\.auto|index\.\w+|push\.default|pull\.rebase)$/,
  /^(?:http\.(?:.*\.)?extraheader|lfs\.repositoryformatversion|lfs\..*\.access)$/,
  /^submodule\.(?:active|.*\.(?:url|active))$/,
];

/** URLs by which git fetches without a program that the URL names (gitremote-helpers). */
const BY_NETWORK = /^(?:https?|ssh|git):\/\/|^(?:[\w.-]+@)?[\w.-]+:(?!:|\/\/)/;
const BY_FOLDER = /^(?:file:\/\/(?=\/)|(?=\.{0,2}\/))/;
/** Folders that fetch from one another. */
const LONGEST_CHAIN = 5;

/**
 * Finds out why git may not fetch for a reader what a partial clone lacks: the configuration of the folder, which is the
 * source's, could choose a program that runs with the rights of this process (git-upload-pack, "SECURITY").
 *
 * @param path of the repository
 * @returns what is in the way; `undefined` where nothing is
 */
export async function whyNoLazyFetch(path: string, ask: AskGit, chain = 0): Promise<string | undefined> {
  const folder = gitFolders(path)?.common;
  if (folder === undefined) return undefined;
  if (chain > LONGEST_CHAIN) return 'too many folders fetch from one another';
  const settings = await settingsOf(folder, ask);
  if (settings === undefined) return `the configuration in ${folder} cannot be read`;
  const program = settings.find(({ name }) => !HARMLESS.some((pattern) => pattern.test(name)));
  if (program !== undefined) return `its setting ${program.name} could name a program`;
  const nameless = promisorsIn(settings).find(
    (remote) => !settings.some(({ name }) => name === `remote.${remote}.url`),
  );
  // Git would look for it in other files.
  if (nameless !== undefined) return `its remote "${nameless}" has no URL`;
  return whyNotFrom(folder, settings, (next) => whyNoLazyFetch(next, ask, chain + 1));
}

/** Looks at the URLs of all remotes. A folder that git fetches from has a configuration, too. */
async function whyNotFrom(
  folder: string,
  settings: readonly Setting[],
  look: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const { name, value } of settings) {
    if (!/^remote\..*\.url$/.test(name)) continue;
    if (BY_FOLDER.test(value)) {
      const path = pathOf(value);
      const why = path === undefined ? `its setting ${name} cannot be read` : await look(resolve(folder, path));
      if (why !== undefined) return why;
    } else if (!BY_NETWORK.test(value)) {
      return `its setting ${name} could name a program`;
    }
  }
  return undefined;
}

/** Decodes a URL as git does: a path as it is, a `file:` URL by its percent signs. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return url;
  try {
    return decodeURIComponent(url.slice('file://'.length));
  } catch {
    return undefined;
  }
}

interface Setting {
  readonly name: string;
  readonly value: string;
}

/** Reads what stands in a repository's own files, as it stands there. */
async function settingsOf(folder: string, ask: AskGit): Promise<readonly Setting[] | undefined> {
  const settings: Setting[] = [];
  for (const file of ['config', 'config.worktree'].map((name) => join(folder, name)).filter(existsSync)) {
    const output = await ask(['config', '--file', file, '--no-includes', '--null', '--list']);
    // What was cut could be what matters.
    if (output === undefined || Buffer.byteLength(output) >= PROGRAM_LIMITS.output.value) return undefined;
    for (const entry of output.split('\0').slice(0, -1)) {
      const [name = '', ...value] = entry.split('\n');
      settings.push({ name, value: value.join('\n') });
    }
  }
  return settings;
}

/** The remotes that promise to have what a partial clone lacks. */
function promisorsIn(settings: readonly Setting[]): readonly string[] {
  return settings.flatMap(({ name, value }) => {
    if (name === 'extensions.partialclone') return [value];
    const remote = /^remote\.(.*)\.promisor$/.exec(name)?.[1];
    return remote === undefined ? [] : [remote];
  });
}
