import { createHash, createHmac } from 'node:crypto';

/** What a signature for CodeCommit is made of. */
export interface SignedParts {
  readonly secretKey: string;
  readonly region: string;
  /** Without a port. */
  readonly host: string;
  /** As `/v1/repos/NAME`. */
  readonly path: string;
  /** As `20200102T030405Z`. */
  readonly timestamp: string;
}

/**
 * The password that CodeCommit expects, computed from the published formula alone: nothing is shared with the program
 * under test.
 */
export function codecommitPassword({ secretKey, region, host, path, timestamp }: SignedParts): string {
  const instant = timestamp.replace(/Z$/, '');
  const date = instant.slice(0, 8);
  const canonical = `GIT\n${path}\n\nhost:${host}\n\nhost\n`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', instant, `${date}/${region}/codecommit/aws4_request`, digest].join('\n');
  const scope = [date, region, 'codecommit', 'aws4_request'];
  const key = scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretKey}`));
  return `${instant}Z${hmac(key, toSign).toString('hex')}`;
}

/** The time in a password that was made by signing, in milliseconds; `undefined` if it is no such password. */
export function signedAt(password: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z[0-9a-f]{64}$/.exec(password);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The region in the name of a host of CodeCommit's, VPC endpoints and FIPS included; `undefined` if it is none. */
export function regionOfHost(host: string): string | undefined {
  const pattern = /^(?:vpce-[^.]+\.)?git-codecommit(?:-fips)?\.([^.]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/;
  return pattern.exec(host.toLowerCase())?.[1];
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
