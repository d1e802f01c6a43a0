import type { Host } from './host.js';

// docs.aws.amazon.com, CodeCommit user guide: "Regions and Git connection endpoints", "Using CodeCommit with VPC endpoints".
const ENDPOINT =
  /^(?:vpce-[a-z0-9-]+\.)?git-codecommit(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/;

/** Fingerprints of the keys that the SSH endpoints show, by region; other regions publish theirs nowhere. */
const FINGERPRINTS: Readonly<Record<string, string>> = {
  'us-east-1': 'SHA256:eLMY1j0DKA4uvDZcl/KgtIayZANwX6t8+8isPtotBoY',
  'us-east-2': 'SHA256:3lBlW2g5xn/NA2Ck6dyeJIrQOWvn7n8UEs56fG6ZIzQ',
  'us-west-2': 'SHA256:0pJx9SQpkbPUAHwy58UVIq0IHcyo1fwCpOOuVgcAWPo',
  'eu-west-1': 'SHA256:tKjRkOL8dmJyTmSbeSdN1S8F/f0iql3RlvqgTOP1UyQ',
  'eu-central-1': 'SHA256:MwGrkiEki8QkkBtlAgXbYt0hoZYBnZF62VY5RzGJEUY',
};

/**
 * Consoles of AWS's partitions, by the beginning of a region's name (docs.aws.amazon.com: "AWS Management Console
 * endpoints").
 */
const CONSOLES: readonly (readonly [string, string | undefined])[] = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
  ['eusc-', 'console.amazonaws-eusc.eu'],
  ['us-iso', undefined],
  ['eu-iso', undefined],
  ['', 'console.aws.amazon.com'],
];

/** AWS CodeCommit (docs.aws.amazon.com, CodeCommit user guide: "Quotas", "Regions and Git connection endpoints"). */
export const CODECOMMIT: Host = {
  title: 'AWS CodeCommit',
  hostname: ENDPOINT,
  hints: {
    403: 'CodeCommit answers the same if the region in the URL is wrong, the AWS credentials have expired, or the clock of this machine is wrong. The credentials need `codecommit:GitPull` and `codecommit:GitPush`.',
    404: 'Check also the region in the URL.',
  },
  defaultBranchPage: 'Repositories, Settings, "Default branch"',
  refsPerPush: 4000,
  hasNoLfs: true,
  fingerprintsOf: (hostname) => {
    const published = FINGERPRINTS[codecommitRegion(hostname) ?? ''];
    return published === undefined ? [] : [published];
  },
  commitPage: ({ server, path: [version, folder, name, ...more] }, id) => {
    const region = codecommitRegion(new URL(server).hostname) ?? '';
    const console = CONSOLES.find(([beginning]) => region.startsWith(beginning))?.[1];
    if (console === undefined || name === undefined || more.length > 0) return undefined;
    if (version !== 'v1' || folder !== 'repos') return undefined;
    const path = ['codesuite', 'codecommit', 'repositories', name, 'commit', id];
    return { server: `https://${region}.${console}`, path, query: { region } };
  },
  rejections: [
    {
      id: 'codecommit-too-many-refs',
      pattern: /[Tt]oo many reference update commands/,
      meaning: 'The push updates more refs than CodeCommit accepts at once (4,000).',
      remedy: 'Run the mirror again, or mirror fewer refs with `branches` and `tags`.',
    },
    {
      id: 'codecommit-throttled',
      pattern: /Rate [Ee]xceeded|ThrottlingException/,
      meaning: 'CodeCommit asks for fewer requests.',
      remedy: 'Run the mirror again later.',
      isOfReading: true,
      isOfAll: true,
    },
    {
      id: 'codecommit-denied',
      pattern:
        /not authorized to perform:? codecommit:|have permission to push changes to this branch|AccessDenied|explicit deny/,
      meaning: 'A policy of AWS forbids the request.',
      remedy:
        'Allow `codecommit:GitPull` to read and `codecommit:GitPush` to write for the user or role, and look for a Deny in its policies.',
      isVague: true,
      isOfReading: true,
    },
    {
      id: 'codecommit-default-branch',
      pattern: /cannot delete the default branch/i,
      meaning: "It is the target's default branch.",
      remedy: 'To delete it, choose another default branch in CodeCommit.',
    },
    {
      id: 'codecommit-large-file',
      pattern: /exceeds? the maximum (?:file|blob) size|FileContentSizeLimitExceeded/,
      meaning: 'The history contains a file that is larger than CodeCommit accepts (2 GB).',
      remedy: 'Rewrite the history without the file, or exclude the ref.',
    },
    {
      id: 'codecommit-size',
      pattern: /[Rr]epository size limit/,
      meaning: 'The target would grow beyond the size that its host allows.',
      remedy: 'Free space in the target, or ask the support of the host to raise the limit.',
    },
  ],
};

/** The region in the name of one of CodeCommit's servers, `undefined` for every other name. */
export function codecommitRegion(hostname: string): string | undefined {
  return ENDPOINT.exec(hostname.toLowerCase())?.[1];
}
