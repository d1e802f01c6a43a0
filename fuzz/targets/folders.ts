import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternatesOf } from '../../src/protocol/programs/alternates.js';
import { gitFolders } from '../../src/protocol/programs/git-folder.js';
import { whyNoRepository } from '../../src/protocol/programs/no-repository.js';
import { shortageOf } from '../../src/protocol/programs/shortage.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';

/** Gives a folder to a function, and removes it. */
async function withFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'push-mirror-fuzz-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MOST_ALTERNATES = 1000;

function readAlternates(input: Buffer): Promise<unknown> {
  return withFolder((folder) => {
    mkdirSync(join(folder, 'info'));
    writeFileSync(join(folder, 'info', 'alternates'), input);
    const found = [...alternatesOf(folder), ...alternatesOf('/nowhere', input.toString('utf8'))];
    holds(found.length <= 2 * MOST_ALTERNATES, 'more alternates are found than are looked for');
    return found.map((path) => path.replace(folder, ''));
  });
}

/** Reads a file that stands where a folder `.git` belongs. */
function readLink(input: Buffer): Promise<unknown> {
  return withFolder((folder) => {
    const link = join(folder, '.git');
    writeFileSync(link, input);
    const folders = gitFolders(folder);
    const reasons = [folder, link].map((path) => whyNoRepository(path, 'git-upload-pack'));
    for (const { detail, remedy } of reasons) holds(isShowable(detail + remedy), 'a reason is not showable');
    return { found: folders !== undefined, reasons: reasons.map(({ detail }) => detail.replaceAll(folder, '')) };
  });
}

/** Explains what a folder lacks from its settings: name and value in turns. */
async function readSettings(input: Buffer): Promise<unknown> {
  const lines = input.toString('utf8').split('\n');
  const settings = new Map(
    lines.flatMap((name, index) => (index % 2 === 0 ? [[name, lines[index + 1] ?? ''] as const] : [])),
  );
  const shortage = await shortageOf({ alternates: () => [], configuration: async () => settings });
  holds(isShowable(shortage?.detail ?? ''), 'a shortage is not showable');
  return shortage;
}

export const FOLDERS: readonly Target[] = [
  {
    name: 'alternates',
    form: 'text',
    seeds: ['/srv/other.git/objects\n# c\n../x\n', '"/srv/\\303\\244\\t\\"x"\n'],
    errors: [],
    run: readAlternates,
  },
  {
    name: 'git-link',
    form: 'text',
    seeds: ['gitdir: ../x/.git/worktrees/y\n', '# v2 git bundle\n', 'x'],
    errors: [],
    run: readLink,
  },
  {
    name: 'partial-clone',
    form: 'text',
    seeds: [
      'remote.origin.promisor\ntrue\nremote.origin.url\nhttps://u:S3cretS3cret@host.example/x',
      'extensions.partialclone\norigin',
    ],
    errors: [],
    run: readSettings,
  },
];
