export const id = 822;
export const ids = [822];
export const modules = {

/***/ 5412:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $C: () => (/* binding */ statusError),
/* harmony export */   $R: () => (/* binding */ mayTryAgain),
/* harmony export */   $t: () => (/* binding */ connectionError),
/* harmony export */   HY: () => (/* binding */ proxyRemedy),
/* harmony export */   gu: () => (/* binding */ settled),
/* harmony export */   pU: () => (/* binding */ saidInJson),
/* harmony export */   ub: () => (/* binding */ NothingSentError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(322);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3261);


class NothingSentError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi {
    asRemoteError() {
        const { kind, location, detail, remedy, cause } = this;
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({ kind, location, detail, cause, ...(remedy === undefined ? {} : { remedy }) });
    }
}
function settled(error) {
    return error instanceof NothingSentError ? error.asRemoteError() : error;
}
const TLS = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|EPROTO)/;
const UNREACHABLE = {
    ENOTFOUND: 'the host name is not known.',
    EAI_AGAIN: 'the host name cannot be looked up at the moment.',
    ECONNREFUSED: 'the host refuses the connection.',
    EHOSTUNREACH: 'there is no way to the host.',
    ENETUNREACH: 'there is no way to the network of the host.',
    ETIMEDOUT: 'the host does not answer.',
};
function connectionError(error, connection) {
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi || !(0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .isError */ .bJ)(error))
        return error;
    if (error.name === 'AbortError' || error instanceof DOMException)
        return error;
    const { location, nothingSent, proxy } = connection;
    if (proxy !== undefined && isOfProxy(error, nothingSent))
        return proxyError(error, location, proxy);
    const [part] = 'errors' in error ? error.errors : [error];
    const { code = '' } = part ?? error;
    if (TLS.test(code))
        return tlsError(error, code, location);
    const unreachable = UNREACHABLE[code];
    if (unreachable !== undefined) {
        return new NothingSentError({
            kind: 'unreachable',
            location,
            detail: unreachable,
            remedy: 'Check the URL and the network of the runner.',
            cause: error,
        });
    }
    const parts = {
        kind: 'interrupted',
        location,
        detail: `the connection broke (${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(code || error.message, 200)}).`,
        remedy: 'Run the mirror again; if it happens every time, look for a size or time limit of the server or a proxy.',
        cause: error,
    };
    return nothingSent ? new NothingSentError(parts) : new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi(parts);
}
const REFUSED_BY_PROXY = /^Bad response: (\d{3})$/;
function isOfProxy(error, nothingSent) {
    const { code = '' } = error;
    return nothingSent && !TLS.test(code);
}
function proxyRemedy({ variable }) {
    return `Check ${variable}, or name the host in NO_PROXY if it can be reached without the proxy.`;
}
function proxyError(error, location, proxy) {
    const status = REFUSED_BY_PROXY.exec(error.message)?.[1];
    const { code = error.message } = error;
    const said = status === undefined ? `cannot be used (${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(code, 200)})` : `refuses (HTTP ${status})`;
    const parts = {
        kind: 'proxy',
        location,
        detail: status === '407' ? `the proxy ${proxy.shown} wants a sign-in (HTTP 407).` : `the proxy ${proxy.shown} ${said}.`,
        remedy: status === '407'
            ? `Put user and password into ${proxy.variable}: http://user:password@host:port.`
            : proxyRemedy(proxy),
        cause: error,
    };
    return status === undefined || Number(status) >= 500 ? new NothingSentError(parts) : new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi(parts);
}
const CERTIFICATE_REMEDIES = {
    CERT_HAS_EXPIRED: 'Its operator has to renew it; also check the clock of this machine.',
    CERT_NOT_YET_VALID: 'Check the clock of this machine.',
    ERR_TLS_CERT_ALTNAME_INVALID: 'Check the host name in the URL: it is not the one that the certificate is for.',
};
function tlsError(error, code, location) {
    const plain = code === 'EPROTO' || code.startsWith('ERR_SSL_');
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
        kind: 'tls',
        location,
        detail: plain
            ? `no secure connection could be made (${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(code)}).`
            : `the server's certificate is not trusted (${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(code)}: ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(error.message, 200)}).`,
        remedy: plain
            ? 'Check the port, and whether the server speaks https at all.'
            : (CERTIFICATE_REMEDIES[code] ??
                'If the server uses a private certificate authority, give its certificate as `ca-certificate`.'),
        cause: error,
    });
}
function mayTryAgain(status) {
    return status === 429 || status === 502 || status === 503 || status === 504;
}
function statusError(answer) {
    const { location, status } = answer;
    if (status === 200)
        return notGit(answer);
    const meaning = MEANINGS[status] ?? (isRedirect(answer) ? movedOn : unknownStatus);
    const { remedy = '', ...parts } = meaning(answer, serverText(answer));
    const hint = hintFor(answer);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({ location, ...parts, remedy: hint === undefined ? remedy : `${remedy} ${hint}`, hint });
}
function hintFor({ hints, status, service }) {
    const hint = hints.byStatus[status];
    if (typeof hint !== 'object')
        return hint;
    return service === 'git-receive-pack' ? hint.write : hint.read;
}
const LATER = 'Run the mirror again later; if it happens every time, ask the operator of the server.';
const gaveUp = ({ status }, said) => ({
    kind: 'interrupted',
    detail: `the server gave up (HTTP ${status}).${said}`,
    remedy: LATER,
});
const MEANINGS = {
    401: ({ signedIn, hints }, said) => {
        const kind = 'unauthorized';
        if (!signedIn) {
            const detail = `the server wants a sign-in (HTTP 401).${said}`;
            return {
                kind,
                detail,
                remedy: `Set ${hints.token} (it is empty; so is a secret that does not exist), and check the URL.`,
            };
        }
        return hints.bearer === undefined
            ? {
                kind,
                detail: `the server does not accept the user name and token (HTTP 401).${said}`,
                remedy: `Check that ${hints.token} is right, has not expired and belongs to this host.`,
            }
            : {
                kind,
                detail: `the server does not accept ${hints.token} (HTTP 401).${said}`,
                remedy: 'Check that they are right and have not expired.',
            };
    },
    403: ({ service, hints }, said) => {
        const access = service === 'git-receive-pack' ? 'write to' : 'read';
        return {
            kind: 'forbidden',
            detail: `${hints.bearer ?? 'the token'} may not ${access} this repository (HTTP 403).${said}`,
            remedy: `Give ${hints.token} the permission to ${access} it.`,
        };
    },
    404: ({ hints }, said) => ({
        kind: 'not-found',
        detail: `there is no such repository, or it is not visible with this sign-in (HTTP 404).${said}`,
        remedy: `Check the URL; for a private repository check ${hints.token}.`,
    }),
    407: () => ({
        kind: 'proxy',
        detail: 'the proxy wants a sign-in (HTTP 407).',
        remedy: 'Put user and password into HTTP_PROXY: http://user:password@host:port.',
    }),
    408: gaveUp,
    413: (_answer, said) => ({
        kind: 'too-large',
        detail: `the server or a proxy in front of it refuses a push of this size (HTTP 413).${said}`,
        remedy: 'Raise its limit (nginx: client_max_body_size), or push over SSH.',
    }),
    429: (_answer, said) => ({
        kind: 'throttled',
        detail: `the server asks for fewer requests (HTTP 429).${said}`,
        remedy: 'Run the mirror again later.',
    }),
    502: gaveUp,
    503: gaveUp,
    504: gaveUp,
};
const movedOn = ({ redirectedTo = '', status }) => ({
    kind: 'redirect',
    detail: `the server redirects to ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(redirectedTo, 300)} (HTTP ${status}).`,
    remedy: 'Give the URL to which it redirects.',
});
const unknownStatus = ({ status }, said) => ({
    kind: 'http-status',
    detail: `the server answers with HTTP status ${status}.${said}`,
    remedy: status >= 500 ? LATER : 'Check the URL; if it is right, ask the operator of the server.',
});
function isRedirect({ status, redirectedTo }) {
    return redirectedTo !== undefined && status >= 300 && status < 400;
}
function notGit(answer) {
    const { location, type, beginning } = answer;
    if (/^[0-9a-f]{40,64}\t/.test(beginning) || (beginning === '' && type === 'text/plain')) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
            kind: 'dumb-http',
            location,
            detail: "the server offers only files (Git's dumb HTTP protocol), it runs no Git service.",
            remedy: 'Use a server with smart HTTP (git http-backend), or SSH.',
        });
    }
    const page = type === 'text/html' || /^\s*<(?:!doctype|html)/i.test(beginning);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
        kind: 'not-git',
        location,
        detail: page
            ? 'a web page is there, not a Git repository.'
            : `what answers is not a Git repository (content type "${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(type, 100)}").`,
        remedy: 'Check the URL: it is the one you would give to `git clone`. A page may also be a sign-in page or a proxy.',
    });
}
function serverText(answer) {
    if (answer.type !== 'text/plain')
        return '';
    const lines = answer.beginning
        .split('\n')
        .map((line) => line.trim().replace(/^(?:[0-9a-f]{4})+(?=# service=|[A-Z]{2}\d)/, ''))
        .filter((line) => line !== '' && !line.startsWith('# service='));
    const said = (0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)([...new Set(lines)].join(' '), 500);
    if (said === '')
        return '';
    return ` The server says: ${said}${/[.!?…]$/.test(said) ? '' : '.'}`;
}
const MOST_OF_BODY = 4096;
function saidInJson(body) {
    const quoted = /"(?:message|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body.slice(0, MOST_OF_BODY))?.[1] ?? '';
    const said = unescaped(quoted);
    return said === '' ? '' : ` The server says: ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(said, 300).replace(/\.$/, '')}.`;
}
const ESCAPED = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
function unescaped(text) {
    return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, code, character) => code === undefined ? (ESCAPED[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)));
}


/***/ }),

/***/ 1822:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ID: () => (/* binding */ ProgramTransport),
/* harmony export */   YT: () => (/* binding */ notInstalled),
/* harmony export */   mB: () => (/* binding */ runProgram)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8474);
/* harmony import */ var _http_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5412);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(322);
/* harmony import */ var _wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7844);
/* harmony import */ var _wire_transport_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7563);
/* harmony import */ var _waiting_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1181);







const NOT_INSTALLED = {
    git: { detail: 'the program `git` is not installed.', remedy: 'Install git, or put it on the PATH.' },
    ssh: { detail: 'the program `ssh` is not installed.', remedy: 'Install the OpenSSH client.' },
};
function notInstalled(program, location, end) {
    if (end.code !== null || !end.errors.includes('ENOENT'))
        return undefined;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RemoteError */ .Hi({ kind: 'program', location, ...NOT_INSTALLED[program] });
}
const LONGEST_ERRORS = 64 * 1024;
const LONGEST_OUTPUT = 64 * 1024;
async function runProgram(command, location, { limits, signal, openings }) {
    const opened = await openings?.begin();
    try {
        return await runAtOnce(command, location, { limits, signal });
    }
    finally {
        opened?.();
    }
}
async function runAtOnce(command, location, { limits, signal }) {
    signal.throwIfAborted();
    const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)(command.program, [...command.arguments], {
        env: { ...command.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
    });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(0, LONGEST_OUTPUT)));
    child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-LONGEST_ERRORS)));
    const ended = new Promise((resolve) => {
        child.once('error', (error) => resolve({ code: null, errors: error.message }));
        child.once('close', (code) => resolve({ code, errors }));
    });
    const end = await (0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .within */ .u)(ended, { ms: limits.silence, location, giveUp: () => void child.kill() });
    signal.throwIfAborted();
    return { ...end, output };
}
class Conversation {
    packets;
    ended;
    service;
    #transport;
    #child;
    #opened;
    #errors = '';
    #bodyFailure;
    #isSpent = false;
    constructor(service, command, transport, opened) {
        this.service = service;
        this.#transport = transport;
        this.#opened = opened;
        this.#child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)(command.program, [...command.arguments], {
            env: { ...command.environment },
            stdio: ['pipe', 'pipe', 'pipe'],
        });
        this.#child.stdin.on('error', () => undefined);
        this.#child.stderr.setEncoding('utf8').on('data', (text) => {
            this.#errors = (this.#errors + text).slice(-LONGEST_ERRORS);
        });
        this.ended = new Promise((resolve) => {
            this.#child.once('error', (error) => resolve({ code: null, errors: error.message }));
            this.#child.once('close', (code) => resolve({ code, errors: this.#errors }));
        });
        void this.ended.then(opened);
        this.packets = new _wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .PacketReader */ .KF(transport.location, this.#received());
    }
    get isReady() {
        return (!this.#isSpent &&
            this.#child.exitCode === null &&
            this.#child.signalCode === null &&
            this.#child.pid !== undefined);
    }
    send(body) {
        this.#isSpent = this.service === 'git-receive-pack';
        this.#write(body).catch((error) => {
            this.#bodyFailure = error;
            this.kill();
        });
    }
    kill() {
        this.#child.kill('SIGTERM');
        this.#child.stdout.destroy();
    }
    hangUp() {
        this.#child.stdin.end(_wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .FLUSH_BYTES */ .zv);
    }
    async #write(body) {
        const chunks = Buffer.isBuffer(body) ? [body] : body;
        const { stdin } = this.#child;
        for await (const chunk of chunks) {
            if (stdin.destroyed)
                return;
            this.#transport.traffic.bytesSent += chunk.length;
            if (!stdin.write(chunk)) {
                await (0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .within */ .u)(drainedOrClosed(stdin), this.#limit());
            }
        }
        if (this.service === 'git-receive-pack')
            stdin.end();
    }
    async *#received() {
        const chunks = this.#child.stdout[Symbol.asyncIterator]();
        try {
            for (;;) {
                const next = await (0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .within */ .u)(chunks.next(), this.#limit());
                this.#opened();
                if (next.done === true)
                    break;
                this.#transport.traffic.bytesReceived += next.value.length;
                yield next.value;
            }
        }
        catch (error) {
            if (this.#bodyFailure !== undefined)
                throw this.#bodyFailure;
            throw (0,_http_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .connectionError */ .$t)(error, { location: this.#transport.location, nothingSent: false });
        }
        const end = await this.ended;
        if (this.#bodyFailure !== undefined)
            throw this.#bodyFailure;
        if (end.code !== 0)
            throw this.#transport.failure(this.service, end);
    }
    #limit() {
        return {
            ms: this.#transport.settings.limits.silence,
            location: this.#transport.location,
            giveUp: () => this.kill(),
        };
    }
}
async function drainedOrClosed(stdin) {
    const done = new AbortController();
    const { signal } = done;
    try {
        await Promise.race([(0,node_events__WEBPACK_IMPORTED_MODULE_1__.once)(stdin, 'drain', { signal }), (0,node_events__WEBPACK_IMPORTED_MODULE_1__.once)(stdin, 'close', { signal })]);
    }
    finally {
        done.abort();
    }
}
class ProgramTransport {
    stateless = false;
    traffic = (0,_wire_transport_js__WEBPACK_IMPORTED_MODULE_6__/* .noTraffic */ .P)();
    settings;
    #idle = [];
    #all = new Set();
    #onAbort = () => void this.close();
    #isClosed = false;
    constructor(settings) {
        this.settings = settings;
        settings.signal.addEventListener('abort', this.#onAbort);
    }
    async advertise(service) {
        return this.#answer(await this.#start(service));
    }
    async request(service, body) {
        const conversation = this.#takeIdle(service) ?? (await this.#startPastAdvertisement(service));
        this.traffic.requests += 1;
        conversation.send(body);
        return this.#answer(conversation);
    }
    async close() {
        this.settings.signal.removeEventListener('abort', this.#onAbort);
        this.#isClosed = true;
        const conversations = [...this.#all];
        for (const conversation of conversations) {
            if (this.#idle.includes(conversation))
                conversation.hangUp();
            else
                conversation.kill();
        }
        this.#idle.length = 0;
        const patience = { ms: 2000, location: this.location, giveUp: () => conversations.forEach((one) => one.kill()) };
        await (0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .within */ .u)(Promise.all(conversations.map((one) => one.ended)), patience).catch(() => undefined);
    }
    async #start(service) {
        this.#throwIfClosed();
        const command = await this.command(service);
        const opened = (await this.settings.openings?.begin()) ?? (() => undefined);
        try {
            this.#throwIfClosed();
            this.traffic.requests += 1;
            const conversation = new Conversation(service, command, this, opened);
            return this.#kept(conversation);
        }
        catch (error) {
            opened();
            throw error;
        }
    }
    #kept(conversation) {
        this.#all.add(conversation);
        void conversation.ended.then(() => this.#all.delete(conversation));
        return conversation;
    }
    async #startPastAdvertisement(service) {
        const conversation = await this.#start(service);
        while ((await conversation.packets.need()) !== _wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .FLUSH */ .ZM)
            ;
        return conversation;
    }
    #throwIfClosed() {
        this.settings.signal.throwIfAborted();
        if (!this.#isClosed)
            return;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RemoteError */ .Hi({ kind: 'program', location: this.location, detail: 'the connection was given up.' });
    }
    #takeIdle(service) {
        const at = this.#idle.findIndex((one) => one.service === service && one.isReady);
        return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
    }
    #answer(conversation) {
        return {
            packets: conversation.packets,
            release: async () => {
                this.#idle.push(conversation);
            },
            abort: () => conversation.kill(),
        };
    }
}


/***/ }),

/***/ 1181:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ pauseAfter),
/* harmony export */   u: () => (/* binding */ within)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(322);
/* harmony import */ var _http_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5412);


async function within(promise, limit) {
    let timer;
    const silence = new Promise((_resolve, reject) => {
        timer = setTimeout(() => {
            reject(tooLate(limit));
            limit.giveUp();
        }, limit.ms);
    });
    try {
        return await Promise.race([promise, silence]);
    }
    finally {
        clearTimeout(timer);
        promise.catch(() => undefined);
    }
}
const MORE_TIME = 'Try again later, or raise `timeout` if the server needs longer.';
const CHECK_WAY = 'Check the URL, the port, and the firewall between the runner and the server.';
function tooLate({ ms, location, connecting, remedy = MORE_TIME }) {
    const kind = 'silent';
    const seconds = ms / 1000;
    if (connecting === undefined) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({ kind, location, detail: `the server said nothing for ${seconds} seconds.`, remedy });
    }
    const { proxy } = connecting;
    return proxy === undefined
        ? new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
            kind,
            location,
            detail: `no connection could be made within ${seconds} seconds.`,
            remedy: CHECK_WAY,
        })
        : new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
            kind,
            location,
            detail: `the proxy ${proxy.shown} made no connection within ${seconds} seconds.`,
            remedy: (0,_http_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .proxyRemedy */ .HY)(proxy),
        });
}
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_ASKED_PAUSE_MS = 120_000;
function pauseAfter(attempt, retryAfter, longestAsked = LONGEST_ASKED_PAUSE_MS) {
    const backoff = FIRST_PAUSE_MS * 4 ** (attempt - 1) * (1 + Math.random() / 2);
    return Math.max(Math.min(backoff, LONGEST_PAUSE_MS), Math.min(askedPause(retryAfter), longestAsked));
}
function askedPause(retryAfter = '') {
    if (/^\s*\d+(?:\.\d+)?\s*$/.test(retryAfter))
        return Number(retryAfter) * 1000;
    const until = Date.parse(retryAfter);
    return Number.isNaN(until) ? 0 : until - Date.now();
}


/***/ }),

/***/ 7563:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ noTraffic)
/* harmony export */ });
function noTraffic() {
    return { requests: 0, bytesSent: 0, bytesReceived: 0 };
}


/***/ })

};
