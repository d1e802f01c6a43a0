import { describe, expect, test } from '@jest/globals';
import { PushWords } from '../../src/hosts/push-words.js';
import { Explainer, explainRejection, provesRace, REJECTIONS } from '../../src/hosts/rejection.js';
import { REFUSALS, wordsOf, type Refusal } from '../recordings/refusals.js';

const SENTENCES = /^(?:[A-Z`].*[.!])$/s;

/** What a recording is about, in the title of a test. */
function titled(refusal: Refusal): [string, string, Refusal] {
  const [reason, remote] = wordsOf(refusal);
  const said = [...remote, reason].map((line) => line.trim()).filter((line) => line !== '');
  const telling = said.find((line) => /GH\d|GitLab: ./.test(line)) ?? said.at(-1) ?? '';
  return [`${refusal.id} (${refusal.how})`, telling.split('\n')[0] ?? '', refusal];
}

describe('explainRejection', () => {
  test.each(REFUSALS.map(titled))('%s: %s', (_id, _line, refusal) => {
    const explainer = new Explainer();
    const [reason, said] = wordsOf(refusal);
    const rule = refusal.how === 'unmoved' ? explainer.unmoved(reason, said) : explainer.rejection(reason, said);

    expect(rule?.id).toBe(refusal.id);
  });

  test('every rule has a recording, and every recording a rule', () => {
    const recorded = new Set(REFUSALS.map(({ id }) => id));

    expect([...recorded].toSorted()).toEqual(REJECTIONS.map(({ id }) => id).toSorted());
  });

  test.each(REJECTIONS.map((rule) => [rule.id, rule] as const))('%s: whole sentences', (_id, { meaning, remedy }) => {
    expect(meaning).toMatch(SENTENCES);
    for (const text of typeof remedy === 'string' ? [remedy] : Object.values(remedy)) expect(text).toMatch(SENTENCES);
  });

  test('no word of the rules themselves is explained by another', () => {
    // What a user reads may come back, such as in the log of a hook that mirrors on.
    const misread = REJECTIONS.filter(({ meaning, id }) => ![undefined, id].includes(explainRejection(meaning)?.id));

    expect(misread.map(({ id }) => id)).toEqual([]);
  });

  test.each(['success', 'no reason given', '', 'failed', 'it was moved on the source'])(
    'what tells nothing is not explained: "%s"',
    (reason) => {
      expect(explainRejection(reason)).toBeUndefined();
    },
  );

  test.each(REFUSALS.filter(({ how }) => how === 'unmoved').map(titled))(
    'only the next reading tells it from a race: %s: %s',
    (_id, _line, refusal) => {
      const [reason, said] = wordsOf(refusal);

      expect(explainRejection(reason)?.isRace).toBe(true);
      expect(provesRace(reason, said)).toBe(false);
    },
  );

  test.each(['', 'error: '])('what the target has in place of what was expected proves a race (%s)', (before) => {
    const line = `${before}cannot lock ref 'refs/heads/main': is at ${'1'.repeat(40)} but expected ${'2'.repeat(40)}`;

    expect([provesRace(line, []), provesRace('failed to update ref', [line])]).toEqual([true, true]);
  });

  describe('somebody who was faster', () => {
    const races = REFUSALS.filter(
      ({ id, how }) => how !== 'unmoved' && REJECTIONS.find((rule) => rule.id === id)?.isRace === true,
    );

    test.each(races.map(({ reason }) => reason))('shows in a reason: %s', (reason) => {
      expect(explainRejection(reason)?.isRace).toBe(true);
    });

    test.each(races.map(({ reason }) => reason))('does not show in what a hook says: %s', (line) => {
      expect(explainRejection('pre-receive hook declined', [line])?.id).toBe('hook');
    });

    test('is not what refuses a ref by a rule, whatever else is said', () => {
      const said = ['error: failed to update ref', 'GitLab: Protected tags cannot be updated.'];

      expect(explainRejection('pre-receive hook declined', said)?.id).toBe('gitlab-protected-tag');
    });
  });

  test('a warning of GitHub is no refusal', () => {
    const warning =
      'warning: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.';
    const error = 'error: GH006: Protected branch update failed for refs/heads/main.';

    expect(explainRejection('protected branch hook declined', [warning, error])?.id).toBe('github-protected-branch');
  });

  test('a host tells more than the hook by which it says so, in whichever order they come', () => {
    const line = 'GitLab: You are not allowed to push code to protected branches on this project.';

    expect(explainRejection('hook declined', [line])?.id).toBe('gitlab-protected-branch');
    expect(explainRejection(line, ['error: hook declined to update refs/heads/main'])?.id).toBe(
      'gitlab-protected-branch',
    );
  });
});

describe('a remedy', () => {
  const PLACES = ['local', 'ssh', 'http'] as const;
  const OBJECT = '1'.repeat(40);

  const remedies = (reason: string, ...said: readonly string[]): string[] =>
    PLACES.map((place) => explainRejection(reason, said, place)?.remedy ?? '');

  test.each([
    ["fatal: detected dubious ownership in repository at '/srv/x.git'", /safe\.directory \/srv\/x\.git`/],
    ["fatal: unsafe repository ('/srv/x.git' is owned by someone else)", /safe\.directory \/srv\/x\.git`/],
    ["fatal: detected dubious ownership in repository at 'C:/work/x.git'", /safe\.directory C:\/work\/x\.git`/],
    [
      "fatal: detected dubious ownership in repository at '//nas/share/x.git'",
      /safe\.directory "%\(prefix\)\/\/\/nas\/share\/x\.git"`/,
    ],
    ['fatal: write error: No space left on device', /[Ff]ree space/],
    ['fatal: unable to write loose object file: Disk quota exceeded', /quota|operator/],
    ['fatal: unable to create temporary file: Read-only file system', /writable|operator/],
    ['error: insufficient permission for adding an object to repository database ./objects', /`chown -R`/],
    ["Unable to create '/srv/x.git/./refs/heads/a.lock': Permission denied", /`chown -R`/],
    ['fatal: cannot mkdir /srv/x.git: Permission denied', /`chown -R`/],
    ['unable to create temporary object directory', /whether the account .* may write/],
  ])('is another one in each place: %s', (words, wanted) => {
    const found = remedies(words);

    expect(new Set(found).size).toBe(PLACES.length);
    for (const remedy of found) expect(remedy).toMatch(wanted);
    expect(found[0]).not.toMatch(/server/i);
    for (const remedy of found.slice(1)) expect(remedy).toMatch(/server/);
  });

  test.each([
    "fatal: couldn't read ./packed-refs: Permission denied",
    'fatal: failed to read object 1111: Permission denied',
    "error: cannot update the ref 'refs/heads/a': unable to append to './logs/refs/heads/a': Permission denied",
    "fatal: unable to access '/srv/my project/config': Permission denied",
  ])('is told for what an account may not: %s', (words) => {
    expect(explainRejection('', [words])?.id).toBe('file-permission');
  });

  test.each([
    'ssh could not sign with it. ssh says: Load key "/proc/1/fd/21": error in libcrypto root@host: Permission denied (publickey).',
    'Could not chdir to home directory /home/git: Permission denied',
    'bash: line 1: /usr/bin/git-receive-pack: Permission denied',
  ])('is not told for a key or a program: %s', (words) => {
    expect(explainRejection(words)).toBeUndefined();
  });

  test('names all places where it is not known which', () => {
    const all = explainRejection('No space left on device')?.remedy;

    expect(all).toMatch(/^A folder of this machine: Free .* Over SSH: On the server, .* Over HTTP: Free /);
  });

  test.each([['$(reboot)', '`reboot`', '/srv/a b', "/srv/it's", '/srv/x;reboot']])(
    'names no path that could do something in a shell: %s',
    (...paths) => {
      for (const path of paths) {
        const [here] = remedies(`fatal: detected dubious ownership in repository at '${path}'`);
        expect(here).toContain('safe.directory <path>`');
      }
    },
  );

  test.each([
    ['zeroPaddedFilemode', `error: object ${OBJECT}: zeroPaddedFilemode: contains zero-padded file modes`],
    ['missingSpaceBeforeEmail', `error: object ${OBJECT}: missingSpaceBeforeEmail: invalid author/committer line`],
    ['gitmodulesUrl', `error: object ${OBJECT} (.gitmodules): gitmodulesUrl: disallowed submodule url: -x`],
    ['hasDotgit', `error: object ${'a'.repeat(64)}: hasDotgit: contains '.git'`],
    ['fullPathname', `error: object ${OBJECT}: fullPathname: contains full pathnames`],
    ['treeNotSorted', `treeNotSorted: object ${OBJECT}: incorrectly sorted`],
    ['someFaultOfTheFuture', `error: object ${OBJECT}: someFaultOfTheFuture: is not nice`],
  ])('for an object names the setting of its fault: %s', (word, line) => {
    const found = remedies('unpacker error: index-pack abnormal exit', line, 'fatal: fsck error in packed object');

    expect(found[0]).toMatch(new RegExp(`^Run \`git config receive\\.fsck\\.${word} warn\` in the folder`));
    for (const remedy of found.slice(1)) expect(remedy).toContain(`\`git config receive.fsck.${word} warn\``);
    for (const remedy of found) expect(remedy).toMatch(/`receive\.fsck\.skipList`.*[Ee]xclude the ref/);
  });

  test('names a setting by its form where the server says no word', () => {
    const [here] = remedies(
      'unpacker error',
      `error: object ${OBJECT}:contains zero-padded file modes`,
      'fatal: Error in object',
    );

    expect(here).toContain('receive.fsck.<msg-id> warn');
  });
});

/** Words on a push of some refs. */
function words(refs: readonly string[], ...lines: readonly string[]): PushWords {
  return new PushWords(lines, new Set(refs), new Explainer());
}

describe('PushWords', () => {
  const [MAIN, DEV, V1] = ['refs/heads/main', 'refs/heads/dev', 'refs/tags/v1'];

  test.each([
    'error: GH006: Protected branch update failed for refs/heads/main.',
    'error: Not allowed to push to protected branch main',
    "cannot lock ref 'refs/heads/main': is at 1 but expected 2",
    '"main"!',
    'Tag `main` (main) is protected',
  ])('a line that names a ref is about that ref alone: %s', (line) => {
    const said = words([MAIN, DEV, V1], line);

    expect([MAIN, DEV, V1].map((ref) => said.about(ref, 5))).toEqual([[line], [], []]);
  });

  test('rules that were bypassed for an accepted ref are no reason for the refusal of another', () => {
    const bypassed = [
      'Bypassed rule violations for refs/heads/main:',
      '',
      '- Changes must be made through a pull request.',
    ];
    const said = words([MAIN, DEV], ...bypassed, '', 'error: GH005: refs longer than 255 bytes', '- too long');

    expect(said.about(DEV, 5)).toEqual(['error: GH005: refs longer than 255 bytes', '- too long']);
  });

  test('a line that names two refs is about both', () => {
    const said = words([MAIN, DEV, V1], 'neither branch main nor tag v1');

    expect([MAIN, DEV, V1].map((ref) => said.about(ref, 5).length)).toEqual([1, 0, 1]);
  });

  test.each(['main: no', 'no (main)', 'main'])('a line that may well name a ref tells most about it: %s', (line) => {
    const said = words([MAIN, DEV], 'error: no', line, 'error: no');

    expect([MAIN, DEV].map((ref) => said.about(ref, 1))).toEqual([[line], ['error: no']]);
  });

  test('a line that names a branch and a tag alike is about both', () => {
    const said = words(['refs/heads/v1', V1, MAIN], 'Tag v1 is protected');

    expect(['refs/heads/v1', V1, MAIN].map((ref) => said.about(ref, 5).length)).toEqual([1, 1, 0]);
  });

  test.each(['mainly', 'refs/heads/main2', 'refs/heads/main/x', 'remain', 'main-2', 'dev/main'])(
    'a longer name is not the name: %s',
    (name) => {
      expect(words([MAIN, DEV], `no to ${name}`).about(DEV, 5)).toEqual([`no to ${name}`]);
    },
  );

  test.each([
    'Resolving deltas: 100% (3/3)',
    'Resolving deltas: 100% (3/3), completed with 1 local object.',
    'Resolving deltas:  33% (1/3)',
    'Updating references: 100%',
    'Updating references: 100% (1/1)   ',
    'Unpacking objects: 100% (3/3), 231 bytes | 115.00 KiB/s, done.',
    'Counting objects: 5',
    'Counting objects: 5, done',
    'Checking connectivity: 5, done.',
    'Finding sources: 100% (3/3) [0.012s]',
  ])('progress tells nothing about a ref: %s', (line) => {
    expect(words([MAIN], line, 'no').about(MAIN, 5)).toEqual(['no']);
  });

  test.each(['Checking quota: 100% used', 'Checking files: 3 are too large', 'Rejecting: 5', 'Rejecting main: no'])(
    'what only looks like progress is told: %s',
    (line) => {
      expect(words([MAIN], line).about(MAIN, 5)).toEqual([line]);
    },
  );

  test('a line that names no ref is about every ref', () => {
    const said = words([MAIN, DEV], 'GitLab: The repository is full.');

    expect([MAIN, DEV].map((ref) => said.about(ref, 5).length)).toEqual([1, 1]);
  });

  test('a branch that is called like a word takes no sentence from the others', () => {
    const line = '- Changes must be made through a pull request.';

    expect(words([MAIN, 'refs/heads/a', 'refs/heads/request'], line).about(MAIN, 5)).toEqual([line]);
  });

  test('the order is that of the server, not that of what tells most', () => {
    const lines = ['Checking', 'error: something', 'GH006: Protected branch update failed for refs/heads/main.', 'Bye'];

    expect(words([MAIN], ...lines).about(MAIN, 4)).toEqual(lines);
  });

  test('where not all may be shown, those that tell most stay', () => {
    const lines = [
      'Analyzing',
      'see https://example.com/why',
      'Validating',
      'GH013: Repository rule violations',
      'no, main!',
      'Checking',
    ];
    const said = words([MAIN], ...lines);

    expect(said.about(MAIN, 1)).toEqual(['no, main!']);
    expect(said.about(MAIN, 2)).toEqual(['GH013: Repository rule violations', 'no, main!']);
    expect(said.about(MAIN, 3)).toEqual([
      'see https://example.com/why',
      'GH013: Repository rule violations',
      'no, main!',
    ]);
    expect(said.about(MAIN, 4)).toEqual([
      'Analyzing',
      'see https://example.com/why',
      'GH013: Repository rule violations',
      'no, main!',
    ]);
    expect(said.about(MAIN, 0)).toEqual([]);
  });

  test.each(['', '   ', '=====', '  —————————  ', '* * *', '#---#', '|', '- - -', '...', '~~~'])(
    'decoration is dropped: "%s"',
    (line) => {
      expect(words([MAIN], line, 'no').about(MAIN, 5)).toEqual(['no']);
    },
  );

  test('indentation is dropped', () => {
    expect(words([MAIN], '       https://example.com/unblock  ').about(MAIN, 5)).toEqual([
      'https://example.com/unblock',
    ]);
  });

  test('of every recording the lines that a rule knows are among the five', () => {
    const told = REFUSALS.filter(({ how, remote }) => how !== 'ssh' && remote.length > 0);
    const silent = told.filter(({ id, remote }) => {
      const rule = REJECTIONS.find((one) => one.id === id);
      const isKnown = (line: string): boolean => rule?.isRace !== true && rule?.pattern.test(line) === true;
      return (
        remote.some(isKnown) &&
        !words([MAIN], ...remote)
          .about(MAIN, 5)
          .some(isKnown)
      );
    });

    expect(told.length).toBeGreaterThan(30);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  test('the link that unblocks a secret is among the five', () => {
    const [secret] = REFUSALS.filter(({ id }) => id === 'github-secret');

    expect(
      words([MAIN, DEV], ...(secret?.remote ?? []))
        .about(MAIN, 5)
        .join(' '),
    ).toContain('/unblock-secret/');
  });

  test.each([
    'constructor __proto__ toString',
    '$& $1 \\ [a-z]* (?:x',
    '\u0000\u001b[31m',
    'refs/heads/',
    'refs/heads/ refs/tags/',
    '\ud83d',
    '(((((((((((((((',
    'refusing to allow '.repeat(100),
    'File name '.repeat(190),
  ])('a line of any kind does no harm: %j', (line) => {
    expect(words([MAIN], line).about(MAIN, 5)).toEqual([line.trim()]);
  });
});
