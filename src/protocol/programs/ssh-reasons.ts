import { denied, tooOld, type SshFailure, type SshReason } from './ssh-sign-in.js';

/** Recognizes a reason by words that stand at the beginning of a line: greetings and notices may hold any words. */
interface Known {
  readonly pattern: RegExp;
  readonly reason: SshReason | ((failure: SshFailure, found: RegExpExecArray) => SshReason);
}

/** Finds the reason of a failure; `undefined` where the words are not known. */
export function reasonOf(failure: SshFailure): SshReason | undefined {
  for (const { pattern, reason } of KNOWN) {
    const found = failure.words.map((line) => pattern.exec(line)).find((match) => match !== null);
    if (found !== undefined) return typeof reason === 'function' ? reason(failure, found) : reason;
  }
  if (failure.code === CANNOT_RUN) return MAY_NOT_RUN;
  if (failure.code !== NOT_FOUND) return undefined;
  return failure.words.length === 0 || failure.words.some((line) => OWN_PROGRAM.test(line)) ? NO_GIT : NO_COMMAND;
}

// Exit codes of a shell (POSIX, "Exit Status for Commands"), whatever language it speaks.
const [CANNOT_RUN, NOT_FOUND] = [126, 127];
const OWN_PROGRAM = /git-(?:upload|receive)-pack/;

const NO_COMMAND: SshReason = {
  kind: 'program',
  detail: 'the server does not find a program that it is to run.',
  remedy:
    "Look at what the server runs for this key or account (`ForceCommand`, `command=` in authorized_keys, the shell's start-up files).",
};

const MAY_NOT_RUN: SshReason = {
  kind: 'program',
  detail: 'the account on the server may not run the program git.',
  remedy: 'Allow the account to run git on the server (its file mode, its login shell).',
};

const NO_GIT: SshReason = {
  kind: 'program',
  detail: 'git is not installed on the server, or is not on the PATH of commands that run without a login.',
  remedy:
    'Install git on the server, or put it on the PATH of non-interactive shells there (`ssh HOST git --version` must print a version).',
};

const NO_SHELL: SshReason = {
  kind: 'forbidden',
  detail: 'the account on the server may not run commands.',
  remedy:
    'Give it a login shell that runs git (such as `git-shell`: `chsh -s "$(command -v git-shell)" ACCOUNT`), or name another account in the URL.',
};

const OTHER_SERVICE: SshReason = {
  kind: 'forbidden',
  detail: 'the server runs another program in place of git for this key or account.',
  remedy:
    'Remove the forced command on the server (`ForceCommand` in sshd_config, `command=` before the key in authorized_keys), or use another key or account.',
};

/** Words of ssh on a connection that cannot be made, with those that messages have over HTTP, too. */
const UNREACHABLE: readonly (readonly [words: RegExp, detail: string])[] = [
  [/^(?:ssh: )?Could not resolve hostname .*Temporary failure/, 'the host name cannot be looked up at the moment.'],
  [/^(?:ssh: )?Could not resolve hostname/, 'the host name is not known.'],
  [/^ssh: connect to host .*Connection refused/, 'the host refuses the connection.'],
  [/^ssh: connect to host .*No route to host/, 'there is no route to the host.'],
  [/^ssh: connect to host .*Network is unreachable/, 'there is no route to the network of the host.'],
  [/^ssh: connect to host .*timed out|^Connection timed out during banner exchange/, 'the host does not answer.'],
  [/^ssh: connect to host /, 'the host cannot be reached.'],
];

const BUSY: SshReason = {
  kind: 'interrupted',
  detail: 'the server closed the connection before the sign-in.',
  remedy:
    'Run the mirror again; if it happens every time, check that the port is that of an SSH server, and look on the server for limits (`MaxStartups`) and for a block of this address after failed sign-ins (fail2ban, `PerSourcePenalties`).',
};

const BROKEN: SshReason = { kind: 'interrupted', detail: 'the connection broke.', remedy: 'Run the mirror again.' };

/** The most telling come first. */
const KNOWN: readonly Known[] = [
  {
    pattern: /^Unable to negotiate with \S+(?: port \d+)?: no matching ([^.]+) found\. Their offer: (.*)/,
    reason: tooOld,
  },
  {
    pattern: /Too many authentication failures/,
    reason: ({ hasKey }) => ({
      kind: 'unauthorized',
      detail: 'the server ended the sign-in after too many keys that it does not know.',
      remedy: hasKey
        ? 'Check that the public key of `ssh-private-key` is registered on the server.'
        : 'Set `ssh-private-key`, so that this key alone is tried; without it, ssh tries every key of its agent.',
    }),
  },
  { pattern: /^(?:\S+: )?Permission denied \(([^)]*)\)/, reason: denied },
  ...UNREACHABLE.map(([pattern, detail]): Known => ({
    pattern,
    reason: { kind: 'unreachable', detail, remedy: 'Check the URL and the network of the runner.' },
  })),
  {
    pattern:
      /banner line contains invalid characters|^banner exchange: .*invalid format|^Protocol major versions differ|^HTTP\/\d|^<(?:!doctype|html)|^220[ -]/i,
    reason: {
      kind: 'ssh',
      detail: 'what answers at this port is no SSH server.',
      remedy: 'Check the host and the port of the URL.',
    },
  },
  {
    pattern: /Connection closed by UNKNOWN port/,
    reason: {
      kind: 'ssh',
      detail: 'the program that ssh connects through ended.',
      remedy: 'Check `ProxyCommand` and `ProxyJump` in the configuration of ssh (~/.ssh/config).',
    },
  },
  { pattern: /^(?:kex_exchange_identification|ssh_exchange_identification|banner exchange): /, reason: BUSY },
  {
    pattern: /Bad (?:configuration option|owner or permissions on|key types|SSH2 )|terminating, \d+ bad configuration/,
    reason: {
      kind: 'ssh',
      detail: 'ssh does not accept its own configuration.',
      remedy: 'Mend the configuration of ssh on this machine (~/.ssh/config, /etc/ssh/ssh_config).',
    },
  },
  {
    pattern: /(?:account|password) has expired|[Pp]assword change required/,
    reason: {
      kind: 'unauthorized',
      detail: 'the account or its password has expired on the server.',
      remedy: 'Renew it on the server (`chage -l ACCOUNT` shows until when it is valid).',
    },
  },
  {
    pattern:
      /^This account is (?:currently )?not available|^(?:fatal: )?Interactive git shell is not enabled|^This account is restricted/,
    reason: NO_SHELL,
  },
  {
    pattern:
      /sftp connections only|is not rsync\b|^(?:rrsync|scponly|borg|restricted):? |^exec request failed on channel/,
    reason: OTHER_SERVICE,
  },
  {
    pattern: /error while loading shared libraries|Exec format error|Library not loaded/,
    reason: {
      kind: 'program',
      detail: 'git is installed on the server, but does not start.',
      remedy: 'Repair the installation of git on the server.',
    },
  },
  { pattern: /git-(?:upload|receive)-pack['’"”]?: (?:[^:]*: )?[^:]*[Pp]ermission denied/, reason: MAY_NOT_RUN },
  {
    pattern:
      /git[\w-]{0,30}['’"”]?: (?:inaccessible or |command )?not found|(?:command not found|unknown command):? ?['"]?git|git[\w-]{0,30}['’"”]? is not recognized|git: '(?:upload|receive)-pack' is not a git command/i,
    reason: ({ log }) => ({ ...NO_GIT, ...(isWindows(log) ? { remedy: ON_WINDOWS } : {}) }),
  },
  {
    pattern: /^FATAL: [RWC+DM]+ any .* DENIED|^access denied or bad repository path/i,
    reason: {
      kind: 'forbidden',
      detail: 'the rules of the server do not let this key do that, or there is no such repository.',
      remedy: 'Check the path, and the rules of the server for this key (gitolite: `gitolite.conf`).',
    },
  },
  {
    pattern:
      /does not appear to be a git repository|[Rr]epository not found|project you were looking for could not be found/,
    reason: {
      kind: 'not-found',
      detail: 'there is no such repository, or the key may not see it.',
      remedy: 'Check the path, and what the key may do.',
    },
  },
  {
    pattern: /^(?:client_loop: |Read from remote host |Timeout, server |Write failed: |packet_write_)/,
    reason: BROKEN,
  },
  {
    pattern: /Connection (?:closed|reset)|Connection to \S+ (?:port \d+ )?(?:closed|timed out)|Broken pipe/,
    reason: BROKEN,
  },
];

const ON_WINDOWS =
  'Install Git for Windows on the server for all users, and put its folders `cmd` and `mingw64\\bin` on the PATH of the system; then restart the service sshd.';

function isWindows(log: readonly string[]): boolean {
  return log.some((line) => /remote software version \S*Windows/i.test(line));
}
