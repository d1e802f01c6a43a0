// Makes small mirrors with what is in dist/, on whatever system this is, and prints how many of them went well:
//   node scripts/systems.mjs [--without ssh] [--without https] [--refuses-ssh]
// Needs git; for HTTPS openssl, and for SSH sshd and ssh-keygen. What is missing is a failure, unless it is left out.
// With --refuses-ssh the `ssh` of this system is another than OpenSSH, and must be refused.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { arch, release, tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');
const isWindows = process.platform === 'win32';
const { values } = parseArgs({
  options: { without: { type: 'string', multiple: true }, 'refuses-ssh': { type: 'boolean' } },
});

const place = fs.mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), 'push-mirror-systems-'));
const inPlace = (...names) => join(place, ...names);
fs.mkdirSync(inPlace('temporary'));

/** The environment of all programs: what a system needs, a temporary folder that is empty when all is well, and a home that is not there. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(?:path|pathext|systemroot|windir|comspec|lang)$/i.test(name)),
  ),
  ...Object.fromEntries(['TMPDIR', 'TEMP', 'TMP', 'RUNNER_TEMP'].map((name) => [name, inPlace('temporary')])),
  ...Object.fromEntries(['HOME', 'USERPROFILE'].map((name) => [name, inPlace('no-home')])),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

const run = (program, args, { folder = place, more = {} } = {}) =>
  new Promise((settle) => {
    const options = { cwd: folder, env: { ...environment, ...more }, timeout: 120_000, windowsHide: true };
    execFile(program, args, options, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
  });
const git = (folder, ...args) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'safe.directory=*', ...args], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  }).trim();
const refsOf = (folder) => git(folder, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags');

function makeSource() {
  const folder = inPlace('source with spaces');
  fs.mkdirSync(folder);
  git(folder, 'init', '--quiet', '--initial-branch=main', '.');
  for (const name of ['one', 'zwei-äöü', 'd/e/e/p'.replaceAll('/', '-').repeat(12)]) {
    fs.writeFileSync(join(folder, name), `${name}\n`.repeat(500));
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message', name);
  }
  git(folder, 'branch', 'feature/a');
  git(folder, 'tag', '--annotate', '--message', 'one', 'v1');
  return folder;
}

const emptyTarget = (name) => {
  git(place, 'init', '--quiet', '--bare', '--initial-branch=main', name);
  return inPlace(name);
};

/** Checks that a target is what the source is, whole, and that no file of a run is left. */
function checkTarget(folder) {
  assert.equal(refsOf(folder), refsOf(source));
  git(folder, 'fsck', '--strict', '--full');
  assert.deepEqual(fs.readdirSync(inPlace('temporary')), []);
}

const command = async (from, to, { args = [], more = {}, folder = place } = {}) => {
  const node = [join(dist, 'cli', 'index.js'), '--json', ...args, from, to];
  const { code, stdout, stderr } = await run(process.execPath, node, { more, folder });
  assert.equal(code, 0, stdout + stderr);
  return JSON.parse(stdout);
};

/** Mirrors twice by the command; the second time there is nothing to do. */
const twice = async (from, to, folder, given) => {
  const first = await command(from, to, given);
  assert.equal(first.counts.created, 3);
  checkTarget(folder);
  const second = await command(from, to, given);
  assert.deepEqual([second.counts.unchanged, second.transfer.pack_bytes], [3, 0]);
  checkTarget(folder);
};

const byAction = async () => {
  const output = inPlace('output');
  fs.writeFileSync(output, '');
  const inputs = { 'source-url': source, 'target-url': inPlace('by-action.git'), prune: 'merged', lfs: 'auto' };
  const more = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const ended = await run(process.execPath, [join(dist, 'index.js')], { more: { ...more, GITHUB_OUTPUT: output } });
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  const text = fs.readFileSync(output, 'utf8');
  assert.match(text, /^status<<(\S+)\r?\nfinished\r?\n\1$/m);
  // The report stays for later steps.
  fs.rmSync(/^report<<(\S+)\r?\n(.*)\r?\n\1$/m.exec(text)[2]);
  checkTarget(inPlace('by-action.git'));
};

const byLibrary = async () => {
  const { mirror } = await import(pathToFileURL(join(dist, 'lib', 'index.js')).href);
  const report = await mirror({ source, target: inPlace('by-library.git'), environment });
  assert.equal(report.last_error, null);
  checkTarget(inPlace('by-library.git'));
};

/** Plants a Node.js called git and ssh in the current folder, and puts that on PATH: none of them can mirror. */
const beside = async () => {
  const folder = inPlace('planted');
  fs.mkdirSync(folder);
  for (const name of ['git', 'ssh'])
    if (isWindows) fs.copyFileSync(process.execPath, join(folder, `${name}.exe`));
    else fs.symlinkSync(process.execPath, join(folder, name));
  const name = Object.keys(environment).find((one) => one.toUpperCase() === 'PATH');
  for (const path of [environment[name], ['.', '', environment[name]].join(delimiter)]) {
    fs.rmSync(inPlace('planted.git'), { recursive: true, force: true });
    await command(source, inPlace('planted.git'), { folder, more: { [name]: path } });
    checkTarget(inPlace('planted.git'));
  }
};

/** A server for `git http-backend`, with a certificate of its own. */
const overHttps = async () => {
  const [key, certificate] = [inPlace('key.pem'), inPlace('certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', [...made, ...files, ...subject], { stdio: 'ignore' });
  const folder = emptyTarget('by-https.git');
  git(folder, 'config', 'http.receivepack', 'true');
  const tls = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
  const server = createHttpsServer(tls, answerByGit).listen(0, 'localhost');
  await once(server, 'listening');
  const url = `https://localhost:${server.address().port}`;
  try {
    const given = { args: ['--ca-certificate', certificate] };
    await twice(`${url}/${encodeURIComponent('source with spaces')}/.git`, `${url}/by-https.git`, folder, given);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

function answerByGit(request, response) {
  const { pathname, search } = new URL(request.url, 'https://localhost');
  const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
    env: {
      ...environment,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_PROJECT_ROOT: place,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
      REMOTE_USER: 'a',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const parts = [];
  child.stdout.on('data', (part) => parts.push(part));
  child.once('close', () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf('\r\n\r\n');
    const fields = answer.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(fields.map((field) => [field.split(':')[0], field.replace(/^[^:]*: */, '')]));
    response.writeHead(Number.parseInt(headers.Status ?? '200', 10), headers).end(answer.subarray(end + 4));
  });
}

/** Runs the command with a key, to where no server is. What it says of that, and that it leaves no file. */
const withoutServer = async () => {
  const { privateKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const url = `ssh://git@127.0.0.1:${await freePort()}/a.git`;
  const known = Buffer.concat(
    ['ssh-ed25519', Buffer.alloc(32)].map((part) =>
      Buffer.concat([Buffer.of(0, 0, 0, part.length), Buffer.from(part)]),
    ),
  );
  const more = {
    PUSH_MIRROR_SSH_PRIVATE_KEY: privateKey,
    PUSH_MIRROR_SSH_KNOWN_HOSTS: `${url.replace(/^.*@(.*):(\d+).*$/, '[$1]:$2')} ssh-ed25519 ${known.toString('base64')}`,
  };
  await assert.rejects(
    command(source, url, { more }),
    values['refuses-ssh'] ? /is not OpenSSH/ : /refuse|\/etc\/passwd/,
  );
  assert.deepEqual(fs.readdirSync(inPlace('temporary')), []);
};

/** An sshd on loopback, a key given as the user gives it, and the server's own key: then another one is refused. */
const overSsh = async () => {
  const keys = Object.fromEntries(['server', 'user', 'other'].map((name) => [name, makeKey(name)]));
  const folder = emptyTarget('by-ssh.git');
  const port = await freePort();
  const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((path) =>
    fs.existsSync(path),
  );
  assert.ok(sshd !== undefined, 'there is no sshd');
  fs.copyFileSync(inPlace('user.pub'), inPlace('authorized_keys'));
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${inPlace('server')}`,
    `AuthorizedKeysFile ${inPlace('authorized_keys')}`,
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM no',
    `PidFile ${inPlace('sshd.pid')}`,
  ];
  fs.writeFileSync(inPlace('sshd_config'), `${lines.join('\n')}\n`);
  if (process.getuid() === 0) fs.mkdirSync('/run/sshd', { recursive: true });
  const server = spawn(sshd, ['-D', '-e', '-f', inPlace('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  try {
    for (let tries = 0; tries < 100 && !log.includes('listening'); tries += 1) await sleep(100);
    const url = `ssh://${userInfo().username}@127.0.0.1:${port}${folder}`;
    const signIn = (known) => ({
      PUSH_MIRROR_SSH_PRIVATE_KEY: keys.user.privateKey,
      PUSH_MIRROR_SSH_KNOWN_HOSTS: `[127.0.0.1]:${port} ${known.publicKey}`,
    });
    await assert.rejects(command(source, url, { more: signIn(keys.other) }), /"host-key"/);
    assert.equal(refsOf(folder), '');
    await twice(source, url, folder, { more: signIn(keys.server) });
  } catch (error) {
    console.error(log);
    throw error;
  } finally {
    server.kill();
  }
};

function makeKey(name) {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'a', '-f', inPlace(name)]);
  return {
    privateKey: fs.readFileSync(inPlace(name), 'utf8'),
    publicKey: fs
      .readFileSync(inPlace(`${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' '),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

const source = makeSource();
const MIRRORS = {
  'folders, by the command': () => twice(source, inPlace('by-command.git'), inPlace('by-command.git')),
  'folders, by the action': byAction,
  'folders, by the library': byLibrary,
  'programs of the current folder are not run': beside,
  https: overHttps,
  'ssh without a server': withoutServer,
  ssh: overSsh,
};

console.log(`${process.platform} ${release()} ${arch()}, Node.js ${process.versions.node}, ${git(place, '--version')}`);
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, mirror] of Object.entries(MIRRORS)) {
  const outcome = (values.without ?? []).includes(name) ? 'skipped' : await mirror().then(() => 'passed', failed);
  console.log(`${outcome}: ${name}`);
  counts[outcome] += 1;
}
fs.rmSync(place, { recursive: true, force: true, maxRetries: 5 });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function failed(error) {
  console.error(error);
  return 'failed';
}
