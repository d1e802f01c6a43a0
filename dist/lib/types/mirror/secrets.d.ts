import type { RawOptions } from './options.js';
/** Takes secrets out of texts: as they are, percent-encoded, and in base64 alone or beside a user name. */
export declare class Secrets {
    #private;
    /** The secrets as they were given, and their single lines. */
    readonly given: readonly string[];
    /** @param secrets texts that must not be shown; empty ones are passed over */
    constructor(secrets: readonly (string | undefined)[], usernames?: readonly (string | undefined)[]);
    /** Takes one more out of texts from now on: one that a server gave. */
    add(secret: string): void;
    /** These and others together. */
    with(others: Secrets): Secrets;
    /** The text with every secret shown as `*****`. */
    redact(text: string): string;
}
/** Every secret in what a user gave, also one that stands in a URL. */
export declare function secretsOf(raw: RawOptions): Secrets;
