import { trimEndOf } from '../trim.js';
import { createHash } from 'node:crypto';
import { CouldNotRun, runProgram } from './process.js';

/** A key that an SSH server shows. Nobody vouches for it. */
export interface ScannedKey {
  /** A line of a known_hosts file. */
  readonly line: string;
  /** `SHA256:` and the digest in base64, as ssh-keygen shows it. */
  readonly fingerprint: string;
}

/** A question to an SSH server for its keys. */
export interface ScanRequest {
  readonly host: string;
  readonly port?: number | undefined;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Asks an SSH server for its keys with `ssh-keyscan`; the list is empty where the server does not answer. */
export async function scanHostKeys(request: ScanRequest): Promise<ScannedKey[]> {
  const seconds = String(Math.ceil(request.timeoutMs / 1000));
  const port = request.port === undefined ? [] : ['-p', String(request.port)];
  const lines = await scan(['-T', seconds, ...port, '--', request.host], request);
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^\S+ \S+ [A-Za-z0-9+/]+=*$/.test(line))
    .map((line) => ({ line, fingerprint: fingerprintOf(line.split(' ')[2] ?? '') }));
}

function fingerprintOf(key: string): string {
  return `SHA256:${trimEndOf(createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64'), '=')}`;
}

async function scan(args: readonly string[], { environment, signal, timeoutMs }: ScanRequest): Promise<string> {
  try {
    const end = await runProgram(
      { program: 'ssh-keyscan', arguments: args, environment },
      { ms: timeoutMs * 2, signal },
    );
    return end?.output ?? '';
  } catch (error) {
    // Whatever fails here, ssh will say it better: it then knows no key of the host.
    if (error instanceof CouldNotRun) return '';
    throw error;
  }
}
