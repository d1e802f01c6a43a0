import type { RemoteErrorKind } from '../errors.js';
import { printable } from '../printable.js';

/** The words and facts of a connection or a command that failed. */
export interface SshFailure {
  /** Lines of ssh and of the server, and what stands where Git's answer belongs; without ssh's own log. */
  readonly words: readonly string[];
  /** All that ssh wrote, its log included. */
  readonly log: readonly string[];
  readonly host: string;
  /** The account that the URL names. */
  readonly user: string | undefined;
  /** The user has given a private key for this server alone. */
  readonly hasKey: boolean;
  /** The exit code of ssh, which is that of the command if there was a connection. */
  readonly code: number | null;
}

/** The reason of a failure in whole sentences, without the words that tell it. */
export interface SshReason {
  readonly kind: RemoteErrorKind;
  readonly detail: string;
  readonly remedy: string;
}

/** Reason where only ssh's own keys could be tried, if there are any. */
const NO_KEY: SshReason = {
  kind: 'unauthorized',
  detail: 'the server accepts nobody without a key that it knows.',
  remedy: 'Set `ssh-private-key` to a private key whose public key is registered on the server.',
};

/** Explains why a server lets nobody in, from the methods that it offers and from what ssh tried. */
export function denied({ log, user, hasKey, host }: SshFailure, found: RegExpExecArray): SshReason {
  const [, methods = ''] = found;
  const kind = 'unauthorized';
  if (!methods.split(',').includes('publickey')) {
    return {
      kind,
      detail: `the server takes no keys (it offers: ${printable(methods, 100) || 'nothing'}), and push-mirror gives no passwords over SSH.`,
      remedy: 'Allow keys on the server (`PubkeyAuthentication yes`), or use HTTPS with `token`.',
    };
  }
  if (log.some((line) => line.startsWith('debug1: Server accepts key: '))) {
    return {
      kind,
      detail: 'the server knows the key, but ssh could not sign with it.',
      remedy: hasKey
        ? 'The private key in `ssh-private-key` is damaged: copy the whole file again, or create a new key.'
        : 'If the key is protected by a passphrase, unlock it in ssh-agent, or set `ssh-private-key` to one without a passphrase.',
    };
  }
  if (log.some((line) => line.includes('UNPROTECTED PRIVATE KEY FILE'))) {
    return {
      kind: 'ssh',
      detail: 'ssh did not use the key, since others can read its file.',
      remedy: hasKey
        ? 'Set `TMPDIR` (on Windows `TEMP`) to a folder on a file system that keeps files from other users.'
        : 'Take the rights of others from the file (`chmod 600 FILE`), or set `ssh-private-key`.',
    };
  }
  if (isSha1Only(log)) {
    return {
      kind,
      detail: 'the server takes signatures of RSA keys with SHA-1 alone, which this ssh does not make.',
      remedy: `Register an Ed25519 key (\`ssh-keygen -t ed25519\`) on the server, or update it. Else write ${inConfig(host, 'PubkeyAcceptedAlgorithms +ssh-rsa')}`,
    };
  }
  const account = accountIn(log);
  if (!hasKey) return withAccount(NO_KEY, account, user);
  const detail = 'the server does not accept the key.';
  const remedy = 'Check that the public key of `ssh-private-key` is registered on the server.';
  return withAccount({ kind, detail, remedy }, account, user);
}

function withAccount(reason: SshReason, account: string | undefined, user: string | undefined): SshReason {
  if (account === undefined || account === 'git') return reason;
  const who = user === undefined ? ', because the URL names none' : '';
  const more = `ssh signed in as the account \`${account}\`${who}; most Git servers want \`git\`: ssh://git@HOST/PATH.`;
  return { ...reason, remedy: `${reason.remedy} ${more}` };
}

function accountIn(log: readonly string[]): string | undefined {
  const [, account] = log.map((line) => /^debug1: Authenticating to .* as '([^']+)'/.exec(line)).find(Boolean) ?? [];
  return account === undefined ? undefined : printable(account, 100);
}

/** True where an RSA key was to be used, and the server says that it takes none of the newer signatures. */
function isSha1Only(log: readonly string[]): boolean {
  if (log.some((line) => /(?:sign_and_send_pubkey|send_pubkey_test): no mutual signature/.test(line))) return true;
  const [, taken] = log.map((line) => /server-sig-algs=<([^<>]*)>/.exec(line)).find(Boolean) ?? [];
  const isRsaOffered = log.some((line) => /^debug1: Offering public key: .* RSA SHA256:/.test(line));
  return isRsaOffered && taken !== undefined && !taken.includes('rsa-sha2-');
}

/** Settings of ssh by the name that it has for what is missing, with old methods that it still has, best first. */
const METHODS: Readonly<Record<string, readonly [setting: string, known: readonly string[]]>> = {
  'host key type': ['HostKeyAlgorithms', ['ssh-rsa']],
  'key exchange method': [
    'KexAlgorithms',
    ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  ],
  cipher: ['Ciphers', ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc']],
  MAC: ['MACs', ['hmac-sha1', 'hmac-sha1-96', 'hmac-md5', 'hmac-md5-96']],
};

/** Explains that a server has only methods that ssh does not use any more. */
export function tooOld({ host }: SshFailure, found: RegExpExecArray): SshReason {
  const [, what = '', offers = ''] = found;
  const [setting = '', known = []] = METHODS[what] ?? [];
  const method = known.find((one) => offers.split(',').includes(one));
  const update = 'Update the SSH server.';
  return {
    kind: 'ssh',
    detail: `the SSH server is old: it has no ${printable(what, 100)} that this ssh still uses.`,
    remedy:
      method === undefined
        ? update
        : `${update} Where that cannot be, and you trust the network, write ${inConfig(host, `${setting} +${method}`)}`,
  };
}

/** The place for a setting of ssh for one host. */
function inConfig(host: string, setting: string): string {
  return `\`${setting}\` below \`Host ${host}\` into the file ~/.ssh/config of the account that runs push-mirror, which is read in every run.`;
}
