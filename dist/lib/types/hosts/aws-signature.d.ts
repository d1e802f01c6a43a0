import type { Credentials } from '../protocol/credentials.js';
/** Credentials of AWS: of a user, or with a session token those of a role. */
export interface AwsKeys {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string | undefined;
}
/**
 * What signs in to a repository of CodeCommit for some minutes: the user name and password that AWS's own credential
 * helpers make (AWS Signature Version 4 over the method `GIT`, without a payload).
 *
 * @param repository its HTTPS URL
 * @param now milliseconds since 1970
 */
export declare function signedCredentials(keys: AwsKeys, region: string, repository: URL, now: number): Credentials;
