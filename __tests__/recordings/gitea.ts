import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isolatedGit, TestRepository, type Scratch } from '../repositories/git.js';
import type { GiteaServer } from '../servers/gitea-server.js';
import { makeKey } from '../servers/ssh-server.js';

/** What a forge answered to real git. */
export interface Recording {
  readonly situation: string;
  /** What was pushed, by full name. */
  readonly refs: readonly string[];
  /** What became of each, in the order of the answer: `ok`, or why it was refused. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** What it said beside the protocol, line by line, without `remote: `; over SSH, what it wrote to standard error. */
  readonly remote: readonly string[];
  /** The first reason for refusing a ref. */
  readonly ng: string | null;
  /** Of its answer to the first request over HTTP, if that was no success. */
  readonly status: number | null;
  readonly body: string | null;
}

/** Who asks or pushes. */
type Pusher = 'owner' | 'reader' | 'stranger' | 'wrong' | 'nobody' | 'other scope' | 'over SSH' | 'reading key';

interface Situation {
  readonly situation: string;
  readonly repository?: string;
  readonly pusher?: Pusher;
  /** Without any, nothing is pushed: it is only asked for its refs. */
  readonly refspecs: readonly string[];
  readonly options?: readonly string[];
}

const NEW_MAIN = 'refs/heads/newer:refs/heads/main';

/** What is recorded, in this order. */
const SITUATIONS: readonly Situation[] = [
  { situation: 'a branch that nobody may push to', refspecs: ['refs/heads/newer:refs/heads/guarded'] },
  { situation: 'a new branch whose name a rule fits', refspecs: ['refs/heads/newer:refs/heads/release/2'] },
  { situation: 'a force push to a protected branch', refspecs: ['+refs/heads/unrelated:refs/heads/open'] },
  { situation: 'a force push that is not for everybody', refspecs: ['+refs/heads/unrelated:refs/heads/forced'] },
  { situation: 'the deletion of a protected branch', refspecs: [':refs/heads/guarded'] },
  { situation: 'the deletion of the default branch', refspecs: [':refs/heads/main'] },
  {
    situation: 'a protected branch and another',
    refspecs: ['refs/heads/newer:refs/heads/another', 'refs/heads/newer:refs/heads/guarded'],
  },
  {
    situation: 'two protected branches',
    refspecs: ['refs/heads/newer:refs/heads/guarded', ':refs/heads/release/1'],
  },
  { situation: 'refs/pull', refspecs: ['refs/heads/newer:refs/pull/1/head'] },
  {
    situation: 'refs/pull and a branch',
    refspecs: ['refs/heads/newer:refs/pull/1/head', 'refs/heads/newer:refs/heads/beside-pull'],
  },
  {
    situation: 'refs/pull and a branch, all or nothing',
    refspecs: ['refs/heads/newer:refs/pull/1/head', 'refs/heads/newer:refs/heads/beside-pull-atomic'],
    options: ['--atomic'],
  },
  { situation: 'refs/for', refspecs: ['refs/heads/newer:refs/for/main'] },
  { situation: 'refs/notes', refspecs: ['refs/heads/newer:refs/notes/commits'] },
  { situation: 'a new protected tag', refspecs: ['refs/heads/newer:refs/tags/v2'] },
  { situation: 'a protected tag that moves', refspecs: ['+refs/heads/newer:refs/tags/v1'] },
  { situation: 'the deletion of a protected tag', refspecs: [':refs/tags/v1'] },
  { situation: 'a token that may only read', pusher: 'reader', refspecs: [NEW_MAIN] },
  { situation: 'a token for something else', pusher: 'other scope', refspecs: [NEW_MAIN] },
  { situation: 'a wrong token', pusher: 'wrong', refspecs: [NEW_MAIN] },
  { situation: 'no token', pusher: 'nobody', refspecs: [NEW_MAIN] },
  { situation: 'a user who may only read', pusher: 'stranger', refspecs: [NEW_MAIN] },
  { situation: 'a user who may not even see it', pusher: 'stranger', repository: 'hidden', refspecs: [NEW_MAIN] },
  { situation: 'no such repository', repository: 'missing', refspecs: [NEW_MAIN] },
  { situation: 'an archived repository', repository: 'archived', refspecs: [NEW_MAIN] },
  { situation: 'no such repository, over SSH', repository: 'missing', pusher: 'over SSH', refspecs: [NEW_MAIN] },
  { situation: 'an archived repository, over SSH', repository: 'archived', pusher: 'over SSH', refspecs: [NEW_MAIN] },
  { situation: 'a key that may only read, over SSH', pusher: 'reading key', refspecs: [NEW_MAIN] },
  { situation: 'reading with a wrong token', pusher: 'wrong', repository: 'hidden', refspecs: [] },
  { situation: 'reading with a token for something else', pusher: 'other scope', repository: 'hidden', refspecs: [] },
  { situation: 'reading a private repository without a token', pusher: 'nobody', repository: 'hidden', refspecs: [] },
  { situation: 'reading what one may not see', pusher: 'stranger', repository: 'hidden', refspecs: [] },
  { situation: 'reading no such repository', repository: 'missing', refspecs: [] },
  { situation: 'reading no such repository, without a token', pusher: 'nobody', repository: 'missing', refspecs: [] },
  { situation: 'reading no such repository, over SSH', pusher: 'over SSH', repository: 'missing', refspecs: [] },
];

/** Puts a Gitea into every situation of ours, and writes down what it answers. */
export async function recordGitea(server: GiteaServer, scratch: Scratch): Promise<readonly Recording[]> {
  const recorder = new Recorder(server, scratch);
  await recorder.prepare();
  const recordings: Recording[] = [];
  for (const situation of SITUATIONS) recordings.push(await recorder.record(situation));
  return recordings;
}

interface Pushed {
  readonly said: string;
  readonly packets: string;
}

class Recorder {
  readonly #server: GiteaServer;
  readonly #scratch: Scratch;
  readonly #source: TestRepository;
  readonly #tokens: Partial<Record<Pusher, string>> = { wrong: '0123456789'.repeat(4) };
  #pushes = 0;

  constructor(server: GiteaServer, scratch: Scratch) {
    this.#server = server;
    this.#scratch = scratch;
    this.#source = TestRepository.create(scratch.join('recorded.git'));
  }

  async prepare(): Promise<void> {
    const main = this.#source.commits(2);
    const first = Object.fromEntries(
      ['heads/main', 'heads/guarded', 'heads/open', 'heads/forced', 'heads/release/1', 'tags/v1'].map((name) => [
        `refs/${name}`,
        main,
      ]),
    );
    this.#source.set(first);
    for (const name of ['rules', 'archived', 'hidden']) {
      await this.#server.createRepository(name, name === 'hidden');
      await this.#push(this.#url(name, 'owner'), ['refs/*:refs/*']);
    }
    this.#source.set({
      'refs/heads/newer': this.#source.commit([main]),
      'refs/heads/unrelated': this.#source.commit(),
    });
    await this.#makePushers();
    await this.#makeRules();
  }

  async record({
    situation,
    repository = 'rules',
    pusher = 'owner',
    refspecs,
    options,
  }: Situation): Promise<Recording> {
    const url = this.#url(repository, pusher);
    const refusal = url.startsWith('ssh:') ? null : await this.#refusal(url, refspecs.length > 0);
    const { said, packets } = await this.#push(url, refspecs, options, this.#scratch.join(pusher));
    const verdicts = [...packets.matchAll(/< (?:ok|ng) (\S+)(?: (.*))?$/gm)].map(
      ([, ref = '', reason = 'ok']): [string, string] => [ref, reason],
    );
    return {
      situation,
      refs: refspecs.map((refspec) => refspec.slice(refspec.indexOf(':') + 1)),
      verdicts: Object.fromEntries(verdicts),
      remote: remoteLines(this.#anonymous(said), url.startsWith('ssh:')),
      ng: verdicts.find(([, reason]) => reason !== 'ok')?.[1] ?? null,
      status: refusal?.status ?? null,
      body: refusal?.body ?? null,
    };
  }

  async #makeRules(): Promise<void> {
    const server = this.#server;
    const everybody = { enable_push: true, enable_force_push: true };
    await server.protectBranch('rules', { rule_name: 'guarded' });
    await server.protectBranch('rules', { rule_name: 'release/*' });
    await server.protectBranch('rules', { rule_name: 'open', enable_push: true });
    await server.protectBranch('rules', { rule_name: 'forced', ...everybody, enable_force_push_allowlist: true });
    await server.protectTag('rules', 'v*', 'stranger');
    await server.archive('archived');
  }

  async #makePushers(): Promise<void> {
    const server = this.#server;
    this.#tokens.owner = server.token;
    this.#tokens.reader = await server.createToken(['read:repository']);
    this.#tokens['other scope'] = await server.createToken(['read:user']);
    this.#tokens.stranger = await server.createUser('stranger');
    await server.addKey(this.#makeKey('over SSH'));
    await server.addDeployKey('rules', this.#makeKey('reading key'), false);
  }

  #makeKey(pusher: Pusher): string {
    const path = this.#scratch.join(pusher);
    makeKey(path);
    return readFileSync(`${path}.pub`, 'utf8');
  }

  #url(repository: string, pusher: Pusher): string {
    if (pusher === 'over SSH' || pusher === 'reading key') return this.#server.sshUrl(repository);
    const token = pusher === 'owner' ? this.#server.token : this.#tokens[pusher];
    const url = this.#server.url(repository);
    return token === undefined ? url : url.replace('://', `://user:${token}@`);
  }

  /** The answer to the first request, which git does not show as it is. */
  async #refusal(repository: string, isPush: boolean): Promise<{ status: number; body: string } | null> {
    const url = new URL(`${repository}/info/refs?service=git-${isPush ? 'receive' : 'upload'}-pack`);
    const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
    const headers: Record<string, string> = url.password === '' ? {} : { Authorization: authorization };
    [url.username, url.password] = ['', ''];
    const answer = await fetch(url, { headers });
    const body = this.#anonymous(await answer.text());
    return answer.ok ? null : { status: answer.status, body };
  }

  async #push(url: string, refspecs: readonly string[], options: readonly string[] = [], key = ''): Promise<Pushed> {
    const trace = this.#scratch.join(`packets-${(this.#pushes += 1)}`);
    const ssh = `ssh -F none -i '${key}' -o IdentitiesOnly=yes -o LogLevel=ERROR -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null`;
    const command = refspecs.length > 0 ? ['push', ...options, url, ...refspecs] : ['ls-remote', url];
    const child = spawn('git', ['-C', this.#source.path, ...command], {
      env: { ...isolatedGit(), GIT_TRACE_PACKET: trace, GIT_SSH_COMMAND: ssh },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await new Promise((settle) => child.once('close', settle));
    return { said, packets: readPackets(trace) };
  }

  #anonymous(text: string): string {
    return text.replaceAll(this.#server.root, 'https://forge.example');
  }
}

function remoteLines(said: string, isSsh: boolean): readonly string[] {
  const lines = said.split('\n').map((line) => line.trimEnd());
  // Over SSH, what the server writes comes before what git says of it.
  if (isSsh)
    return lines.slice(
      0,
      Math.max(
        0,
        lines.findIndex((line) => line.startsWith('fatal:')),
      ),
    );
  return lines.filter((line) => line.startsWith('remote:')).map((line) => line.replace(/^remote: ?/, ''));
}

function readPackets(trace: string): string {
  try {
    return readFileSync(trace, 'utf8');
  } catch {
    // Where the push ended before its first packet.
    return '';
  }
}
