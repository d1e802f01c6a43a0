import { signedCredentials, type AwsKeys } from '../hosts/aws-signature.js';
import { CODECOMMIT, codecommitRegion } from '../hosts/codecommit.js';
import { CodecommitProblem, codecommitUrl, isCodecommitForm, tidyCodecommitUrl } from '../hosts/codecommit-url.js';
import { hostOfForge, isOnForge, type Forge } from '../hosts/forge.js';
import type { Host } from '../hosts/host.js';
import { defaultUsername, hostOf } from '../hosts/hosts.js';
import type { Credentials } from '../protocol/credentials.js';
import { bareUrl, isLoopback, LocationProblem, parseLocation, type Location } from '../protocol/location.js';
import { printable } from '../protocol/printable.js';
import { normalizePrivateKey, SshKeyProblem } from '../protocol/programs/ssh-key.js';
import { normalizeKnownHosts } from '../protocol/programs/known-hosts.js';
import type { Surroundings } from './surroundings.js';

/** One end of a mirror: where it is and how to sign in. */
export interface Endpoint {
  readonly location: Location;
  readonly host: Host;
  /** As the user gave it, credentials shown as `*****`. */
  readonly display: string;
  readonly credentials: Credentials | undefined;
  /** Signs each request instead, where there are no credentials but keys of AWS. */
  readonly signing: { readonly keys: AwsKeys; readonly region: string } | undefined;
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
export function readEndpoint(
  raw: RawEndpoint,
  settings: EndpointSettings,
  problem: (sentence: string) => void,
): Endpoint | undefined {
  const { names, folder, aws } = settings;
  if (raw.url === '') {
    const several = names.list === undefined ? '' : `, or several mirrors as ${names.list}`;
    problem(`${names.url} is missing: give the repository's URL or path${several}.`);
    return undefined;
  }
  const display = withoutCredentials(raw.url);
  try {
    const text = isCodecommitForm(raw.url) ? codecommitUrl(raw.url, aws) : raw.url;
    const { location, host } = placed(parseLocation(text, folder), raw.username, settings.jobForge);
    const reading = new EndpointReading(raw, display, settings, problem);
    return {
      location,
      host,
      display,
      ...(location.kind === 'http' ? reading.httpSignIn(location, host) : NO_HTTP_SIGN_IN),
      ...(location.kind === 'ssh' ? reading.sshSignIn(location, host) : NO_SSH_SIGN_IN),
      signInHint: names.token,
    };
  } catch (error) {
    if (!(error instanceof LocationProblem || error instanceof CodecommitProblem)) throw error;
    problem(`${names.url} "${display}" ${error.message.replace(raw.url, () => display)}.`);
    return undefined;
  }
}

type HttpSignIn = Pick<Endpoint, 'credentials' | 'signing'>;
type SshSignIn = Pick<Endpoint, 'sshPrivateKey' | 'sshKnownHosts'>;
const NO_HTTP_SIGN_IN: HttpSignIn = { credentials: undefined, signing: undefined };
const NO_SSH_SIGN_IN: SshSignIn = { sshPrivateKey: undefined, sshKnownHosts: undefined };

/** The location as its host wants it. */
function placed(location: Location, username: string, jobForge: Forge | undefined): { location: Location; host: Host } {
  if (location.kind === 'local') return { location, host: hostOf('') };
  const isOnJobs = jobForge !== undefined && isOnForge(location, jobForge);
  const host = isOnJobs
    ? hostOfForge(jobForge)
    : hostOf(location.kind === 'http' ? location.url.hostname : location.host);
  return location.kind === 'http'
    ? { location: { ...location, url: tidyCodecommitUrl(location.url) }, host }
    : { location: { ...location, user: location.user ?? (username || host.sshUsername) }, host };
}

class EndpointReading {
  readonly #raw: RawEndpoint;
  readonly #display: string;
  readonly #settings: EndpointSettings;
  readonly #problem: (sentence: string) => void;

  constructor(raw: RawEndpoint, display: string, settings: EndpointSettings, problem: (sentence: string) => void) {
    this.#raw = raw;
    this.#display = display;
    this.#settings = settings;
    this.#problem = problem;
  }

  httpSignIn(location: Extract<Location, { kind: 'http' }>, host: Host): HttpSignIn {
    const inUrl = withTokenAsPassword(location);
    const password = this.#raw.token === '' ? inUrl.password : this.#raw.token;
    const username = this.#raw.username === '' ? inUrl.username : this.#raw.username;
    const isSigned = host === CODECOMMIT && password === undefined;
    const signIn = isSigned ? this.#signing(location.url) : this.#credentials(username, password, host);
    if (signIn.credentials !== undefined || signIn.signing !== undefined) this.#refusePlain(location.url);
    return signIn;
  }

  /** A token does not sign in over SSH, but the host's API may be asked with it. */
  sshSignIn(location: Extract<Location, { kind: 'ssh' }>, host: Host): SshSignIn & Pick<Endpoint, 'credentials'> {
    const { names } = this.#settings;
    const { token } = this.#raw;
    if (host === CODECOMMIT && location.user === undefined) {
      this.#problem(
        `${names.url} "${this.#display}" names no user, and CodeCommit wants the id of the SSH key (APKA…): give it as ${names.username}.`,
      );
    }
    return {
      sshPrivateKey: this.#privateKey(),
      sshKnownHosts: this.#knownHosts(),
      credentials: token === '' ? undefined : { username: defaultUsername(host), password: token },
    };
  }

  #credentials(username: string | undefined, password: string | undefined, host: Host): HttpSignIn {
    const { names } = this.#settings;
    if (password === undefined) return NO_HTTP_SIGN_IN;
    if (username === undefined && host === CODECOMMIT) {
      this.#problem(
        `${names.username} is missing: CodeCommit's HTTPS Git credentials are a generated user name and password (IAM, user, security credentials).`,
      );
    }
    const name = username ?? defaultUsername(host);
    if (name.includes(':')) {
      this.#problem(`The user name for ${names.url} contains a ":", which basic authentication does not allow.`);
    }
    return { credentials: { username: name, password }, signing: undefined };
  }

  #signing(url: URL): HttpSignIn {
    const { names, aws } = this.#settings;
    const region = codecommitRegion(url.hostname);
    if (aws.accessKeyId !== '' && aws.secretAccessKey !== '' && region !== undefined) {
      const { accessKeyId, secretAccessKey, sessionToken } = aws;
      const keys = { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
      return { credentials: undefined, signing: { keys, region } };
    }
    this.#problem(
      `${names.url} "${this.#display}" is in CodeCommit, and nothing is given to sign in with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ` +
        `in the environment (aws-actions/configure-aws-credentials does it), or HTTPS Git credentials as ${names.username} and ${names.token}.`,
    );
    return NO_HTTP_SIGN_IN;
  }

  #refusePlain(url: URL): void {
    const { names, allowInsecureHttp, insecureName } = this.#settings;
    if (url.protocol === 'https:' || isLoopback(url.hostname) || allowInsecureHttp) return;
    this.#problem(
      `${names.url} "${this.#display}" is not encrypted, so ${names.token} would be readable on the way: use https, ` +
        `or set ${insecureName} if you trust the network.`,
    );
  }

  #privateKey(): string | undefined {
    if (this.#raw.sshPrivateKey.trim() === '') return undefined;
    try {
      return normalizePrivateKey(this.#raw.sshPrivateKey);
    } catch (error) {
      if (!(error instanceof SshKeyProblem)) throw error;
      this.#problem(`${this.#settings.names.sshPrivateKey} ${error.message}.`);
      return undefined;
    }
  }

  #knownHosts(): string | undefined {
    if (this.#raw.sshKnownHosts.trim() === '') return undefined;
    const { lines, wrong } = normalizeKnownHosts(this.#raw.sshKnownHosts);
    if (wrong !== undefined) {
      this.#problem(
        `${this.#settings.names.sshKnownHosts} has the line "${printable(withoutKeys(wrong), 100)}", which is no line of a known_hosts file ` +
          '(host, type, key): give the output of `ssh-keyscan HOST`, checked against what the host publishes.',
      );
    }
    return lines;
  }
}

// As GitHub, GitLab and Gitea make them; others cannot be told from user names.
const TOKEN = /^(?:gh[a-z]_\w+|github_pat_\w+|gl[a-z]{2,5}-[\w.-]+|[0-9a-f]{40})$/;

/** Many write a token into a URL in the place of the user name. */
function withTokenAsPassword({
  username,
  password,
}: {
  username?: string | undefined;
  password?: string | undefined;
}): {
  username?: string | undefined;
  password?: string | undefined;
} {
  const isToken = username !== undefined && TOKEN.test(username) && (password ?? 'x-oauth-basic') === 'x-oauth-basic';
  return isToken ? { password: username } : { username, password };
}

/** A line that may hold a private key which was given in the wrong place: long runs of base64 are left out. */
function withoutKeys(line: string): string {
  return line.replace(/[A-Za-z0-9+/=]{32,}/g, '*****');
}

/**
 * What signs in to an endpoint over HTTP, for each request anew.
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
export function readLfsUrl(
  text: string,
  { name, allowInsecureHttp, insecureName }: { name: string; allowInsecureHttp: boolean; insecureName: string },
  problem: (sentence: string) => void,
): LfsUrl | undefined {
  if (text === '') return undefined;
  const display = withoutCredentials(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    problem(
      `${name} "${display}" is no URL of a Git LFS server: give https://HOST/PATH, to which /objects/batch is added.`,
    );
    return undefined;
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecureHttp) {
    problem(
      `${name} "${display}" is not encrypted, so what signs in would be readable on the way: use https, or set ${insecureName} if you trust the network.`,
    );
  }
  const [username, password] = [decodedOrAsIs(url.username), decodedOrAsIs(url.password)];
  const credentials = username === '' && password === '' ? undefined : { username, password };
  return { url: bareUrl(url), credentials };
}

function decodedOrAsIs(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const SCHEME = /^(?:https?:\/{2,}|(?:[\w.-]+::)?[A-Za-z][A-Za-z0-9+.-]*:\/\/)/i;

/** A URL as a user gave it, without what may be a secret in it: in doubt, what is none is left out as well. */
export function withoutCredentials(text: string): string {
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const shown = withoutUserinfo(scheme, text.slice(scheme.length));
  // A path may have these signs in it, but hardly a query.
  const query = scheme === '' ? /\?[^=]*=.*/s : /[?#].*/s;
  return printable(scheme + shown.replace(query, ([sign = '']) => `${sign}…`), 500);
}

/**
 * A password may have any character in it, unencoded: where a user's name could be before a colon, all before the last
 * "@" could be the password, also what looks like a host with a port and a path.
 */
function withoutUserinfo(scheme: string, rest: string): string {
  const end = rest.lastIndexOf('@');
  const sign = /^[^/@:]*([@:])/.exec(rest.replace(/^\[[\da-f:.]*\]/i, ''))?.[1];
  const isDrive = scheme === '' && /^[A-Za-z]:[\\/]/.test(rest);
  const isToken = sign === '@' && /(?:^|:)https?:\/+$/i.test(scheme);
  if (end < 0 || isDrive || (sign !== ':' && !isToken)) return rest;
  return `${rest.slice(0, end).includes(':') ? '*****:*****' : '*****'}${rest.slice(end)}`;
}
