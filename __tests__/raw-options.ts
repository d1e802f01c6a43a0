import type { RawEndpoint } from '../src/options/endpoint.js';
import type { RawOptions } from '../src/options/options.js';
import { readSurroundings } from '../src/options/surroundings.js';

/** What a user gave, where a test says what. */
export type GivenOptions = Partial<Omit<RawOptions, 'source' | 'target'>> & {
  readonly source?: Partial<RawEndpoint>;
  readonly target?: Partial<RawEndpoint>;
};

/** The options as they come through a door: what is not said is not given, not even the repositories. */
export function rawOptions({ source, target, ...rest }: GivenOptions = {}): RawOptions {
  const nothing: RawEndpoint = { url: '', username: '', token: '', sshPrivateKey: '', sshKnownHosts: '' };
  return {
    source: { ...nothing, ...source },
    target: { ...nothing, ...target },
    onlyProtectedBranches: '',
    branches: [],
    mirrorBranchRegex: '',
    tags: [],
    keepDivergentRefs: '',
    prune: '',
    lfs: '',
    lfsUrl: '',
    dryRun: '',
    check: '',
    pushOptions: [],
    timeout: '',
    caCertificate: '',
    allowInsecureHttp: '',
    surroundings: readSurroundings({}),
    ...rest,
  };
}
