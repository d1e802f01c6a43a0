import { trimEndOf } from '../protocol/trim.js';
import type { AwsPlace } from '../hosts/codecommit-url.js';
import type { Forge } from '../hosts/forge.js';
import { urlOf } from '../protocol/url.js';

/** Facts of the environment that are no options of a mirror, as text. An empty text means not given. */
export interface Surroundings {
  readonly aws: AwsPlace & {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** The proxies that are set, by the name of their variable. */
  readonly proxies: readonly { readonly name: string; readonly url: string }[];
  /** The home folder of the account. */
  readonly home: string;
  /** The job that this is a step of, if any. */
  readonly job: { readonly repositoryUrl: string; readonly forge: Forge | undefined } | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** Reads the variables of AWS's own tools, of curl and of the forges' runners. */
export function readSurroundings(environment: Environment): Surroundings {
  const text = (name: string): string => environment[name]?.trim() ?? '';
  return {
    aws: {
      accessKeyId: text('AWS_ACCESS_KEY_ID'),
      secretAccessKey: text('AWS_SECRET_ACCESS_KEY'),
      sessionToken: text('AWS_SESSION_TOKEN'),
      region: text('AWS_REGION') || text('AWS_DEFAULT_REGION'),
      fips: text('AWS_USE_FIPS_ENDPOINT').toLowerCase() === 'true',
    },
    proxies: PROXIES.map((name) => ({ name, url: text(name) })).filter(({ url }) => url !== ''),
    home: text('HOME') || text('USERPROFILE') || text('HOMEDRIVE') + text('HOMEPATH'),
    job: readJob(text),
  };
}

function readJob(text: (name: string) => string): Surroundings['job'] {
  const without = (url: string): string => trimEndOf(url, '/');
  if (text('CI_PROJECT_URL') !== '') {
    const [serverUrl, apiUrl] = [text('CI_SERVER_URL'), text('CI_API_V4_URL')];
    const forge = { kind: 'gitlab', serverUrl, apiUrl } as const;
    return { repositoryUrl: text('CI_PROJECT_URL'), forge: isComplete(forge) ? forge : undefined };
  }
  const [serverUrl, name] = [without(text('GITHUB_SERVER_URL')), text('GITHUB_REPOSITORY')];
  if (serverUrl === '' || name === '') return undefined;
  // Runners of Gitea and Forgejo take on the names of GitHub's.
  const isGitea = [text('GITEA_ACTIONS'), text('FORGEJO_ACTIONS')].includes('true');
  const apiUrl = isGitea ? `${serverUrl}/api/v1` : without(text('GITHUB_API_URL'));
  const forge = { kind: isGitea ? 'gitea' : 'github', serverUrl, apiUrl } as const;
  return { repositoryUrl: `${serverUrl}/${name}`, forge: isComplete(forge) ? forge : undefined };
}

function isComplete({ serverUrl, apiUrl }: Forge): boolean {
  return urlOf(serverUrl) !== undefined && urlOf(apiUrl) !== undefined;
}
