import type { SignInHints } from '../protocol/http/status-error.js';
import type { Place } from '../protocol/location.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import type { RejectionId } from './rejection-id.js';

/** Advice in whole sentences: the same everywhere, or for each kind of place that a repository can be at. */
export type Remedy = string | Readonly<Record<Place, string>>;

/** A refusal that servers utter: the words by which it is known, and its explanation for a user. */
export interface RejectionRule {
  /** Its code in the report. */
  readonly id: RejectionId;
  /** Matches the server's words. */
  readonly pattern: RegExp;
  /** The explanation, a whole sentence. */
  readonly meaning: string;
  /** The one thing to do, whole sentences. */
  readonly remedy: Remedy;
  /**
   * A part of the remedy that stands for what the server's words name, where it stands in them (in a group), and how it
   * is written in the remedy, if not as there.
   */
  readonly blank?: readonly [part: string, named: RegExp, write?: (name: string) => string];
  /** Set where somebody else moved the ref meanwhile, so that planning again may help. */
  readonly isRace?: true;
  /** Set where it explains words of a race once the ref was seen not to have moved, and nothing else. */
  readonly isOfUnmoved?: true;
  /** Set where the words alone tell little: the server's other lines, or the host's hint, may tell more. */
  readonly isVague?: true;
  /** Set where the words are about the repository or the account: no part of the push would be taken. */
  readonly isOfAll?: true;
  /** Set where a server may say it to a reader, too; all others are about the target of a push. */
  readonly isOfReading?: true;
}

/** An address on a host's website. */
export interface WebAddress {
  /** `https://name`, with its port where that is not the usual one. */
  readonly server: string;
  /** The path, segment by segment, not encoded. */
  readonly path: readonly string[];
  /** The query, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
}

/** The differences between hosts of Git repositories, as far as a mirror has to do with them. */
export interface Host {
  /** The name, as its makers write it. */
  readonly title: string;
  /** Finds it by the name of a server, in lower case. */
  readonly hostname: RegExp;
  /** Set where the paths of its repositories mean the same in capitals. */
  readonly ignoresCase?: true;
  /** The user name that it wants beside a token where the user gives none. */
  readonly username?: string;
  /** A user name that it wants instead beside tokens with another beginning. */
  readonly otherUsername?: { readonly username: string; readonly tokens: RegExp };
  /** The user name that it wants over SSH where the user gives none. */
  readonly sshUsername?: string;
  /** Permissions that a token needs, whole sentences by the HTTP status for their lack. */
  readonly hints: SignInHints['byStatus'];
  /** The place on its website where a repository's default branch is chosen. */
  readonly defaultBranchPage?: string;
  /** Beginning of the names of branches that it makes and deletes by itself, so that nobody means to mirror them. */
  readonly passingBranches?: string;
  /** The most ref update commands that one push may hold. */
  readonly refsPerPush?: number;
  /** Set where it keeps no Git LFS objects. */
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
  /** Its refusals, the most telling first. */
  readonly rejections: readonly RejectionRule[];
}
