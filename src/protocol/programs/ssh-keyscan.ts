import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';

/** A key that an SSH server showed when it was asked for it. Nothing is known of whose it is. */
export interface ScannedKey {
  /** A line of a known_hosts file. */
  readonly line: string;
  /** `SHA256:` and the digest in base64, as ssh-keygen shows it. */
  readonly fingerprint: string;
}

/** Which server is asked, and how. */
export interface ScanRequest {
  readonly host: string;
  readonly port?: number | undefined;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const LARGEST_ANSWER = 256 * 1024;

/** Asks an SSH server for its keys with `ssh-keyscan`; none where it does not answer. */
export async function scanHostKeys(request: ScanRequest): Promise<ScannedKey[]> {
  const seconds = String(Math.ceil(request.timeoutMs / 1000));
  const port = request.port === undefined ? [] : ['-p', String(request.port)];
  const lines = await output(['-T', seconds, ...port, '--', request.host], request);
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^\S+ \S+ [A-Za-z0-9+/]+=*$/.test(line))
    .map((line) => ({ line, fingerprint: fingerprintOf(line.split(' ')[2] ?? '') }));
}

function fingerprintOf(key: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

function output(args: readonly string[], { environment, signal, timeoutMs }: ScanRequest): Promise<string> {
  const settings = {
    env: environment,
    signal,
    timeout: timeoutMs * 2,
    maxBuffer: LARGEST_ANSWER,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    // Whatever fails here, ssh will say it better: it then knows no key of the host.
    execFile('ssh-keyscan', args, settings, (_error, stdout) => resolve(stdout));
  });
}
