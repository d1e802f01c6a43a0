import type { RejectionRule } from './host.js';

/**
 * Refusals because of the files of a target, in the words of git (lockfile.c, refs/files-backend.c, object-file.c) and of
 * the systems that it runs on. Git gives the same reason for them as for a race: the lines beside it tell.
 */
export const DISK_REJECTIONS: readonly RejectionRule[] = [
  {
    id: 'disk-error',
    pattern:
      /Input\/output error|Stale file handle|Stale NFS file handle|Too many open files|Structure needs cleaning/i,
    meaning: 'The disk of the target fails.',
    remedy: 'Ask the operator of the target.',
  },
  {
    id: 'long-name',
    pattern: /File ?name too long|ENAMETOOLONG/i,
    meaning: 'The name is too long for the disk of the target.',
    remedy:
      'Choose a shorter name, or exclude the ref: most disks take 255 bytes for each part between slashes, of which Git needs 5 for a ref. On Windows, `git config --global core.longpaths true` lets git use paths of more than 260 characters.',
  },
  {
    id: 'unfit-name',
    pattern: /': Invalid argument|': Illegal byte sequence|Illegal char </i,
    meaning: 'The disk of the target cannot hold a file of this name.',
    remedy:
      'Rename or exclude the ref: Windows has no names with `"`, `<`, `>` or `|`, none that end in a dot or a space, and none of devices (`aux`, `con`, `nul`, also `aux.x`), for example.',
  },
  {
    id: 'reflog',
    pattern: /there are still logs under|unable to append to '|cannot update the ref '/i,
    meaning: 'The target cannot write the reflog of the ref.',
    remedy: "Remove what stands in its way below `logs` in the target's folder: the server's words name it.",
  },
  {
    id: 'ref-in-the-way',
    pattern: /there is a non-empty directory|there are still refs under|': Not a directory|': Is a directory/i,
    meaning: "Something else stands in the place of the ref among the target's files.",
    remedy: "Remove it there: the server's words name it.",
  },
  {
    id: 'broken-target',
    pattern: /bad object refs\//i,
    meaning: 'The target has a broken ref, or has lost the object of one: it cannot be pushed to like this.',
    remedy:
      "On the target, look at the ref that the server's words name: restore it, or delete it (`git update-ref -d`, or its file), and run `git fsck`.",
    isOfAll: true,
  },
];

/** Refusals in the words of a race, where the next reading of the target shows that there was none. */
export const UNMOVED_REJECTIONS: readonly RejectionRule[] = [
  {
    id: 'lock-file',
    pattern: /\.lock': File exists|Another git process seems to be running|failed to lock/i,
    meaning: 'A lock file is in the way: another program is changing the target, or one that died has left it behind.',
    remedy:
      "Run the mirror again; if that does not help, see that no program is at work there, and delete the lock file that the server's words name. On Windows and macOS it may be that of a ref whose name differs only in upper and lower case: rename or exclude one of the two.",
    isOfUnmoved: true,
  },
  {
    id: 'broken-ref',
    pattern: /unable to resolve reference|reference broken/i,
    meaning: 'The ref is broken on the target.',
    remedy: 'Restore it there, or delete it (`git update-ref -d`, or its file).',
    isOfUnmoved: true,
  },
  {
    id: 'unlike-listed',
    pattern: /already exists|does not exist|is missing|but expected|incorrect old value|stale info/i,
    meaning: 'What the target says of the ref is not what it lists, though nobody has changed the ref meanwhile.',
    remedy:
      'Look on the target for a ref whose name differs only in upper and lower case, for hidden refs (transfer.hideRefs), or for a copy of it that lags behind.',
    isOfUnmoved: true,
  },
  {
    id: 'unmoved',
    pattern:
      /failed to update ref|failed to delete|failed to write|cannot lock ref|ref has changed|has changed concurrently/i,
    meaning: 'The target could not change the ref, and nobody else has changed it meanwhile.',
    remedy: "Read the server's words, or ask the operator of the target.",
    isOfUnmoved: true,
  },
];
