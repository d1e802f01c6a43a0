export const id = 646;
export const ids = [646];
export const modules = {

/***/ 5646:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  SshTransport: () => (/* binding */ SshTransport)
});

// EXTERNAL MODULE: ./build/src/protocol/errors.js + 1 modules
var errors = __webpack_require__(322);
// EXTERNAL MODULE: ./build/src/protocol/printable.js
var printable = __webpack_require__(3261);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:process"
var external_node_process_ = __webpack_require__(1708);
;// CONCATENATED MODULE: ./build/src/protocol/programs/private-file.js





function writePrivateFile(content, kind = (0,external_node_os_.platform)() === 'linux' ? 'nameless' : 'guarded') {
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'push-mirror-'));
    return kind === 'nameless' ? namelessFile(folder, content) : guardedFile(folder, content);
}
function namelessFile(folder, content) {
    const name = (0,external_node_path_.join)(folder, 'file');
    const descriptor = (0,external_node_fs_.openSync)(name, 'wx+', 0o600);
    (0,external_node_fs_.unlinkSync)(name);
    (0,external_node_fs_.rmdirSync)(folder);
    (0,external_node_fs_.writeSync)(descriptor, content);
    let isOpen = true;
    const close = () => {
        if (isOpen)
            (0,external_node_fs_.closeSync)(descriptor);
        isOpen = false;
    };
    return { path: `/proc/${external_node_process_.pid}/fd/${descriptor}`, close };
}
function guardedFile(folder, content) {
    const path = (0,external_node_path_.join)(folder, 'file');
    const guard = (0,external_node_child_process_.spawn)('/bin/sh', ['-c', 'trap "" INT TERM HUP; cat >/dev/null; rm -rf -- "$1"', 'guard', folder], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        env: { PATH: '/usr/bin:/bin' },
    });
    guard.on('error', () => undefined);
    guard.stdin.on('error', () => undefined);
    guard.unref();
    guard.stdin.unref();
    (0,external_node_fs_.writeFileSync)(path, content, { mode: 0o600 });
    const close = () => {
        (0,external_node_fs_.rmSync)(folder, { recursive: true, force: true });
        guard.stdin.end();
    };
    return { path, close };
}

// EXTERNAL MODULE: ./build/src/protocol/programs/program.js
var programs_program = __webpack_require__(1822);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/src/protocol/programs/ssh-keyscan.js


const LARGEST_ANSWER = 256 * 1024;
async function scanHostKeys(request) {
    const seconds = String(Math.ceil(request.timeoutMs / 1000));
    const port = request.port === undefined ? [] : ['-p', String(request.port)];
    const lines = await output(['-T', seconds, ...port, '--', request.host], request);
    return lines
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /^\S+ \S+ [A-Za-z0-9+/]+=*$/.test(line))
        .map((line) => ({ line, fingerprint: fingerprintOf(line.split(' ')[2] ?? '') }));
}
function fingerprintOf(key) {
    return `SHA256:${(0,external_node_crypto_.createHash)('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}
function output(args, { environment, signal, timeoutMs }) {
    const settings = {
        env: environment,
        signal,
        timeout: timeoutMs * 2,
        maxBuffer: LARGEST_ANSWER,
        encoding: 'utf8',
    };
    return new Promise((resolve) => {
        (0,external_node_child_process_.execFile)('ssh-keyscan', args, settings, (_error, stdout) => resolve(stdout));
    });
}

;// CONCATENATED MODULE: ./build/src/protocol/programs/ssh.js





class SshTransport extends programs_program/* ProgramTransport */.ID {
    location;
    #settings;
    #files = [];
    #identity;
    constructor(settings) {
        super(settings);
        this.#settings = settings;
        this.location = settings.location;
    }
    async close() {
        await super.close();
        await this.#identity?.catch(() => undefined);
        for (const file of this.#files)
            file.close();
    }
    async ask(program, word) {
        const { path, environment } = this.#settings;
        this.traffic.requests += 1;
        const argument = PLAIN_PATH.test(path) ? path : quoted(path);
        const command = await this.#command(`${program} ${argument} ${word}`, environment);
        const end = await (0,programs_program/* runProgram */.mB)(command, this.location, this.settings);
        if (end.code === 0)
            return { output: end.output };
        const refusal = said(end);
        if (end.code !== null && end.code !== SSH_FAILED)
            return { refusal };
        const failure = this.failure('git-upload-pack', end);
        if (failure.kind === 'ssh' || failure.kind === 'not-found')
            return { refusal };
        throw failure;
    }
    async command(service) {
        const { path, environment } = this.#settings;
        const more = service === 'git-upload-pack' ? { GIT_PROTOCOL: 'version=2' } : {};
        return this.#command(`${service} ${quoted(path)}`, { ...environment, ...more });
    }
    async #command(words, environment) {
        const { host, port, user, limits } = this.#settings;
        const destination = user === undefined ? host : `${user}@${host}`;
        return {
            program: 'ssh',
            arguments: [
                ...options({
                    BatchMode: 'yes',
                    StrictHostKeyChecking: 'yes',
                    UpdateHostKeys: 'no',
                    ClearAllForwardings: 'yes',
                    LogLevel: 'DEBUG1',
                    ConnectTimeout: String(Math.ceil(limits.connect / 1000)),
                    ServerAliveInterval: '15',
                    ServerAliveCountMax: '4',
                    SendEnv: 'GIT_PROTOCOL',
                }),
                ...(await (this.#identity ??= this.#prepareIdentity())),
                ...(port === undefined ? [] : ['-p', String(port)]),
                '--',
                destination,
                words,
            ],
            environment,
        };
    }
    failure(_service, end) {
        const { location } = this;
        const words = said(end);
        const missing = (0,programs_program/* notInstalled */.YT)('ssh', location, end);
        if (missing !== undefined)
            return missing;
        if (words === '') {
            const detail = `the connection ended before the server had answered (exit code ${end.code ?? 'none'}).`;
            return new errors/* RemoteError */.Hi({ kind: 'interrupted', location, detail, remedy: 'Run the mirror again.' });
        }
        if (HOST_KEY_FAILED.test(words))
            return this.#unknownHostKey(linesOf(end));
        const reason = this.#reason(words);
        const detail = `${reason.detail} ssh says: ${words}`;
        return new errors/* RemoteError */.Hi({ kind: reason.kind, location, detail, remedy: reason.remedy });
    }
    #reason(words) {
        const reason = REASONS.find(({ pattern }) => pattern.test(words)) ?? UNKNOWN_REASON;
        return reason.kind === 'unauthorized' && this.#settings.privateKey === undefined ? NO_KEY : reason;
    }
    #unknownHostKey(lines) {
        const { host, port, publishedKeys, fingerprints } = this.#settings;
        const offered = lines.map((line) => OFFERED_KEY.exec(line)?.[1]).find((key) => key !== undefined);
        const shown = offered === undefined ? '' : ` It offers ${(0,printable/* printable */.g)(offered, 200)}.`;
        if (fingerprints.some((fingerprint) => offered?.endsWith(` ${fingerprint}`)))
            return this.#unasked();
        const isUsual = port === undefined || port === 22;
        const name = (isUsual ? host : `[${host}]:${port}`).toLowerCase();
        const isPublished = fingerprints.length > 0 || publishedKeys.some((line) => line.split(' ')[0]?.split(',').includes(name));
        const scan = isUsual ? `ssh-keyscan ${host}` : `ssh-keyscan -p ${port} ${host}`;
        return new errors/* RemoteError */.Hi({
            kind: 'host-key',
            location: this.location,
            detail: isPublished
                ? `the host's key is none of those that ${host} publishes, so the connection was not made: somebody may stand between.${shown}`
                : `the host's key is not one of the known ones, so the connection was not made.${shown}`,
            remedy: isPublished
                ? "Compare it with the host's page on its SSH keys; only if it is there, put the key into `ssh-known-hosts`."
                : `If that is the fingerprint that the host's operator publishes, put the output of \`${scan}\` into \`ssh-known-hosts\`.`,
        });
    }
    #unasked() {
        this.#identity = undefined;
        return new errors/* RemoteError */.Hi({
            kind: 'interrupted',
            location: this.location,
            detail: 'the host could not be asked for its key by `ssh-keyscan`, so the connection was not made.',
            remedy: 'Run the mirror again; if that does not help, check that `ssh-keyscan` is installed.',
        });
    }
    async #prepareIdentity() {
        const { privateKey, knownHosts } = this.#settings;
        const args = [];
        if (privateKey !== undefined) {
            args.push('-i', this.#file(privateKey));
            args.push(...options({ IdentitiesOnly: 'yes', IdentityAgent: 'none', ControlPath: 'none' }));
        }
        const known = this.#file([knownHosts ?? '', ...(await this.#publishedKeys()), ''].join('\n'));
        const own = knownHosts === undefined ? ' ~/.ssh/known_hosts ~/.ssh/known_hosts2' : '';
        args.push(...options({ UserKnownHostsFile: `"${known}"${own}` }));
        if (knownHosts !== undefined)
            args.push(...options({ GlobalKnownHostsFile: '/dev/null' }));
        return args;
    }
    async #publishedKeys() {
        const { host, port, publishedKeys, fingerprints, limits, environment, signal } = this.#settings;
        if (fingerprints.length === 0)
            return publishedKeys;
        const scanned = await scanHostKeys({ host, port, environment, signal, timeoutMs: limits.connect });
        return scanned.filter(({ fingerprint }) => fingerprints.includes(fingerprint)).map(({ line }) => line);
    }
    #file(content) {
        const file = writePrivateFile(content);
        this.#files.push(file);
        return file.path;
    }
}
const SSH_FAILED = 255;
const PLAIN_PATH = /^[\w./@:+-]+$/;
const CHATTER = /^(?:debug\d: |OpenSSH_|Authenticated to |Transferred: |Bytes per second|Authenticating to |Warning: Permanently added|(?:error|remote):\s*$|$)/;
const OFFERED_KEY = /^debug1: Server host key: (\S+ SHA256:\S+)/;
const HOST_KEY_FAILED = /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/;
const UNKNOWN_REASON = { kind: 'ssh', detail: 'the connection failed.', remedy: 'Check the URL and the key.' };
const NO_KEY = {
    kind: 'unauthorized',
    detail: 'the server lets nobody in without a key that it knows.',
    remedy: 'Set `ssh-private-key` to the private half of a key that is registered there.',
};
const REASONS = [
    {
        pattern: /Permission denied \(|Too many authentication failures/,
        kind: 'unauthorized',
        detail: 'the server does not accept the key.',
        remedy: 'Check that `ssh-private-key` is the private half of a key that is registered there.',
    },
    {
        pattern: /Could not resolve hostname|Connection refused|No route to host|Network is unreachable|timed out/,
        kind: 'unreachable',
        detail: 'the host cannot be reached.',
        remedy: 'Check the URL and the network of the runner.',
    },
    {
        pattern: /does not appear to be a git repository|[Rr]epository not found|project you were looking for could not be found/,
        kind: 'not-found',
        detail: 'there is no such repository, or the key may not see it.',
        remedy: 'Check the path, and what the key may do.',
    },
    {
        pattern: /Connection (?:closed|reset)|Broken pipe/,
        kind: 'interrupted',
        detail: 'the connection broke.',
        remedy: 'Run the mirror again.',
    },
];
function linesOf({ errors }) {
    return errors.split(/\s*\n\s*/);
}
function said(end) {
    const telling = linesOf(end).filter((line) => !CHATTER.test(line));
    return (0,printable/* printable */.g)(telling.join(' ').trim(), 1000);
}
function options(values) {
    return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
function quoted(path) {
    return `'${path.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}


/***/ })

};
