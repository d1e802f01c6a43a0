import path from 'node:path';
import { signedCredentials } from '../hosts/aws-signature.js';
import { codecommitUrl, isCodecommitForm, tidyCodecommitUrl } from '../hosts/codecommit-url.js';
import { hostOfForge, isOnForge, type Forge } from '../hosts/forge.js';
import { hostOf } from '../hosts/hosts.js';
import type { Credentials } from '../protocol/credentials.js';
import { isOfWindows, type PathStyle } from '../protocol/local-path.js';
import { parseLocation, type Location } from '../protocol/location.js';
import { printable } from '../protocol/printable.js';
import { Problem } from '../protocol/problem.js';
import { shownUrl } from '../protocol/userinfo.js';
import { attempt, type Tell } from './attempt.js';
import { END_OPTIONS, type End, type OptionNames, type RawOptions } from './raw.js';
import { readSignIn, type Place, type SignIn } from './sign-in.js';
import type { Surroundings } from './surroundings.js';

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
  const { surroundings } = raw;
  const [url, name] = [raw[options.url], names(options.url)];
  if (url === '') {
    const several = end === 'target' ? names('mirrors') : '';
    const otherwise = several === '' ? '' : `, or several mirrors as ${several}`;
    tell(`${name} is missing: give the repository's URL or path${otherwise}.`);
    return undefined;
  }
  const display = shownUrl(url);
  const location = attempt(`${name} "${display}"`, tell, () => readLocation(url, surroundings, folder));
  if (location === undefined) return undefined;
  const place = adaptToHost(location, raw[options.username], surroundings.job?.forge);
  const signIn = readSignIn(place, { options, raw, names, display, allowInsecureHttp }, tell);
  return { ...place, ...signIn, display, signInHint: names(options.token) };
}

/**
 * Reads a URL or a path, also in the form of git-remote-codecommit.
 *
 * @throws {Problem} for a text that names no repository
 */
export function readLocation(
  text: string,
  { aws, home }: Pick<Surroundings, 'aws' | 'home'>,
  folder: string,
  style: PathStyle = path,
): Location {
  if (isCodecommitForm(text)) return parseLocation(codecommitUrl(text, aws), folder, style);
  return parseLocation(fromHome(text, home, style), folder, style);
}

/** Puts the home folder where a shell, which has not seen the text, would have put it; git's own services do so, too. */
function fromHome(text: string, home: string, style: PathStyle): string {
  const below = isOfWindows(style) ? /^~([^/\\:]*)([/\\].*)?$/s : /^~([^/:]*)(\/.*)?$/s;
  const [isBelow, account = '', rest = ''] = below.exec(text) ?? [];
  if (isBelow === undefined) return text;
  if (account !== '')
    throw new Problem(`begins with "~${printable(account, 100)}": give the whole path (a folder of that name: ./~…)`);
  if (home === '') throw new Problem('begins with "~", but it is not known which folder is the home folder: set HOME');
  return home + rest;
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

/** What a sign-in needs that is made anew for each request. */
export interface Signing {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Hears of each secret that is made. */
  readonly onSecret: (secret: string) => void;
}

/** Signs in to an endpoint over HTTP, for each request anew. */
export function signInFor(endpoint: Endpoint, { now, onSecret }: Signing): (() => Credentials) | undefined {
  const { location, credentials, signing } = endpoint;
  if (signing !== undefined && location.kind === 'http') {
    return () => {
      const signed = signedCredentials(signing.keys, signing.region, location.url, now());
      // The time before the signature is no secret, and many a name holds such a one.
      onSecret(signed.password.replace(/^\d+T\d+Z/, ''));
      return signed;
    };
  }
  return credentials === undefined ? undefined : () => credentials;
}
