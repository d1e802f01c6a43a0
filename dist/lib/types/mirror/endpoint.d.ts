import { type AwsKeys } from '../hosts/aws-signature.js';
import { type Forge } from '../hosts/forge.js';
import type { Host } from '../hosts/host.js';
import type { Credentials } from '../protocol/credentials.js';
import { type Location } from '../protocol/location.js';
import type { Surroundings } from './surroundings.js';
/** One end of a mirror: where it is and how to sign in. */
export interface Endpoint {
    readonly location: Location;
    readonly host: Host;
    /** As the user gave it, credentials shown as `*****`. */
    readonly display: string;
    readonly credentials: Credentials | undefined;
    /** Signs each request instead, where there are no credentials but keys of AWS. */
    readonly signing: {
        readonly keys: AwsKeys;
        readonly region: string;
    } | undefined;
    readonly sshPrivateKey: string | undefined;
    readonly sshKnownHosts: string | undefined;
    /** What a user sets to sign in to it, for messages. */
    readonly signInHint: string;
}
/** What a user gave for one end, as text. An empty text means not given. */
export interface RawEndpoint {
    readonly url: string;
    readonly username: string;
    readonly token: string;
    readonly sshPrivateKey: string;
    readonly sshKnownHosts: string;
}
/** What the options of one end are called, for messages. */
export interface EndpointNames {
    readonly url: string;
    readonly token: string;
    readonly username: string;
    readonly sshPrivateKey: string;
    readonly sshKnownHosts: string;
    /** What can be given in the place of the URL, for several of them. */
    readonly list?: string;
}
/** What decides, beside the endpoint's own options, how it is read. */
export interface EndpointSettings {
    readonly names: EndpointNames;
    /** What a relative path starts from. */
    readonly folder: string;
    readonly aws: Surroundings['aws'];
    /** The forge that the job runs on: its name may not tell what it is. */
    readonly jobForge: Forge | undefined;
    readonly allowInsecureHttp: boolean;
    readonly insecureName: string;
}
/**
 * Reads what a user gave for one end.
 *
 * @param problem is told, in a sentence each, everything that is wrong
 * @returns `undefined` where nothing can be made of it
 */
export declare function readEndpoint(raw: RawEndpoint, settings: EndpointSettings, problem: (sentence: string) => void): Endpoint | undefined;
/**
 * What signs in to an endpoint over HTTP, for each request anew.
 *
 * @param now milliseconds since 1970
 */
export declare function signInFor(endpoint: Endpoint, now: () => number): (() => Credentials) | undefined;
/** A Git LFS server that a user named. */
export interface LfsUrl {
    /** Without credentials and a slash at the end. */
    readonly url: URL;
    /** Those that stood in the URL. */
    readonly credentials: Credentials | undefined;
}
/**
 * Reads where the target's Git LFS objects go.
 *
 * @param problem is told, in a sentence, what is wrong
 * @returns `undefined` where nothing is given, or nothing can be made of it
 */
export declare function readLfsUrl(text: string, { name, allowInsecureHttp, insecureName }: {
    name: string;
    allowInsecureHttp: boolean;
    insecureName: string;
}, problem: (sentence: string) => void): LfsUrl | undefined;
/** A URL as a user gave it, without what may be a secret in it. */
export declare function withoutCredentials(text: string): string;
