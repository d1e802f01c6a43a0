import type { Place } from '../location.js';
import type { Head } from './head.js';
import type { Tolerance } from './headway.js';
import type { ObjectFormat } from './object-format.js';
import type { PacketReader } from './pkt-line.js';

/** The two programs of a Git server: one gives objects, one takes them. */
export type Service = 'git-upload-pack' | 'git-receive-pack';

/** A message to a server: bytes at hand, or bytes as they come. A body that throws aborts the request. */
export type Body = Buffer | AsyncIterable<Buffer>;

/** Counts of what a transport moved so far. */
export interface Traffic {
  /** Requests over HTTP; conversations and the requests in them otherwise. */
  requests: number;
  /** Bytes of message bodies, not counting the transport's own framing. */
  bytesSent: number;
  bytesReceived: number;
}

/** A server's answer, to be read to its end and then released, or given up. */
export interface Answer {
  readonly packets: PacketReader;
  /** Lets the connection serve the next request, once the answer has been read to its end. */
  release(): Promise<void>;
  /** Gives the answer up: the rest is not read, the connection is closed. */
  abort(): void;
}

/**
 * The way to one repository. Everything above it is the same for HTTP, SSH and a local folder.
 *
 * All methods throw {@link RemoteError} where the repository cannot be reached or refuses.
 */
export interface Transport {
  /** The repository, as it may be shown: without credentials. */
  readonly location: string;
  readonly place: Place;
  /**
   * True where every request stands alone (smart HTTP), so that some can be sent before an advertisement has arrived.
   */
  readonly stateless: boolean;
  readonly traffic: Traffic;
  /** The folder of a repository on this machine, and of no other. */
  readonly folder?: RepositoryFolder;
  /** Asks for the service's advertisement: protocol v2 for upload-pack where the server has it. */
  advertise(service: Service): Promise<Answer>;
  /**
   * Sends one request.
   *
   * @param isListing the answer tells refs, and is to tell them as they are now
   */
  request(service: Service, body: Body, isListing?: boolean): Promise<Answer>;
  /** Closes every connection and removes what the transport put on disk. Never throws. */
  close(): Promise<void>;
}

/** The folder of a repository on this machine. */
export interface RepositoryFolder {
  /** Something is at the path, a folder or a file, or a repository whose name has `.git` at the end. */
  readonly exists: boolean;
  /**
   * Makes a bare repository at the path, where nothing is yet.
   *
   * @param defaultBranch the full name of the branch that its HEAD shall point to
   * @returns `false` where somebody else has made something there meanwhile
   */
  create(format: ObjectFormat, defaultBranch: string | undefined): Promise<boolean>;
  /**
   * Takes a repository away that {@link create} made. One into which somebody has brought something meanwhile stays:
   * what may hold objects and refs is taken away only as an empty folder, and first of all.
   */
  remove(): Promise<void>;
  /**
   * Reads settings as git does in this folder, from its own configuration and all others.
   *
   * @param names a regular expression for the names of the settings
   * @returns the last value of each, by name
   */
  configuration(names: string): Promise<ReadonlyMap<string, string>>;
  /** Names the branches and tags that stand as files in it, whole or broken. */
  looseRefs(): Promise<readonly string[]>;
  /** The folders with objects that it borrows from other repositories; they need not be there. */
  alternates(): readonly string[];
  /** Finds out why objects that its refs need may not be in the folder. */
  shortage(): Promise<Shortage | undefined>;
  /** Names the work tree in which a branch is checked out, for messages. */
  workTreeOf(ref: string): Promise<string | undefined>;
  /** Reads HEAD. That of a repository with a work tree is its user's, and is not told. */
  readHead(): Promise<Head>;
  /** Makes HEAD name a branch that exists, by its full name. */
  writeHead(branch: string): Promise<void>;
}

/** Facts about objects that are not in their folder: whole sentences. */
export interface Shortage {
  readonly detail: string;
  readonly remedy: string;
  /** True where git may wait for a server that has the objects. */
  readonly isOnServer: boolean;
  /** True where git is kept from asking that server. */
  readonly isLeftThere?: boolean;
}

/** Time limits, in milliseconds. */
export interface TimeLimits extends Tolerance {
  /** Time for a connection to be made. */
  readonly connect: number;
}

/** A count of nothing. */
export function noTraffic(): Traffic {
  return { requests: 0, bytesSent: 0, bytesReceived: 0 };
}
