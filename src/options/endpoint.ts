import { signedCredentials } from '../hosts/aws-signature.js';
import { codecommitUrl, isCodecommitForm, tidyCodecommitUrl, type AwsPlace } from '../hosts/codecommit-url.js';
import { hostOfForge, isOnForge, type Forge } from '../hosts/forge.js';
import { hostOf } from '../hosts/hosts.js';
import type { Credentials } from '../protocol/credentials.js';
import { parseLocation, type Location } from '../protocol/location.js';
import { shownUrl } from '../protocol/userinfo.js';
import { attempt, type Tell } from './attempt.js';
import { END_OPTIONS, type End, type OptionNames, type RawOptions } from './raw.js';
import { readSignIn, type Place, type SignIn } from './sign-in.js';

/** One end of a mirror: where it is and how to sign in. */
export interface Endpoint extends Place, SignIn {
  /** The URL or path as the user gave it, credentials shown as `*****`. */
  readonly display: string;
  /** The option that a user sets to sign in, for messages. */
  readonly signInHint: string;
}

/** Everything that decides how an end is read. */
export interface EndpointSettings {
  readonly raw: RawOptions;
  readonly names: OptionNames;
  /** Start of relative paths. */
  readonly folder: string;
  readonly allowInsecureHttp: boolean;
}

/**
 * Reads what a user gave for one end.
 *
 * @returns `undefined` where no repository is named
 */
export function readEndpoint(end: End, settings: EndpointSettings, tell: Tell): Endpoint | undefined {
  const { raw, names, folder, allowInsecureHttp } = settings;
  const options = END_OPTIONS[end];
  const { aws, job } = raw.surroundings;
  const [url, name] = [raw[options.url], names(options.url)];
  if (url === '') {
    const several = end === 'target' ? names('mirrors') : '';
    const otherwise = several === '' ? '' : `, or several mirrors as ${several}`;
    tell(`${name} is missing: give the repository's URL or path${otherwise}.`);
    return undefined;
  }
  const display = shownUrl(url);
  const location = attempt(`${name} "${display}"`, tell, () => readLocation(url, aws, folder));
  if (location === undefined) return undefined;
  const place = adaptToHost(location, raw[options.username], job?.forge);
  const signIn = readSignIn(place, { options, raw, names, display, allowInsecureHttp }, tell);
  return { ...place, ...signIn, display, signInHint: names(options.token) };
}

/**
 * Reads a URL or a path, also in the form of git-remote-codecommit.
 *
 * @throws {Problem} for a text that names no repository
 */
export function readLocation(text: string, aws: AwsPlace, folder: string): Location {
  return parseLocation(isCodecommitForm(text) ? codecommitUrl(text, aws) : text, folder);
}

function adaptToHost(location: Location, username: string, jobForge: Forge | undefined): Place {
  if (location.kind === 'local') return { location, host: hostOf('') };
  const isOnJobs = jobForge !== undefined && isOnForge(location, jobForge);
  const host = isOnJobs
    ? hostOfForge(jobForge)
    : hostOf(location.kind === 'http' ? location.url.hostname : location.host);
  return location.kind === 'http'
    ? { location: { ...location, url: tidyCodecommitUrl(location.url) }, host }
    : { location: { ...location, user: location.user ?? (username || host.sshUsername) }, host };
}

/**
 * Signs in to an endpoint over HTTP, for each request anew.
 *
 * @param now milliseconds since 1970
 */
export function signInFor(endpoint: Endpoint, now: () => number): (() => Credentials) | undefined {
  const { location, credentials, signing } = endpoint;
  if (signing !== undefined && location.kind === 'http') {
    return () => signedCredentials(signing.keys, signing.region, location.url, now());
  }
  return credentials === undefined ? undefined : () => credentials;
}
