import type { TestRepository } from './git.js';

/** How large the history is: each commit has a folder of so many files, of which it changes one. */
export interface LargeTrees {
  readonly commits: number;
  readonly files: number;
}

/** Of an entry of the folder: its mode, name and id. */
const ENTRY_BYTES = 34;

/**
 * Makes a history on `main` whose trees are large, though it takes little space on disk: each is nearly the one before.
 *
 * @returns how many bytes the trees have together
 */
export function commitLargeTrees(repository: TestRepository, { commits, files }: LargeTrees): number {
  const name = (file: number): string => `large/f${String(file % files).padStart(5, '0')}`;
  const all = Array.from({ length: files }, (_, file) => `M 100644 :1 ${name(file)}\n`).join('');
  const parts = ['blob\nmark :1\ndata 1\na\n', 'blob\nmark :2\ndata 1\nb\n', commit(0), all];
  for (let made = 1; made < commits; made += 1) parts.push(commit(made), `M 100644 :2 ${name(made)}\n`);
  repository.git(['fast-import', '--quiet', '--date-format=raw', '--done'], `${parts.join('')}done\n`);
  return commits * files * ENTRY_BYTES;
}

function commit(number: number): string {
  const at = 1_577_836_800 + number;
  return `commit refs/heads/main\ncommitter C O Mitter <committer@example.com> ${at} +0000\ndata 0\n`;
}
