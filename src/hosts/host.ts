import type { SignInHints } from '../protocol/http/status-error.js';
import type { ObjectId } from '../protocol/wire/object-format.js';

/** A refusal that a server utters, and what a user makes of it. */
export interface RejectionRule {
  /** By which tests and documents name it. */
  readonly id: string;
  /** Found in the words of the server. */
  readonly pattern: RegExp;
  /** What happened: a whole sentence. */
  readonly meaning: string;
  /** The one thing to do: a whole sentence. */
  readonly remedy: string;
  /** Whether somebody else moved the ref meanwhile, so that planning again may help. */
  readonly isRace?: true;
  /** Whether the words alone tell little, so that what a server says beside, or the host's hint, may tell more. */
  readonly isVague?: true;
  /** Whether a server may say it to somebody who only reads, too; the others are about the target of a push. */
  readonly isOfReading?: true;
}

/** Where something is on a host's website. */
export interface WebAddress {
  /** `https://name`, with its port where that is not the usual one. */
  readonly server: string;
  /** The path, segment by segment, not encoded. */
  readonly path: readonly string[];
  /** Not encoded. */
  readonly query?: Readonly<Record<string, string>>;
}

/** What differs between the hosts of Git repositories, as far as a mirror has to do with it. */
export interface Host {
  /** As its makers write it. */
  readonly title: string;
  /** Finds it by the name of a server, in lower case. */
  readonly hostname: RegExp;
  /** Whether the paths of its repositories mean the same in capitals. */
  readonly ignoresCase?: true;
  /** The user name that it wants beside a token where the user gives none. */
  readonly username?: string;
  /** The user name that it wants over SSH where the user gives none. */
  readonly sshUsername?: string;
  /** What a token must be allowed, whole sentences by the HTTP status that tells of the want. */
  readonly hints: SignInHints['byStatus'];
  /** The most ref update commands that one push may hold. */
  readonly refsPerPush?: number;
  /** Whether it keeps no Git LFS objects. */
  readonly hasNoLfs?: true;
  /** Published keys of its SSH servers, as lines of a known_hosts file. */
  readonly hostKeys?: readonly string[];
  /** Published fingerprints of an SSH server's keys, where the keys are not: `SHA256:…`. */
  readonly fingerprintsOf?: (hostname: string) => readonly string[];
  /**
   * The page that shows a commit; `undefined` where the repository's address is none of a repository there.
   *
   * @param repository as Git reaches it, without `.git`
   */
  readonly commitPage?: (repository: WebAddress, id: ObjectId) => WebAddress | undefined;
  /** What it says when it refuses, the most telling first. */
  readonly rejections: readonly RejectionRule[];
}
