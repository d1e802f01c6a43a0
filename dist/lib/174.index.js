export const id = 174;
export const ids = [174];
export const modules = {

/***/ 3174:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HttpTransport: () => (/* binding */ HttpTransport)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _credentials_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(9260);
/* harmony import */ var _client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(217);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5412);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(322);
/* harmony import */ var _wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7844);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3261);
/* harmony import */ var _wire_transport_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7563);
/* harmony import */ var _waiting_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1181);









const ATTEMPTS = 3;
const ATTEMPTS_WHEN_THROTTLED = 6;
const MOST_REDIRECTS = 5;
const WHOLE_BODY_BYTES = 1024 * 1024;
class HttpTransport {
    location;
    stateless = true;
    traffic = (0,_wire_transport_js__WEBPACK_IMPORTED_MODULE_6__/* .noTraffic */ .P)();
    #settings;
    #client;
    #closing = new AbortController();
    #base;
    constructor(settings) {
        this.#settings = settings;
        this.#base = settings.url.href.replace(/\/+$/, '');
        this.location = this.#base;
        this.#client = new _client_js__WEBPACK_IMPORTED_MODULE_1__/* .HttpClient */ .Q({ ...settings, server: settings.url, location: this.location }, this.traffic);
    }
    async advertise(service) {
        let url = this.#url(`/info/refs?service=${service}`);
        for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
            const answer = await this.#readAgain(() => this.#send({ method: 'GET', url, headers: { Accept: '*/*', Pragma: 'no-cache', ...protocolHeader(service) } }));
            const { statusCode = 0, headers } = answer.response;
            if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
                await this.#expect(answer, service, 'advertisement');
                return this.#answer(answer);
            }
            answer.response.destroy();
            url = this.#redirected(url, headers.location, service);
        }
        throw this.#redirectError(`is redirected more than ${MOST_REDIRECTS} times.`);
    }
    async request(service, body) {
        const send = async (whole) => this.#send({
            method: 'POST',
            url: this.#url(`/${service}`),
            headers: {
                Accept: `application/x-${service}-result`,
                'Content-Type': `application/x-${service}-request`,
                ...protocolHeader(service),
            },
            body: whole,
            ownConnection: service === 'git-receive-pack',
        });
        const whole = await gather(body);
        const reading = service === 'git-upload-pack' && Buffer.isBuffer(whole);
        const answer = reading ? await this.#readAgain(() => send(whole)) : await this.#sendOnce(() => send(whole), whole);
        await this.#expect(answer, service, 'result');
        return this.#answer(answer);
    }
    async close() {
        this.#closing.abort();
        this.#client.close();
    }
    async #readAgain(send) {
        for (let attempt = 1;; attempt += 1) {
            const last = attempt >= ATTEMPTS;
            try {
                const answer = await send();
                const { statusCode = 0 } = answer.response;
                const isEnough = statusCode === 429 ? attempt >= ATTEMPTS_WHEN_THROTTLED : last;
                if (isEnough || !(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .mayTryAgain */ .$R)(statusCode))
                    return answer;
                await this.#pause(attempt, `HTTP status ${answer.response.statusCode}.`, answer.response.headers['retry-after']);
                answer.response.destroy();
            }
            catch (error) {
                if (last || !(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RemoteError */ .Hi) || !isPassing(error))
                    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .settled */ .gu)(error);
                await this.#pause(attempt, error.detail);
            }
        }
    }
    async #sendOnce(send, body) {
        for (let attempt = 1;; attempt += 1) {
            try {
                const answer = await send();
                const isPutOff = answer.response.statusCode === 429 && Buffer.isBuffer(body) && attempt < ATTEMPTS_WHEN_THROTTLED;
                if (!isPutOff)
                    return answer;
                await this.#pause(attempt, 'HTTP status 429.', answer.response.headers['retry-after']);
                answer.response.destroy();
            }
            catch (error) {
                const again = error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .NothingSentError */ .ub && Buffer.isBuffer(body) && attempt < ATTEMPTS;
                if (!again)
                    throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .settled */ .gu)(error);
                await this.#pause(attempt, error.detail);
            }
        }
    }
    async #pause(attempt, why, retryAfter) {
        this.#settings.signal.throwIfAborted();
        const pause = (0,_waiting_js__WEBPACK_IMPORTED_MODULE_5__/* .pauseAfter */ .l)(attempt, retryAfter);
        this.#settings.onRetry(`${this.location}: ${why} Trying again in ${(pause / 1000).toFixed(1)} s.`);
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(pause, undefined, { signal: AbortSignal.any([this.#settings.signal, this.#closing.signal]) });
    }
    #send(request) {
        return this.#client.send({ ...request, headers: { ...this.#authorization(), ...request.headers } });
    }
    #answer(answer) {
        const packets = new _wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .PacketReader */ .KF(this.location, this.#client.received(answer));
        return {
            packets,
            release: async () => {
                while ((await packets.next()) !== undefined)
                    ;
            },
            abort: () => void answer.response.destroy(),
        };
    }
    async #expect(answer, service, kind) {
        const { response } = answer;
        const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
        const status = response.statusCode ?? 0;
        if (status === 200 && type === `application/x-${service}-${kind}`) {
            if ((response.headers['content-encoding'] ?? 'identity') === 'identity')
                return;
            response.destroy();
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ProtocolError */ .bd(this.location, 'the answer is compressed, which was not asked for');
        }
        const beginning = await this.#beginning(answer);
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .statusError */ .$C)({
            location: this.location,
            status,
            type: type ?? '',
            beginning,
            redirectedTo: response.headers.location,
            signedIn: this.#settings.credentials !== undefined,
            hints: this.#settings.hints,
            service,
        });
    }
    async #beginning(answer) {
        const parts = [];
        let length = 0;
        try {
            for await (const chunk of this.#client.received(answer)) {
                parts.push(chunk);
                length += chunk.length;
                if (length > 1024)
                    break;
            }
        }
        catch {
        }
        return Buffer.concat(parts).toString('utf8', 0, 1024);
    }
    #redirected(from, location, service) {
        const suffix = `/info/refs?service=${service}`;
        if (!URL.canParse(location, from.href))
            throw this.#redirectError('is redirected to something that is no URL.');
        const to = new URL(location, from);
        to.username = '';
        to.password = '';
        if (to.origin !== from.origin) {
            throw this.#redirectError(`is redirected to another server, ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_7__/* .printable */ .g)(to.origin + to.pathname.replace(/\/info\/refs$/, ''), 300)}; that is not followed, so that no credential goes astray.`, 'Give that URL instead, if it is the right one.');
        }
        if (!to.href.endsWith(suffix)) {
            throw this.#redirectError(`is redirected to ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_7__/* .printable */ .g)(to.href, 300)}, which is not a Git repository.`);
        }
        this.#base = to.href.slice(0, -suffix.length);
        return to;
    }
    #redirectError(detail, remedy = 'Check the URL.') {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RemoteError */ .Hi({ kind: 'redirect', location: this.location, detail: `the repository ${detail}`, remedy });
    }
    #url(suffix) {
        return new URL(this.#base + suffix);
    }
    #authorization() {
        const credentials = this.#settings.credentials?.();
        return credentials === undefined ? {} : { Authorization: (0,_credentials_js__WEBPACK_IMPORTED_MODULE_8__/* .basicAuthorization */ .a)(credentials) };
    }
}
function isPassing(error) {
    return error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .NothingSentError */ .ub || error.kind === 'interrupted';
}
function protocolHeader(service) {
    return service === 'git-upload-pack' ? { 'Git-Protocol': 'version=2' } : {};
}
async function gather(body) {
    if (Buffer.isBuffer(body))
        return body;
    const chunks = body[Symbol.asyncIterator]();
    const parts = [];
    let length = 0;
    while (length <= WHOLE_BODY_BYTES) {
        const next = await chunks.next();
        if (next.done === true)
            return Buffer.concat(parts);
        parts.push(next.value);
        length += next.value.length;
    }
    return resumed(parts, chunks);
}
async function* resumed(parts, rest) {
    try {
        for (let part = parts.shift(); part !== undefined; part = parts.shift())
            yield part;
        for (let next = await rest.next(); next.done !== true; next = await rest.next())
            yield next.value;
    }
    finally {
        await rest.return?.();
    }
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
