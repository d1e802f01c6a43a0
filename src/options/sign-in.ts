import type { AwsKeys } from '../hosts/aws-signature.js';
import { CODECOMMIT, codecommitRegion } from '../hosts/codecommit.js';
import type { Host } from '../hosts/host.js';
import { defaultUsername } from '../hosts/hosts.js';
import type { Credentials } from '../protocol/credentials.js';
import { isLoopback, type Location } from '../protocol/location.js';
import { printable } from '../protocol/printable.js';
import { normalizeKnownHosts } from '../protocol/programs/known-hosts.js';
import { normalizePrivateKey } from '../protocol/programs/ssh-key.js';
import type { Userinfo } from '../protocol/userinfo.js';
import { attempt, type Tell } from './attempt.js';
import { doubtOnSecret, doubtOnUsername } from './doubts.js';
import type { End, END_OPTIONS, OptionNames, RawOptions } from './raw.js';

/** A location, and the host that it is on. */
export interface Place {
  readonly location: Location;
  readonly host: Host;
}

/** Everything that signs in at a place. */
export interface SignIn {
  readonly credentials: Credentials | undefined;
  /** Keys of AWS that sign each request, where there are no credentials. */
  readonly signing: { readonly keys: AwsKeys; readonly region: string } | undefined;
  readonly sshPrivateKey: string | undefined;
  readonly sshKnownHosts: string | undefined;
  /** A sentence on what makes the sign-in look wrong, for the message on one that failed. */
  readonly doubt?: string | undefined;
}

/** Everything that a user gave for one end. */
export interface GivenEnd {
  readonly options: (typeof END_OPTIONS)[End];
  readonly raw: RawOptions;
  readonly names: OptionNames;
  /** The URL, as it may be shown. */
  readonly display: string;
  readonly allowInsecureHttp: boolean;
}

type HttpSignIn = Pick<SignIn, 'credentials' | 'signing' | 'doubt'>;
type SshKeys = Pick<SignIn, 'sshPrivateKey' | 'sshKnownHosts'>;

const NO_HTTP_SIGN_IN: HttpSignIn = { credentials: undefined, signing: undefined };
const NO_SSH_KEYS: SshKeys = { sshPrivateKey: undefined, sshKnownHosts: undefined };

/** Reads how to sign in at a place. */
export function readSignIn({ location, host }: Place, given: GivenEnd, tell: Tell): SignIn {
  switch (location.kind) {
    case 'http':
      return { ...NO_SSH_KEYS, ...readHttp(location, host, given, tell) };
    case 'ssh':
      return { ...NO_HTTP_SIGN_IN, ...readSsh(location, host, given, tell) };
    case 'local':
      return { ...NO_HTTP_SIGN_IN, ...NO_SSH_KEYS };
  }
}

function readHttp(location: Extract<Location, { kind: 'http' }>, host: Host, given: GivenEnd, tell: Tell): HttpSignIn {
  const { options, raw } = given;
  const inUrl = withTokenAsPassword({ username: location.username, password: location.password });
  const username = raw[options.username] || inUrl.username;
  const password = raw[options.token] || inUrl.password;
  const signIn =
    host === CODECOMMIT && password === undefined
      ? readAwsKeys(location.url, given, tell)
      : checkCredentials({ username, password }, host, given, tell);
  if (signIn.credentials !== undefined || signIn.signing !== undefined) refusePlain(location.url, given, tell);
  return { ...signIn, doubt: doubtOn({ username, password }, given) };
}

/** Names what makes a given user name or secret look wrong. */
function doubtOn({ username, password }: Userinfo, { options, raw, names }: GivenEnd): string | undefined {
  if (password === undefined) return undefined;
  const sentence = (name: string, inUrl: string, clause: string): string =>
    `The value of ${name === '' ? inUrl : name} ${clause}.`;
  const ofSecret = doubtOnSecret(password);
  if (ofSecret !== undefined)
    return sentence(raw[options.token] === '' ? '' : names(options.token), 'the password in the URL', ofSecret);
  const ofUsername = doubtOnUsername(username ?? '');
  if (ofUsername === undefined) return undefined;
  return sentence(raw[options.username] === '' ? '' : names(options.username), 'the user name in the URL', ofUsername);
}

/** A token does not sign in over SSH, but the host's API may be asked with it. */
function readSsh(
  location: Extract<Location, { kind: 'ssh' }>,
  host: Host,
  given: GivenEnd,
  tell: Tell,
): SshKeys & Pick<SignIn, 'credentials' | 'doubt'> {
  const { options, raw, names, display } = given;
  if (host === CODECOMMIT && location.user === undefined) {
    tell(
      `${names(options.url)} "${display}" names no user: for CodeCommit, give the id of the SSH key (APKA…) as ${names(options.username)}.`,
    );
  }
  const token = raw[options.token];
  return {
    sshPrivateKey: readPrivateKey(given, tell),
    sshKnownHosts: readKnownHosts(given, tell),
    credentials: token === '' ? undefined : { username: defaultUsername(host, token), password: token },
    doubt: doubtOn({ username: undefined, password: token || undefined }, given),
  };
}

function checkCredentials({ username, password }: Userinfo, host: Host, given: GivenEnd, tell: Tell): HttpSignIn {
  const { options, names } = given;
  if (password === undefined) return NO_HTTP_SIGN_IN;
  if (username === undefined && host === CODECOMMIT) {
    tell(
      `${names(options.username)} is missing: CodeCommit's HTTPS Git credentials are a generated user name and password (IAM, user, security credentials).`,
    );
  }
  const name = username ?? defaultUsername(host, password);
  if (name.includes(':')) {
    tell(`The user name for ${names(options.url)} contains a ":", which basic authentication does not allow.`);
  }
  return { credentials: { username: name, password }, signing: undefined };
}

function readAwsKeys(url: URL, { options, raw, names, display }: GivenEnd, tell: Tell): HttpSignIn {
  const { accessKeyId, secretAccessKey, sessionToken } = raw.surroundings.aws;
  const region = codecommitRegion(url.hostname);
  if (accessKeyId !== '' && secretAccessKey !== '' && region !== undefined) {
    const keys = { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
    return { credentials: undefined, signing: { keys, region } };
  }
  tell(
    `${names(options.url)} "${display}" is in CodeCommit, but there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ` +
      `in the environment (aws-actions/configure-aws-credentials does it), or HTTPS Git credentials as ${names(options.username)} and ${names(options.token)}.`,
  );
  return NO_HTTP_SIGN_IN;
}

function refusePlain(url: URL, { options, names, display, allowInsecureHttp }: GivenEnd, tell: Tell): void {
  if (url.protocol === 'https:' || isLoopback(url.hostname) || allowInsecureHttp) return;
  tell(
    `${names(options.url)} "${display}" is not encrypted, so ${names(options.token)} could be read by others on the network: use https, ` +
      `or set ${names('allow-insecure-http')} if you trust the network.`,
  );
}

function readPrivateKey({ raw, names }: GivenEnd, tell: Tell): string | undefined {
  const key = raw['ssh-private-key'];
  if (key.trim() === '') return undefined;
  return attempt(names('ssh-private-key'), tell, () => normalizePrivateKey(key));
}

function readKnownHosts({ raw, names }: GivenEnd, tell: Tell): string | undefined {
  const text = raw['ssh-known-hosts'];
  if (text.trim() === '') return undefined;
  const { lines, wrong } = normalizeKnownHosts(text);
  if (wrong !== undefined) {
    tell(
      `${names('ssh-known-hosts')} has the line "${printable(withoutKeys(wrong), 100)}", which is not a line of a known_hosts file ` +
        '(host, type, key): give the output of `ssh-keyscan HOST`, and compare it first with the keys that the host publishes.',
    );
  }
  return lines;
}

/** Leaves out long runs of base64: a private key may stand in the wrong place. */
function withoutKeys(line: string): string {
  return line.replace(/[A-Za-z0-9+/=]{32,}/g, '*****');
}

// As GitHub, GitLab and Gitea make them; others cannot be told from user names.
const TOKEN = /^(?:gh[a-z]_\w+|github_pat_\w+|gl[a-z]{2,5}-[\w.-]+|[0-9a-f]{40})$/;

/** Many write a token into a URL in the place of the user name. */
function withTokenAsPassword({ username, password }: Userinfo): Userinfo {
  const isToken = username !== undefined && TOKEN.test(username) && (password ?? 'x-oauth-basic') === 'x-oauth-basic';
  return isToken ? { username: undefined, password: username } : { username, password };
}
