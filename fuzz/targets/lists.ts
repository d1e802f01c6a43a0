import { rawOptions } from '../../__tests__/raw-options.js';
import { readMirrors } from '../../src/list/document.js';
import { readGiven } from '../../src/list/plan-mirrors.js';
import { ConfigurationError } from '../../src/options/configuration-error.js';
import { Problem } from '../../src/protocol/problem.js';
import { checkPattern } from '../../src/options/patterns.js';
import { checkRegex, regexCompiler, selection } from '../../src/options/selection.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';
import { CANARY } from './urls.js';

const compileRegex = await regexCompiler(true);

/** The parser of YAML keeps every mistake, and takes 10 microseconds for each character that is one. */
const MILLISECONDS = 1500;

const LISTS_GIVEN = [
  `- url: https://host.example/me/x.git\n  token_variable: TOKEN\n  branches: [main, 'release/*']\n- url: ssh://git@host.example/y\n  name: y\n  enabled: false\n`,
  `- &a\n  url: https://me:${CANARY}@host.example/x\n  only_protected_branches: true\n- <<: *a\n  url: b\n`,
  '[{"url": "https://host.example/x", "mirror_branch_regex": "^(main|v\\\\d)$"}]',
  '%YAML 1.2\n---\n- url: |\n    x\n  tags: ["!*"]\n...\n',
];

/** Reads a list and makes the plan of its mirrors. Messages hold nothing of a value that may be a secret. */
function readList(input: Buffer): unknown {
  const text = input.toString('utf8');
  const told: string[] = [];
  const entries = readMirrors(text, 'mirrors.yml', (problem) => told.push(problem));
  holds(told.every(isShowable), 'a problem is not showable');
  holds(!told.some((problem) => problem.includes(CANARY)), 'a problem shows a password');
  holds(entries.length === 0 || told.length === 0, 'a list with mistakes has mirrors');
  holds(entries.length > 0 || told.length > 0, 'a list without mirrors has no mistake');
  return { entries: entries.length, told: told.map((problem) => problem.replace(/\d+/g, '')) };
}

function planList(input: Buffer): unknown {
  const raw = rawOptions({ mirrors: `- ${input.toString('utf8')}\n`, source: { url: '/srv/source.git' } });
  const settings = { names: String, environment: { TOKEN: 'x'.repeat(20) }, folder: '/srv', compileRegex };
  const { plan, secrets } = readGiven(raw, settings, readMirrors);
  const redacted = (text: string): string => secrets.redact(text);
  try {
    return plan().mirrors.map(({ name, options }) => [name, redacted(options.target.display)]);
  } catch (error) {
    if (error instanceof ConfigurationError)
      holds(
        error.problems.every((one) => isShowable(redacted(one))),
        'a problem is not showable',
      );
    throw error;
  }
}

/** Reads patterns and an expression, one a line, and applies them to a name: the last line. */
function select(input: Buffer): unknown {
  const [mirrorBranchRegex = '', name = '', ...patterns] = input.toString('utf8').split('\n');
  checkRegex(mirrorBranchRegex, compileRegex);
  for (const pattern of patterns) checkPattern(pattern);
  const ref = `refs/heads/${name}`;
  return [
    selection({ branches: patterns, tags: [] })(ref),
    selection({ branches: [], tags: [], mirrorBranchRegex }, compileRegex)(ref),
  ];
}

export const LISTS: readonly Target[] = [
  { name: 'list', form: 'text', milliseconds: MILLISECONDS, seeds: LISTS_GIVEN, errors: [], run: readList },
  {
    name: 'list-plan',
    form: 'text',
    milliseconds: MILLISECONDS,
    seeds: LISTS_GIVEN.map((text) => text.replace(/^- /, '').replace(/\n- [^]*/, '')),
    errors: [ConfigurationError],
    run: planList,
  },
  {
    name: 'patterns',
    form: 'text',
    seeds: ['^(main|release/.*)$\nmain\nrelease/*\n!wip/*', '(a*)*b\naaaaaaaa\n*a*b*c*\n*'],
    errors: [Problem],
    run: select,
  },
];
