/** What `push-mirror --help` prints. */
export const HELP = `Usage: push-mirror [options] <source> <target>
       push-mirror [options] --mirrors LIST <source>

Brings the repository <target> to the state of the repository <source>: branches and tags. Only what the target
lacks is moved, straight from the one to the other; nothing is cloned.

<source> and <target> are each one of
  https://host/path.git            smart HTTP; the token comes from the environment, see below
  ssh://user@host:22/path.git      SSH
  user@host:path.git               SSH
  codecommit::region://name        AWS CodeCommit, signed with AWS credentials from the environment
  /path/to/repository, file://...  a folder of this machine; a <target> that does not exist is created

What is mirrored
  --branch PATTERN             mirror the branches that match; may be repeated. "*" matches anything, "/" too;
                               a leading "!" excludes: --branch 'release/*' --branch '!release/old-*'
  --mirror-branch-regex REGEX  mirror the branches in which the expression (RE2) is found; not with --branch
  --tag PATTERN                mirror the tags that match; may be repeated. --tag '!*' mirrors no tag
  --only-protected-branches    mirror only the branches that the source's host protects

What happens to what differs
  --keep-divergent-refs        leave refs alone that have diverged, and delete nothing; the exit code is then 1.
                               Without it they are overwritten, and commits that only the target had are lost
  --prune merged|never|always  which refs are deleted that only the target has: those that are merged into the
                               source's default branch (merged, the default), none, or all

How it is done
  --mirrors LIST               several mirrors of one source: the path of a YAML file, or YAML; see
                               https://github.com/push-mirror/push-mirror/blob/main/docs/mirrors.md
  --max-parallel N             how many of them at the same time (4)
  --dry-run                    say what would happen, and change nothing
  --check                      change nothing, and fail if the target is not as it should be
  --lfs auto|always|never      Git LFS objects, which go over before the refs that need them: where the repository uses
                               Git LFS (auto, the default), looked for in any case, or never
  --lfs-url URL                the Git LFS server for the target's objects, if it is not the target itself
  --push-option OPTION         given on to the target's hooks; may be repeated
  --timeout SECONDS            how long a server may stay silent (300)
  --ca-certificate FILE        trust the certificates in this file, too (PEM)
  --allow-insecure-http        send tokens over plain http
  --report FILE                write the report, as JSON
  --dotenv FILE                write what came of it as variables, PUSH_MIRROR_STATUS and so on
  --json                       print the report as JSON on stdout, and nothing else there
  -v, --verbose                say more
  -h, --help, --version

Secrets come from the environment, never from the arguments:
  PUSH_MIRROR_SOURCE_TOKEN     PUSH_MIRROR_SOURCE_USERNAME    to read a private <source> over HTTPS
  PUSH_MIRROR_TARGET_TOKEN     PUSH_MIRROR_TARGET_USERNAME    to write to <target> over HTTPS
  PUSH_MIRROR_SSH_PRIVATE_KEY  PUSH_MIRROR_SSH_KNOWN_HOSTS    for SSH; without them ssh's own keys are used
  AWS_ACCESS_KEY_ID  AWS_SECRET_ACCESS_KEY  AWS_SESSION_TOKEN  AWS_REGION              for AWS CodeCommit
  HTTPS_PROXY  HTTP_PROXY  NO_PROXY                                                    proxies, as for curl

Exit codes
  0  the target is as it should be
  1  it is not: a ref has diverged or was rejected, or a remote failed
  2  the arguments are wrong; nothing was done

Examples
  push-mirror . /srv/backup/project.git
  PUSH_MIRROR_TARGET_TOKEN=... push-mirror https://github.com/me/project https://gitlab.com/me/project.git
  push-mirror --dry-run --branch main --tag 'v*' . git@example.com:me/project.git
`;
