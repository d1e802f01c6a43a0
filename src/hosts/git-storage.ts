import { safeDirectory } from '../protocol/safe-directory.js';
import type { RejectionRule } from './host.js';

function quotedWhereNeeded(path: string): string {
  const named = safeDirectory(path);
  return named.includes('%') ? `"${named}"` : named;
}

/**
 * Faults of the disk and of its permissions, in the words of git and of the system below it. What is to be done depends
 * on where the repository is: on this machine, or at a server.
 */
export const STORAGE: readonly RejectionRule[] = [
  {
    id: 'foreign-owner',
    pattern: /dubious ownership|unsafe repository/,
    meaning: 'Git does not trust the repository, because it belongs to another user.',
    remedy: {
      local:
        'Run `git config --global --add safe.directory <path>` as the account that runs push-mirror, or give the folder to this account.',
      ssh: 'On the server, run `git config --global --add safe.directory <path>` as the account that the URL names, or give the folder to this account. A setting on this machine changes nothing.',
      http: 'On the server, run `git config --system --add safe.directory <path>`, or give the folder to the account of the web server. A setting on this machine changes nothing.',
    },
    blank: ['<path>', /(?:in repository at |unsafe repository \()'([\w./@+~:-]+)'(?:\s|$)/, quotedWhereNeeded],
    isOfReading: true,
  },
  {
    id: 'disk-full',
    pattern: /No space left on device|Disk quota exceeded|not enough space on the disk/i,
    meaning: 'The disk is full, or a quota of it is used up.',
    remedy: {
      local: 'Free space on the disk of this folder, or raise the quota, and run the mirror again.',
      ssh: 'On the server, free space, or raise the quota of the account, and run the mirror again.',
      http: 'Free space on the server, or ask its operator to do so, and run the mirror again.',
    },
    isOfReading: true,
  },
  {
    id: 'disk-read-only',
    pattern: /Read-only file system/i,
    meaning: 'The disk is mounted read-only.',
    remedy: {
      local: 'Mount it writable (in a container, look at the volume), or give a path on another disk.',
      ssh: 'On the server, mount it writable; a disk becomes read-only in maintenance, or after a fault.',
      http: 'Ask the operator of the server: a disk becomes read-only in maintenance, or after a fault.',
    },
    isOfReading: true,
  },
  {
    id: 'file-permission',
    pattern:
      /insufficient permission for adding an object|': Permission denied|: Operation not permitted|(?:[Uu]nable to|cannot|could not|couldn't|failed to) (?:[a-z0-9]+ ){0,9}(?:[a-z0-9]+|(?:\.\/|['\/])\S*(?: \S+){0,9}): (?:Permission denied|Operation not permitted|Access is denied)/,
    meaning: 'The account under which git runs there may not write, or not read, a file or a folder.',
    remedy: {
      local:
        'Give the folder to the account that runs push-mirror (`chown -R`), also what other accounts have made in it.',
      ssh: 'On the server, give the repository to the account that the URL names (`chown -R`), also what other accounts have made in it.',
      http: 'On the server, give the repository to the account of the web server (`chown -R`), also what other accounts have made in it.',
    },
    isOfReading: true,
  },
];

const FSCK_AT_SERVER =
  'On a server of your own, run `git config receive.fsck.<msg-id> warn` in the repository (GitLab: in the Git configuration of Gitaly), or put the id of the object into a file that `receive.fsck.skipList` names. Hosts such as GitHub have no such setting: exclude the ref, or rewrite its history without the fault.';

/** Objects that a target does not take, or cannot store. */
export const OBJECTS: readonly RejectionRule[] = [
  {
    id: 'fsck',
    // Git: "error: object ID: word: text"; JGit: "word: object ID: text". Old versions of git say no word.
    pattern: /\w: object \w+:|fsck error|Error in object|in packed object/,
    meaning: "The target's checks (receive.fsckObjects) forbid an object of the history.",
    remedy: {
      local:
        'Run `git config receive.fsck.<msg-id> warn` in the folder of the target, or put the id of the object into a file that `receive.fsck.skipList` names there. Or exclude the ref.',
      ssh: FSCK_AT_SERVER,
      http: FSCK_AT_SERVER,
    },
    blank: [
      '<msg-id>',
      /object [0-9a-f]+(?: \([^()]*\))?: ([a-z]+[A-Z]\w*):|\b([a-z]{1,40}[A-Z]\w{0,60}): object [0-9a-f]+:/,
    ],
  },
  {
    id: 'not-stored',
    pattern:
      /index-pack abnormal exit|unpacker error|index-pack failed|unpack-objects|unable to create temporary object directory|unable to migrate objects to permanent storage/i,
    meaning: 'The target could not store the objects.',
    remedy: {
      local:
        "Read git's words, and look at the space on the disk and whether the account that runs push-mirror may write to the folder `objects` there.",
      ssh: "Read the server's words, and look on the server at the space on the disk and whether the account that the URL names may write to the folder `objects` of the repository.",
      http: "Read the server's words. On a server of your own, look at the space on the disk and whether the account of the web server may write to the folder `objects` of the repository.",
    },
    isVague: true,
  },
];
