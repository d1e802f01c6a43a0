export const id = 571;
export const ids = [571];
export const modules = {

/***/ 7571:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   relayObjects: () => (/* binding */ relayObjects)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(322);
/* harmony import */ var _protocol_http_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5412);
/* harmony import */ var _protocol_waiting_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1181);
/* harmony import */ var _store_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(426);





const AT_ONCE = 8;
const AT_ONCE_ON_ONE_SERVER = 4;
const ATTEMPTS = 3;
const SILENCES = 2;
const SLICE = 1000;
async function relayObjects(source, target, objects, settings) {
    const relay = new ObjectRelay(source, target, objects, settings);
    for (let from = 0; from < objects.length; from += SLICE)
        await relay.bring(objects.slice(from, from + SLICE));
    return relay;
}
class ObjectRelay {
    uploaded = 0;
    bytes = 0;
    failed = new Map();
    #source;
    #target;
    #settings;
    #heldUp = new Set();
    #width;
    #underWay = 0;
    #silences = 0;
    #givenUp;
    #passed = 0;
    #total;
    constructor(source, target, objects, settings) {
        this.#source = source;
        this.#target = target;
        this.#settings = settings;
        this.#width = isOneServer(source, target) ? AT_ONCE_ON_ONE_SERVER : AT_ONCE;
        this.#total = sum(objects);
    }
    async bring(objects) {
        const open = await this.#open(objects);
        this.#total -= sum(objects) - sum(open);
        if (this.#settings.dryRun)
            for (const object of open)
                this.#count(object);
        else if (open.length > 0) {
            this.#settings.onBegin();
            await this.#move(open);
        }
        for (const store of [this.#source, this.#target])
            store.forget(objects);
    }
    async #open(objects) {
        const { ref } = this.#settings;
        const lack = await this.#target.lacking(objects, ref);
        for (const [oid, why] of lack.unknown)
            this.failed.set(oid, why);
        if (lack.objects.length === 0)
            return [];
        const missing = await this.#source.locate(lack.objects, ref);
        for (const [oid, why] of missing)
            this.failed.set(oid, why);
        return lack.objects.filter(({ oid }) => !missing.has(oid));
    }
    async #move(objects) {
        let open = objects;
        while (open.length > 0) {
            const again = [];
            const next = open.values();
            const worker = async (_, number) => {
                for (const object of next) {
                    if ((await this.#relay(object)) === 'again')
                        again.push(object);
                    if (number >= this.#width)
                        return;
                }
            };
            await Promise.all(Array.from({ length: this.#width }, worker));
            open = again;
        }
    }
    async #relay(object) {
        const isAlone = this.#width === 1 && this.#underWay === 0;
        this.#underWay += 1;
        const why = this.#givenUp ?? (await this.#attempts(object));
        this.#underWay -= 1;
        if (why === undefined || !isSilence(why))
            this.#silences = 0;
        if (why === undefined)
            this.#count(object);
        else if (isSilence(why) && this.#mayTryOnce(object, why, isAlone))
            return 'again';
        else
            this.failed.set(object.oid, why.message);
        return 'done';
    }
    #mayTryOnce(object, why, isAlone) {
        if (this.#givenUp !== undefined)
            return false;
        if (isAlone)
            this.#silences += 1;
        if (this.#silences === SILENCES) {
            this.#givenUp = why;
            this.#tell(object, why, 'The objects that are left are given up.');
        }
        else if (!this.#heldUp.has(object.oid)) {
            this.#heldUp.add(object.oid);
            this.#width = 1;
            this.#tell(object, why, 'From here on objects go one by one.');
            return true;
        }
        return false;
    }
    async #attempts(object) {
        const { signal } = this.#settings;
        let isRefused = false;
        for (let attempt = 1;; attempt += 1) {
            signal.throwIfAborted();
            try {
                await this.#target.write(object, this.#counted((0,_store_js__WEBPACK_IMPORTED_MODULE_4__/* .checked */ .KD)(this.#source.read(object), object)));
                return undefined;
            }
            catch (error) {
                signal.throwIfAborted();
                const failure = (0,_protocol_http_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .settled */ .gu)(error);
                if (!(0,_protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isError */ .bJ)(failure))
                    throw failure;
                if (!mayPass(failure, isRefused) || attempt === ATTEMPTS)
                    return failure;
                isRefused ||= failure instanceof _store_js__WEBPACK_IMPORTED_MODULE_4__/* .RefusedTransfer */ .YH;
                const retryAfter = failure instanceof _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .RemoteError */ .Hi ? failure.retryAfter : undefined;
                const pause = (0,_protocol_waiting_js__WEBPACK_IMPORTED_MODULE_3__/* .pauseAfter */ .l)(attempt, retryAfter);
                const isAsked = retryAfter !== undefined;
                const whatThen = isAsked ? `It is begun again in ${(pause / 1000).toFixed(1)} s.` : 'It is begun again.';
                this.#tell(object, failure, whatThen);
                await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(pause, undefined, { signal });
            }
        }
    }
    async *#counted(content) {
        for await (const chunk of content) {
            this.#passed += chunk.length;
            this.#settings.onProgress(this.#passed, this.#total);
            yield chunk;
        }
    }
    #count({ size }) {
        this.uploaded += 1;
        this.bytes += size;
    }
    #tell({ oid }, { message }, whatThen) {
        this.#settings.onRetry(`Git LFS object ${oid}: ${message.replace(/\.$/, '')}. ${whatThen}`);
    }
}
function mayPass(failure, wasRefused) {
    if (failure instanceof _store_js__WEBPACK_IMPORTED_MODULE_4__/* .RefusedTransfer */ .YH)
        return !wasRefused;
    return failure instanceof _store_js__WEBPACK_IMPORTED_MODULE_4__/* .WrongContent */ .lN || (failure instanceof _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .RemoteError */ .Hi && failure.passing);
}
function isSilence(failure) {
    return failure instanceof _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .RemoteError */ .Hi && failure.kind === 'silent';
}
function sum(objects) {
    return objects.reduce((total, { size }) => total + size, 0);
}
function isOneServer(...stores) {
    const [one, other] = stores.map(({ location }) => (URL.canParse(location) ? new URL(location).host : undefined));
    return one !== undefined && one === other;
}


/***/ }),

/***/ 426:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KD: () => (/* binding */ checked),
/* harmony export */   YH: () => (/* binding */ RefusedTransfer),
/* harmony export */   lN: () => (/* binding */ WrongContent)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(322);


class RefusedTransfer extends _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .RemoteError */ .Hi {
    constructor({ kind, location, detail, remedy, cause }) {
        super({ kind, location, detail, cause, ...(remedy === undefined ? {} : { remedy }) });
    }
}
class WrongContent extends Error {
}
async function* checked(content, { oid, size }) {
    const digest = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    let length = 0;
    let held;
    for await (const chunk of content) {
        if (chunk.length === 0)
            continue;
        length += chunk.length;
        if (length > size)
            throw new WrongContent(`it is longer than the ${size} bytes that its pointer says`);
        digest.update(chunk);
        if (held !== undefined)
            yield held;
        held = chunk;
    }
    if (length < size)
        throw new WrongContent(`it has ${length} bytes instead of the ${size} that its pointer says`);
    if (digest.digest('hex') !== oid)
        throw new WrongContent('its content is not the one that its pointer says (SHA-256)');
    if (held !== undefined)
        yield held;
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


/***/ })

};
