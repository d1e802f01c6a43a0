import { descriptionOf, OPTION_NAMES, specOf, type OptionName } from '../options/raw.js';
import type { Chapter } from '../options/spec.js';
import { commandName } from './names.js';

const WIDTH = 120;
/** Columns of an option's name, before its description. */
const INDENT = 31;

const USAGE = `Usage: push-mirror [options] <source> <target>
       push-mirror [options] --mirrors LIST <source>

Mirrors the branches, tags and Git LFS objects of the repository <source> to the repository <target>. Only what the
target lacks is sent, directly from server to server; nothing is cloned.

<source> and <target> can be
  https://host/path.git            smart HTTP; the environment contains the token, see below
  ssh://user@host:22/path.git      SSH
  user@host:path.git               SSH
  codecommit::region://name        AWS CodeCommit, signed with AWS credentials from the environment
  /path/to/repository, file://...  a folder on this machine; if <target> does not exist, it is created
`;

const CHAPTERS: Readonly<Record<Chapter, string>> = {
  selection: 'What is mirrored',
  differences: 'What happens to refs that differ',
  course: 'How it is done',
};

const REST = `Exit codes
  0  the target is as it should be
  1  the target is not as it should be: a ref has diverged or was rejected, or a server failed
  2  the arguments are wrong; nothing was done

Examples
  push-mirror . /srv/backup/project.git
  PUSH_MIRROR_TARGET_TOKEN=... push-mirror https://github.com/me/project https://gitlab.com/me/project.git
  push-mirror --dry-run --branch main --tag 'v*' . git@example.com:me/project.git

Lists of mirrors: https://github.com/push-mirror/push-mirror/blob/main/docs/mirrors.md
`;

/** Text of `push-mirror --help`. */
export function helpText(): string {
  const chapters = Object.entries(CHAPTERS).map(([chapter, title]) => {
    const options = OPTION_NAMES.filter((option) => specOf(option).chapter === chapter);
    return [title, ...options.flatMap(optionLines)];
  });
  const variables = [
    'Secrets come from the environment, never from the arguments',
    ...OPTION_NAMES.filter((option) => specOf(option).variable !== undefined).flatMap(optionLines),
    ...entryLines('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION', 'For AWS CodeCommit.'),
    ...entryLines('HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'Proxies, as for curl.'),
  ];
  return [USAGE, ...[...chapters, variables].map((lines) => `${lines.join('\n')}\n`), REST].join('\n');
}

function optionLines(option: OptionName): string[] {
  return entryLines(usageOf(option), sentencesOn(option));
}

function usageOf(option: OptionName): string {
  const { short, placeholder, values } = specOf(option);
  const value = values?.join('|') ?? placeholder;
  return `${short === undefined ? '' : `-${short}, `}${commandName(option)}${value === undefined ? '' : ` ${value}`}`;
}

function sentencesOn(option: OptionName): string {
  const { kind, default: usual } = specOf(option);
  const sentences = [
    descriptionOf(option, commandName),
    ...(usual === undefined || kind === 'flag' ? [] : [`Default: ${usual}.`]),
    ...(kind === 'patterns' || kind === 'lines' ? ['May be repeated.'] : []),
  ];
  return sentences
    .join(' ')
    .replace(/`([^`]+)`/g, (_all, text: string) => (/^[\w-]+$/.test(text) ? text : `"${text}"`));
}

function entryLines(name: string, text: string): string[] {
  const lines: string[] = [];
  let line = `  ${name}`.padEnd(INDENT);
  if (line.length > INDENT) [lines[0], line] = [line, ' '.repeat(INDENT)];
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = ' '.repeat(INDENT);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
