import { REFUSALS } from '../../__tests__/recordings/refusals.js';
import { githubBranch } from '../../__tests__/recordings/github-branches.js';
import type { Api, ApiAnswer } from '../../src/hosts/api.js';
import { refusalOf } from '../../src/hosts/forge-question.js';
import { namesOf, namesOnPages } from '../../src/hosts/pages.js';
import { PushWords } from '../../src/hosts/push-words.js';
import { Explainer, provesRace } from '../../src/hosts/rejection.js';
import { inServersWords } from '../../src/mirror/verdict.js';
import { onlyBranches, selection } from '../../src/options/selection.js';
import { RemoteError } from '../../src/protocol/errors.js';
import { holds, type Target } from '../target.js';
import { checkError } from './http.js';
import { isShowable } from './showable.js';
import { LOCATION } from './stream.js';

const API = 'https://host.example/api/v4';
const REFS = new Set(['refs/heads/main', 'refs/heads/wip/a', 'refs/tags/v1']);
const MOST_LINES = 5;
/** Bytes of the headers that Node.js takes (`http.maxHeaderSize`). */
const LONGEST_HEADERS = 16 * 1024;
/** Characters of a line that the side-band gives on. */
const LONGEST_LINE = 8192;

/** An API whose every answer is a page with one line of the input as its header `Link`. */
function pagedApi(input: Buffer): Api {
  const links = input.toString('latin1', 0, LONGEST_HEADERS).split('\n');
  let asked = 0;
  const get = async (url: string): Promise<ApiAnswer> => {
    const at = new URL(url);
    holds(
      at.origin === new URL(API).origin && at.pathname.startsWith('/api/v4/'),
      'another server, or place, is asked',
    );
    const link = links[asked];
    asked += 1;
    return { url: at, status: 200, headers: link === undefined ? {} : { link }, body: '[{"name":"main"}]' };
  };
  const parse = ({ body }: ApiAnswer): unknown => JSON.parse(body);
  return { url: API, get, parse, error: apiError, now: () => 0 } as unknown as Api;
}

function apiError(detail: string): RemoteError {
  return new RemoteError({ kind: 'api', location: API, detail });
}

/** Reads the names of protected branches from one page, and uses them as the patterns that they may be. */
function readBranches(input: Buffer): unknown {
  const body = input.toString('utf8');
  let list: unknown;
  try {
    list = JSON.parse(body);
  } catch {
    const words = {
      failure: (status: number) => `no (HTTP ${status}).`,
      otherwise: 'do without',
      tokenName: '`token`',
    };
    const refusal = refusalOf(pagedApi(input), undefined, words);
    return [401, 422, 500].map((status) => checkError(refusal({ status, body }, 'a scope')));
  }
  if (!Array.isArray(list)) return 'no list';
  const names = namesOf(list, (branch) => branch.protected === true);
  holds(
    names.every((name) => typeof name === 'string'),
    'a name is no text',
  );
  const selects = onlyBranches(selection({ branches: [], tags: [] }), names);
  return [names, ...Array.from(REFS, (ref) => selects(ref))];
}

/** Explains words of a target that refuses a push. */
function explain(input: Buffer): unknown {
  const lines = input.toString('utf8').split('\n');
  const [reason = '', ...said] = lines.map((line) => line.slice(0, LONGEST_LINE));
  const explainer = new Explainer();
  const found = [
    explainer.rejection(reason, said, 'http'),
    explainer.rejection(reason, said),
    explainer.unmoved(reason, said, 'ssh'),
  ];
  for (const rule of found) holds(isShowable(rule?.remedy ?? ''), 'a remedy is not showable');
  const words = new PushWords(said, REFS, explainer);
  const about = Array.from(REFS, (ref) => [words.about(ref, MOST_LINES), words.name(ref)] as const);
  holds(
    about.every(([lines]) => lines.length <= MOST_LINES),
    'more lines are told than are wanted',
  );
  const broken = new RemoteError({ kind: 'interrupted', location: LOCATION, detail: 'x.' });
  const told = inServersWords(broken, said);
  return {
    rules: found.map((rule) => rule?.id),
    lines: about.map(([lines]) => lines.length),
    race: provesRace(reason, said),
    told,
  };
}

const BRANCHES = ['main', 'release/*', '*', 'h\u00e9'].map((name) => githubBranch({ name, id: '1'.repeat(40) }, API));

export const HOSTS: readonly Target[] = [
  {
    name: 'pages',
    form: 'text',
    seeds: [
      `<${API}/projects/1/branches?page=2&per_page=100>; rel="next", <${API}/x>; rel="last"\n<?page=3>; rel=next`,
      '<https://evil.example/?page=9>; rel="next"\n<//x/?a>;rel=next\n<>; rel="next"',
    ],
    errors: [RemoteError],
    run: async (input) => {
      const pages = await namesOnPages(pagedApi(input), { first: `${API}/branches`, headers: {}, isFit: () => true });
      return pages.kind === 'list' ? pages.names.length : pages.answer.status;
    },
  },
  {
    name: 'branches',
    form: 'json',
    seeds: [JSON.stringify(BRANCHES), '[]', '[null, 1, {"name": 1}]', '<html>', '{"message": "no'],
    errors: [],
    run: readBranches,
  },
  {
    name: 'refusals',
    form: 'text',
    seeds: REFUSALS.map(({ reason, remote, body }) => [reason, ...remote, ...(body?.split('\n') ?? [])].join('\n')),
    errors: [],
    run: explain,
  },
];
