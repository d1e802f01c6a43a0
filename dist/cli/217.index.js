export const id = 217;
export const ids = [217];
export const modules = {

/***/ 9260:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ basicAuthorization)
/* harmony export */ });
function basicAuthorization({ username, password }) {
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}


/***/ }),

/***/ 217:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Q: () => (/* binding */ HttpClient)
});

// EXTERNAL MODULE: ./build/src/protocol/http/errors.js
var errors = __webpack_require__(5412);
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: ./build/src/protocol/credentials.js
var protocol_credentials = __webpack_require__(9260);
// EXTERNAL MODULE: ./build/src/protocol/location.js + 1 modules
var protocol_location = __webpack_require__(951);
;// CONCATENATED MODULE: ./build/src/protocol/http/route.js




class Route {
    proxy;
    #isSecure;
    #certificates;
    #proxy;
    #opening;
    #closing = new AbortController();
    constructor(server, network) {
        this.#isSecure = server.protocol === 'https:';
        this.#certificates = network.certificates;
        this.#proxy = (0,protocol_location/* isLoopback */.U9)(server.hostname) ? undefined : network.proxyFor(server);
        if (this.#proxy !== undefined) {
            const variable = this.#isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY';
            this.proxy = { shown: `${this.#proxy.protocol}//${this.#proxy.host}`, variable };
        }
        (0,external_node_events_.setMaxListeners)(0, this.#closing.signal);
    }
    open() {
        this.#opening ??= this.#wire().then((wiring) => new OpenRoute(wiring, this.#isSecure ? undefined : this.#proxy, this.#closing.signal));
        return this.#opening;
    }
    close() {
        this.#closing.abort();
    }
    async #wire() {
        const proxy = this.#proxy;
        if (!this.#isSecure && proxy?.protocol !== 'https:')
            return { request: external_node_http_.request, newAgent: (keepAlive) => new external_node_http_.Agent({ keepAlive }) };
        const { default: https } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 4708, 19));
        const trust = await trusting(this.#certificates);
        if (!this.#isSecure || proxy === undefined)
            return { request: https.request, newAgent: (keepAlive) => new https.Agent({ keepAlive, ...trust }) };
        const { HttpsProxyAgent } = await __webpack_require__.e(/* import() */ 611).then(__webpack_require__.bind(__webpack_require__, 9611));
        const proxyRequestOptions = { ...trust, signal: this.#closing.signal };
        const options = { proxy: withoutBrackets(proxy), ...trust, proxyRequestOptions };
        const newAgent = (keepAlive) => new HttpsProxyAgent({ keepAlive, ...options });
        return { request: https.request, newAgent };
    }
}
class OpenRoute {
    #wiring;
    #proxy;
    #kept;
    constructor(wiring, proxy, closing) {
        this.#wiring = wiring;
        this.#proxy = proxy;
        this.#kept = wiring.newAgent(true);
        closing.addEventListener('abort', () => this.#kept.destroy());
    }
    request({ method, url, headers, ownConnection }) {
        const { request, newAgent } = this.#wiring;
        const agent = ownConnection === true ? newAgent(false) : this.#kept;
        const proxy = this.#proxy;
        if (proxy === undefined)
            return request(url, { method, headers, agent });
        const { hostname, port } = withoutBrackets(proxy);
        const whole = { method, agent, path: url.href, headers: { Host: url.host, ...signInTo(proxy), ...headers } };
        return request({ ...whole, hostname, port });
    }
}
async function trusting(certificates) {
    if (certificates.length === 0)
        return {};
    const { createSecureContext, rootCertificates } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 1692, 19));
    return { secureContext: createSecureContext({ ca: [...rootCertificates, ...certificates] }) };
}
function withoutBrackets(url) {
    const { protocol, hostname, port, username, password } = url;
    return { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, username, password };
}
function signInTo(proxy) {
    if (proxy.username === '' && proxy.password === '')
        return {};
    const credentials = { username: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
    return { 'Proxy-Authorization': (0,protocol_credentials/* basicAuthorization */.a)(credentials) };
}

// EXTERNAL MODULE: ./build/src/protocol/waiting.js
var waiting = __webpack_require__(1181);
;// CONCATENATED MODULE: ./build/src/protocol/http/client.js



class HttpClient {
    #settings;
    #traffic;
    #route;
    #open = new Set();
    #closing = new AbortController();
    #onAbort = () => this.close();
    constructor(settings, traffic) {
        this.#settings = settings;
        this.#traffic = traffic;
        this.#route = new Route(settings.server, settings.network);
        settings.signal.addEventListener('abort', this.#onAbort);
    }
    close() {
        this.#settings.signal.removeEventListener('abort', this.#onAbort);
        this.#closing.abort();
        for (const request of this.#open)
            request.destroy();
        this.#open.clear();
        this.#route.close();
    }
    async send(request) {
        this.#traffic.requests += 1;
        const route = await this.#route.open();
        const { limits, signal } = this.#settings;
        signal.throwIfAborted();
        this.#closing.signal.throwIfAborted();
        const outgoing = route.request({
            ...request,
            headers: {
                'User-Agent': this.#settings.userAgent,
                ...lengthOf(request.body),
                ...request.headers,
            },
        });
        this.#open.add(outgoing);
        outgoing.once('close', () => this.#open.delete(outgoing));
        const abandon = () => void outgoing.destroy();
        const connected = connection(outgoing);
        return new Promise((resolve, reject) => {
            let answer;
            let isConnected = false;
            const fail = (error) => {
                if (answer === undefined)
                    reject(error);
                else
                    answer.bodyFailure ??= error;
            };
            const answered = new Promise((done, broken) => {
                outgoing.on('error', (error) => {
                    fail(this.#broken(error, !isConnected || outgoing.reusedSocket));
                    broken(error);
                });
                outgoing.once('response', (response) => {
                    answer = { response };
                    resolve(answer);
                    done();
                });
            });
            answered.catch(() => undefined);
            const conversation = async () => {
                const { proxy } = this.#route;
                const { location } = this.#settings;
                await (0,waiting/* within */.u)(connected, { ms: limits.connect, location, giveUp: abandon, connecting: { proxy } });
                isConnected = true;
                await this.#write(outgoing, request.body);
                await (0,waiting/* within */.u)(answered, this.#silence(abandon));
            };
            conversation().catch((error) => {
                fail(error);
                outgoing.destroy();
            });
        });
    }
    async *received(answer) {
        const { response } = answer;
        const chunks = response[Symbol.asyncIterator]();
        const limit = this.#silence(() => void response.destroy());
        try {
            for (;;) {
                const next = await (0,waiting/* within */.u)(chunks.next(), limit);
                if (next.done === true)
                    return;
                this.#traffic.bytesReceived += next.value.length;
                yield next.value;
            }
        }
        catch (error) {
            throw answer.bodyFailure ?? (0,errors/* settled */.gu)(this.#broken(error, false));
        }
        finally {
            response.destroy();
        }
    }
    async #write(outgoing, body) {
        if (body === undefined || Buffer.isBuffer(body)) {
            this.#traffic.bytesSent += body?.length ?? 0;
            outgoing.end(body);
            return;
        }
        for await (const chunk of body) {
            if (outgoing.destroyed || isRefused(outgoing))
                return;
            this.#traffic.bytesSent += chunk.length;
            if (!outgoing.write(chunk))
                await this.#drained(outgoing);
        }
        outgoing.end();
    }
    async #drained(outgoing) {
        const events = ['drain', 'close', 'response'];
        const drained = new Promise((resolve) => {
            const done = () => {
                for (const event of events)
                    outgoing.off(event, done);
                resolve();
            };
            for (const event of events)
                outgoing.on(event, done);
        });
        await (0,waiting/* within */.u)(drained, this.#silence(() => void outgoing.destroy()));
    }
    #silence(giveUp) {
        const { limits, location } = this.#settings;
        return { ms: limits.silence, location, giveUp, remedy: limits.remedyOfSilence };
    }
    #broken(error, nothingSent) {
        return (0,errors/* connectionError */.$t)(error, { location: this.#settings.location, nothingSent, proxy: this.#route.proxy });
    }
}
function isRefused(outgoing) {
    const { res } = outgoing;
    return (res?.statusCode ?? 200) !== 200;
}
function lengthOf(body) {
    return Buffer.isBuffer(body) ? { 'Content-Length': String(body.length) } : {};
}
function connection(outgoing) {
    return new Promise((resolve, reject) => {
        outgoing.once('error', reject);
        outgoing.once('socket', (socket) => {
            const isSecure = 'encrypted' in socket;
            const isShakingHands = isSecure && socket.getProtocol() === 'unknown';
            if (!socket.connecting && !isShakingHands)
                resolve();
            else
                socket.once(isSecure ? 'secureConnect' : 'connect', () => resolve());
        });
    });
}


/***/ }),

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
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7299);
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

/***/ 1181:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ pauseAfter),
/* harmony export */   u: () => (/* binding */ within)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7299);
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


/***/ })

};
