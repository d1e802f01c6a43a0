import { crypto } from '../protocol/built-ins.js';
import type { Credentials } from '../protocol/credentials.js';

/** Credentials of AWS: of a user, or with a session token those of a role. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/**
 * Makes credentials for a repository of CodeCommit that hold for some minutes, as AWS's own credential helpers do
 * (AWS Signature Version 4 over the method `GIT`, without a payload).
 *
 * @param repository HTTPS URL of the repository
 * @param now milliseconds since 1970
 */
export function signedCredentials(keys: AwsKeys, region: string, repository: URL, now: number): Credentials {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+Z$/g, '');
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/codecommit/aws4_request`;
  const canonical = `GIT\n${repository.pathname}\n\nhost:${repository.hostname}\n\nhost\n`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, crypto().createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const signature = hmac(signingKey(keys.secretAccessKey, date, region), toSign).toString('hex');
  const token = keys.sessionToken === undefined ? '' : `%${keys.sessionToken}`;
  return { username: `${keys.accessKeyId}${token}`, password: `${time}Z${signature}` };
}

function signingKey(secret: string, date: string, region: string): Buffer {
  const parts = [date, region, 'codecommit', 'aws4_request'];
  return parts.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return crypto().createHmac('sha256', key).update(text, 'utf8').digest();
}
