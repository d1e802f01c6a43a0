export const id = 423;
export const ids = [423];
export const modules = {

/***/ 426:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KD: () => (/* binding */ checked),
/* harmony export */   YH: () => (/* binding */ RefusedTransfer),
/* harmony export */   lN: () => (/* binding */ WrongContent)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7299);


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

/***/ 4423:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  sourceStore: () => (/* binding */ sourceStore),
  targetStore: () => (/* binding */ targetStore)
});

// EXTERNAL MODULE: ./build/src/protocol/credentials.js
var protocol_credentials = __webpack_require__(9260);
// EXTERNAL MODULE: ./build/src/protocol/errors.js
var errors = __webpack_require__(7299);
// EXTERNAL MODULE: ./build/src/protocol/location.js + 1 modules
var protocol_location = __webpack_require__(951);
// EXTERNAL MODULE: ./build/src/protocol/printable.js
var printable = __webpack_require__(3261);
// EXTERNAL MODULE: external "node:querystring"
var external_node_querystring_ = __webpack_require__(1792);
;// CONCATENATED MODULE: ./build/src/lfs/wire/action-secrets.js


const HARMLESS = /^(?:accept|content-|transfer-encoding$|user-agent$|x-amz-(?:content-|date$))/i;
const SHORTEST = 8;
function secretsIn(url, headers) {
    const inHeaders = Object.entries(headers).filter(([name]) => !HARMLESS.test(name));
    const inAddress = [...url.searchParams.values(), url.password, (0,external_node_querystring_.unescape)(url.password)];
    return [...new Set([...inHeaders.flatMap(([, value]) => partsOf(value)), ...inAddress])].filter(({ length }) => length >= SHORTEST);
}
function isExposed(url, headers) {
    if (url.protocol === 'https:' || (0,protocol_location/* isLoopback */.U9)(url.hostname))
        return false;
    const isSigned = url.search !== '' || url.username !== '' || url.password !== '';
    return isSigned || Object.keys(headers).some((name) => !HARMLESS.test(name));
}
function partsOf(value) {
    const bare = value.replace(/^\S+ +/, '');
    const pair = /^basic /i.test(value) ? Buffer.from(bare, 'base64').toString('utf8') : '';
    return [value, bare, pair.slice(pair.indexOf(':') + 1)];
}

;// CONCATENATED MODULE: ./build/src/lfs/wire/batch.js


function batchRequest(operation, objects, ref) {
    return Buffer.from(JSON.stringify({
        operation,
        transfers: ['basic'],
        ...(ref === undefined ? {} : { ref: { name: ref } }),
        objects: objects.map(({ oid, size }) => ({ oid, size })),
        hash_algo: 'sha256',
    }));
}
function readBatch(body, asked, endpoint, now) {
    const answer = parsed(body, endpoint);
    const transfer = textOf(answer.transfer);
    if (transfer !== undefined && transfer !== 'basic') {
        throw wrong(endpoint, `it wants the transfer "${(0,printable/* printable */.g)(transfer, 50)}", but was offered "basic"`);
    }
    if (!Array.isArray(answer.objects))
        throw wrong(endpoint, 'its answer has no list of objects');
    const sizes = new Map(asked.map(({ oid, size }) => [oid, size]));
    return answer.objects.flatMap((one) => {
        const object = fieldsOf(one);
        const size = sizes.get(textOf(object.oid) ?? '');
        return size === undefined ? [] : [batchedObject(object, { oid: textOf(object.oid) ?? '', size }, endpoint, now)];
    });
}
function batchedObject(object, pointer, endpoint, now) {
    const actions = actionsOf(object.actions ?? object._links, endpoint);
    const action = (name) => readAction(actions[name], endpoint, now);
    const [download, upload, verify] = [action('download'), action('upload'), action('verify')];
    const error = readError(object.error);
    if (Object.keys(actions).length > 0 && (download ?? upload ?? error) === undefined)
        throw wrong(endpoint, 'it names actions for an object, but neither an upload nor a download');
    return { ...pointer, authenticated: object.authenticated === true, download, upload, verify, error };
}
function actionsOf(value, endpoint) {
    const isNone = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!isNone && (typeof value !== 'object' || Array.isArray(value)))
        throw wrong(endpoint, 'the actions that it names for an object are none');
    return fieldsOf(value);
}
function readAction(value, endpoint, now, refusal = (why) => wrong(endpoint, why)) {
    if (value === undefined || value === null)
        return undefined;
    const fields = fieldsOf(value);
    const href = textOf(fields.href);
    if (href === undefined)
        throw refusal('it names an action without an address');
    if (CONTROL.test(href) || !URL.canParse(href, endpoint.href))
        throw refusal('it names an address that is none');
    const url = new URL(href, endpoint);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
        throw refusal('it names an address of another kind than http');
    return { href: url, header: readHeader(fields.header, refusal), expiresAt: expiry(fields, now) };
}
const CONTROL = /[\u0000-\u001f\u007f]/;
const NOT_FOR_SERVERS = /^(?:host|connection|content-length|transfer-encoding|proxy-.*|upgrade|te|trailer)$/i;
function readHeader(value, refusal) {
    const entries = Object.entries(fieldsOf(value)).filter(([name]) => !NOT_FOR_SERVERS.test(name));
    for (const [name, content] of entries) {
        const isFit = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof content === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(content);
        if (!isFit)
            throw refusal('it wants a header that is none');
    }
    return Object.fromEntries(entries);
}
function expiry({ expires_in: seconds, expires_at: at }, now) {
    if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds !== 0)
        return now + seconds * 1000;
    const time = Date.parse(textOf(at) ?? '');
    return Number.isNaN(time) || time <= 0 ? undefined : time;
}
function readError(value) {
    if (value === undefined || value === null)
        return undefined;
    const { code, message } = fieldsOf(value);
    const number = Number(code);
    return { code: Number.isInteger(number) ? number : 0, message: (0,printable/* printable */.g)(textOf(message ?? value) ?? '', 300) };
}
function parsed(body, endpoint) {
    try {
        return fieldsOf(JSON.parse(body));
    }
    catch {
        throw wrong(endpoint, 'its answer is no JSON');
    }
}
function fieldsOf(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
function textOf(value) {
    return typeof value === 'string' ? value : undefined;
}
function wrong(endpoint, detail) {
    return new errors/* RemoteError */.Hi({
        kind: 'lfs',
        location: endpoint.origin + endpoint.pathname,
        detail: `the Git LFS server breaks its protocol: ${detail}.`,
        remedy: 'Check that the URL is that of a Git LFS server and that no proxy alters the answer.',
    });
}

;// CONCATENATED MODULE: ./build/src/lfs/wire/errors.js


const INSECURE_REMEDY = "Ask the server's administrator for https addresses (Gitea: `ROOT_URL`), or set `allow-insecure-http` if you trust the network.";
const later = 'Run the mirror again later.';
const gone = {
    kind: 'lfs',
    detail: 'the Git LFS server offers the object, but it is not there (HTTP 404).',
    remedy: later,
};
const MEANINGS = {
    401: ({ signedIn, tokenName }) => ({
        kind: 'unauthorized',
        detail: signedIn
            ? 'the Git LFS server does not accept the token (HTTP 401).'
            : 'the Git LFS server wants a sign-in (HTTP 401).',
        remedy: signedIn ? `Check that ${tokenName ?? 'it'} is right and has not expired.` : signInRemedy(tokenName),
    }),
    403: ({ operation, asked, signedIn, tokenName }) => ({
        kind: 'forbidden',
        detail: signedIn || asked === 'object'
            ? `the token may not ${operation === 'upload' ? 'write' : 'read'} Git LFS objects (HTTP 403).`
            : `nobody may ${operation === 'upload' ? 'write' : 'read'} Git LFS objects without a sign-in (HTTP 403).`,
        remedy: tokenName !== undefined && (signedIn || asked === 'object')
            ? `Give ${tokenName} the permission to ${operation === 'upload' ? 'write to' : 'read'} the repository.`
            : signInRemedy(tokenName),
    }),
    404: ({ asked, operation }) => asked === 'object'
        ? gone
        : {
            kind: 'lfs',
            detail: operation === 'upload'
                ? 'there is no Git LFS server for this repository, or it is not visible with this sign-in (HTTP 404).'
                : 'there is no Git LFS server for this repository, or it holds none of the objects, or it is not visible with this sign-in (HTTP 404).',
            remedy: 'Switch Git LFS on for it, or set `lfs: never` to mirror without the objects.',
        },
    413: () => ({
        kind: 'too-large',
        detail: 'the Git LFS server or a proxy in front of it refuses an object of this size (HTTP 413).',
        remedy: 'Raise its limit (nginx: client_max_body_size).',
    }),
    422: () => ({
        kind: 'lfs',
        detail: 'the Git LFS server refuses the object as it is (HTTP 422).',
        remedy: "Look at the server's words.",
    }),
    429: () => ({ kind: 'throttled', detail: 'the Git LFS server asks for fewer requests (HTTP 429).', remedy: later }),
    501: () => ({
        kind: 'lfs',
        detail: 'the server has no Git LFS (HTTP 501).',
        remedy: 'Switch Git LFS on for it, or set `lfs: never` to mirror without the objects.',
    }),
    507: () => ({
        kind: 'lfs',
        detail: 'the Git LFS storage is full (HTTP 507).',
        remedy: 'Raise the quota or make room, then run the mirror again.',
    }),
    509: () => ({
        kind: 'lfs',
        detail: 'the bandwidth of the Git LFS server is used up (HTTP 509).',
        remedy: 'Raise the quota, or run the mirror again when it begins anew.',
    }),
};
const CHECK_KEY = 'Check what the SSH key may do.';
const MEANINGS_OVER_SSH = {
    401: ({ signedIn }) => ({
        kind: 'unauthorized',
        detail: signedIn
            ? 'the Git LFS server does not accept the sign-in that git-lfs-authenticate gave (HTTP 401).'
            : 'the Git LFS server wants a sign-in, and git-lfs-authenticate gave none (HTTP 401).',
        remedy: CHECK_KEY,
    }),
    403: ({ operation }) => ({
        kind: 'forbidden',
        detail: `the sign-in that git-lfs-authenticate gave may not ${operation === 'upload' ? 'write' : 'read'} Git LFS objects (HTTP 403).`,
        remedy: CHECK_KEY,
    }),
};
function signInRemedy(tokenName) {
    return tokenName === undefined
        ? 'Only the `.lfsconfig` of the source names that server, so nothing that signs in is sent there: let everybody read the objects, or set `lfs: never` to mirror without them.'
        : `Set ${tokenName}.`;
}
const unknown = ({ status }) => ({
    kind: status >= 500 ? 'interrupted' : 'lfs',
    detail: `the Git LFS server answers with HTTP status ${status}.`,
    remedy: later,
});
const movedOn = ({ status, redirectedTo }) => ({
    kind: 'redirect',
    detail: `the Git LFS server redirects to ${(0,printable/* printable */.g)(shown(redirectedTo), 300)} (HTTP ${status}).`,
    remedy: 'Give the URL to which it redirects.',
});
function shown(url) {
    if (url === undefined)
        return 'nowhere';
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin + url.pathname : `${url.protocol}…`;
}
function lfsStatusError(answer) {
    const { location, status, retryAfter, said, isOverSsh } = answer;
    const known = (isOverSsh ? MEANINGS_OVER_SSH[status] : undefined) ?? MEANINGS[status];
    const { detail, ...parts } = (known ?? (isRedirect(status) ? movedOn : unknown))(answer);
    return new errors/* RemoteError */.Hi({ location, detail: detail + said, retryAfter, ...parts });
}
function isRedirect(status) {
    return [301, 302, 303, 307, 308].includes(status);
}

;// CONCATENATED MODULE: ./build/src/lfs/wire/access.js







function knownAccess(endpoint, credentials) {
    const headers = () => credentials === undefined ? {} : { Authorization: (0,protocol_credentials/* basicAuthorization */.a)(credentials()) };
    return async () => ({ endpoint, headers, expiresAt: undefined });
}
function accessOverSsh(question, otherwise) {
    return async (operation) => {
        const answer = await question.authenticate(operation);
        if ('output' in answer)
            return readAnswer(answer.output, question);
        const access = await otherwise(operation);
        const { refusal } = answer;
        if (refusal === '')
            return access;
        return { ...access, before: `Over SSH, git-lfs-authenticate was refused: ${refusal.replace(/\.$/, '')}.` };
    };
}
function readAnswer(answer, { location, allowInsecureHttp, onSecret, now }) {
    const unusable = (why) => new errors/* RemoteError */.Hi({
        kind: 'lfs',
        location,
        detail: `the answer of git-lfs-authenticate over SSH names no Git LFS server${why}.`,
        remedy: 'Check what runs under that name on the server.',
    });
    const action = readAction(access_parsed(answer), NOWHERE, now(), (why) => unusable(`: ${why}`));
    if (action === undefined || action.href.hostname === NOWHERE.hostname)
        throw unusable('');
    const header = signInOf(action);
    secretsIn(action.href, header).forEach(onSecret);
    if (isExposed(action.href, header) && !allowInsecureHttp)
        throw exposing(location, action.href);
    return {
        endpoint: (0,protocol_location/* bareUrl */.cq)(action.href),
        headers: () => header,
        expiresAt: action.expiresAt,
        isOverSsh: true,
    };
}
function exposing(location, { origin }) {
    return new errors/* RemoteError */.Hi({
        kind: 'lfs',
        location,
        detail: `git-lfs-authenticate over SSH names ${origin}, where what signs in would be readable on the way.`,
        remedy: INSECURE_REMEDY,
    });
}
const NOWHERE = new URL('https://unknown.invalid');
function signInOf({ href, header }) {
    if (href.username === '' && href.password === '')
        return header;
    const [username, password] = [decoded(href.username), decoded(href.password)];
    return { Authorization: (0,protocol_credentials/* basicAuthorization */.a)({ username, password }), ...header };
}
function configuredAccess(read, otherwise, own) {
    let configured;
    return async (operation) => {
        configured ??= read();
        const text = await configured.catch((error) => {
            configured = undefined;
            throw error;
        });
        if (text === undefined)
            return otherwise(operation);
        const url = readConfigured(text, own);
        if (url.origin === own.origin)
            return knownAccess(url, own.credentials)(operation);
        return { ...(await knownAccess(url, undefined)(operation)), isForeign: true };
    };
}
function readConfigured(text, { location, origin }) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && origin.startsWith('http:'));
    if (url === undefined || !isSafe) {
        throw new errors/* RemoteError */.Hi({
            kind: 'lfs',
            location,
            detail: `its .lfsconfig says that the Git LFS objects are at "${(0,printable/* printable */.g)(text.replace(/^.*@/s, '*****@'), 300)}", which is no https URL.`,
            remedy: 'Correct `lfs.url` in that file, or set `lfs: never` to mirror without the objects.',
        });
    }
    return (0,protocol_location/* bareUrl */.cq)(url);
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
function access_parsed(answer) {
    try {
        return JSON.parse(answer);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/src/lfs/wire/configuration.js
const CONFIGURATION = '.lfsconfig';
const LARGEST = 64 * 1024;
function configuredUrl(content) {
    if (content.length > LARGEST)
        return undefined;
    const values = new ConfigurationReader(content.toString('utf8')).read();
    return values?.get('lfs.url') ?? values?.get('remote.origin.lfsurl');
}
function configuredStorage(content) {
    const storage = new ConfigurationReader(content.toString('utf8')).read()?.get('lfs.storage');
    return storage === '' ? undefined : storage;
}
class ConfigurationReader {
    #text;
    #values = new Map();
    #at = 0;
    #section = '';
    constructor(text) {
        this.#text = text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
    }
    read() {
        for (;;) {
            const [blank = ''] = this.#match(/(?:\s|[#;][^\n]*)*/y) ?? [];
            this.#at += blank.length;
            if (this.#at >= this.#text.length)
                return this.#values;
            if (!(this.#text[this.#at] === '[' ? this.#heading() : this.#entry()))
                return undefined;
        }
    }
    #heading() {
        const found = this.#match(/\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y);
        if (found === null)
            return false;
        this.#at += found[0].length;
        const [, name = '', part] = found;
        this.#section = name.toLowerCase() + (part === undefined ? '' : `.${part.replace(/\\(.)/g, '$1')}`);
        return true;
    }
    #entry() {
        const found = this.#match(/([A-Za-z][A-Za-z0-9-]*)[ \t]*(=|(?=\n|$|[#;]))/y);
        if (found === null)
            return false;
        this.#at += found[0].length;
        const [, name = '', equals] = found;
        if (equals !== '=')
            return true;
        const value = this.#value();
        if (value === undefined)
            return false;
        this.#values.set(`${this.#section}.${name.toLowerCase()}`, value);
        return true;
    }
    #value() {
        let [value, space] = ['', ''];
        for (;;) {
            const part = this.#match(/([^\S\n]+)|([#;][^\n]*)|"((?:[^"\\\n]|\\[^])*)"|((?:[^\s"\\#;]|\\[^])+)/y);
            if (part === null)
                return /\n|$/y.test(this.#text.slice(this.#at, this.#at + 1)) ? value : undefined;
            this.#at += part[0].length;
            const [, blank, , quoted, bare] = part;
            if (blank !== undefined && value !== '')
                space += blank;
            const text = unescaped(quoted ?? bare ?? '');
            if (text === undefined)
                return undefined;
            if (text !== '')
                [value, space] = [value + space + text, ''];
        }
    }
    #match(pattern) {
        pattern.lastIndex = this.#at;
        return pattern.exec(this.#text);
    }
}
function unescaped(text) {
    const wrong = Array.from(text.matchAll(/\\([^])/g), ([, next = '']) => next).some((next) => !ESCAPES.has(next));
    return wrong ? undefined : text.replace(/\\([^])/g, (_, next) => ESCAPES.get(next) ?? '');
}
const ESCAPES = new Map([
    ['\n', ''],
    ['t', '\t'],
    ['b', '\b'],
    ['n', '\n'],
    ['\\', '\\'],
    ['"', '"'],
]);

;// CONCATENATED MODULE: ./build/src/lfs/wire/endpoint.js
function lfsEndpoint(location) {
    switch (location.kind) {
        case 'http':
            return below(location.url);
        case 'ssh': {
            const host = location.host.includes(':') ? `[${location.host}]` : location.host;
            const path = location.path.replace(/^\/*/, '/').split('/').map(encodeURIComponent).join('/');
            const remote = `https://${host}${path}`;
            return URL.canParse(remote) ? below(new URL(remote)) : undefined;
        }
    }
}
function below(remote) {
    const url = new URL(remote);
    const path = url.pathname.replace(/\/+$/, '');
    url.pathname = `${path.endsWith('.git') ? path : `${path}.git`}/info/lfs`;
    return url;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: ./build/src/protocol/programs/git-folder.js
var git_folder = __webpack_require__(2183);
;// CONCATENATED MODULE: ./build/src/lfs/relay/folder.js







class FolderStore {
    location;
    #objects;
    constructor(path) {
        this.location = path;
    }
    async lacking(objects) {
        const held = await Promise.all(objects.map((object) => this.#holds(object)));
        return { objects: objects.filter((_object, index) => held[index] !== true), unknown: new Map() };
    }
    async locate(objects) {
        const lacking = await this.lacking(objects);
        const why = `${this.location} does not hold it (\`git lfs fetch --all\` there brings it)`;
        return new Map(lacking.objects.map(({ oid }) => [oid, why]));
    }
    async *read(object) {
        yield* (0,external_node_fs_.createReadStream)(this.#path(object));
    }
    async write(object, content) {
        const path = this.#path(object);
        await (0,promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true });
        const unfinished = `${path}.${(0,external_node_crypto_.randomUUID)()}.part`;
        try {
            await (0,external_node_stream_promises_.pipeline)(content, (0,external_node_fs_.createWriteStream)(unfinished, { flags: 'wx' }));
            await (0,promises_.rename)(unfinished, path);
        }
        catch (error) {
            await (0,promises_.rm)(unfinished, { force: true });
            throw error;
        }
    }
    forget() {
    }
    close() {
    }
    async #holds(object) {
        const found = await (0,promises_.stat)(this.#path(object)).catch(() => undefined);
        return found?.size === object.size;
    }
    #path({ oid }) {
        this.#objects ??= objectsFolder(this.location);
        return (0,external_node_path_.join)(this.#objects, oid.slice(0, 2), oid.slice(2, 4), oid);
    }
}
function objectsFolder(path) {
    const folder = (0,git_folder/* gitFolder */.n)(path);
    const config = (0,external_node_path_.join)(folder, 'config');
    const storage = (0,external_node_fs_.existsSync)(config) ? configuredStorage((0,external_node_fs_.readFileSync)(config)) : undefined;
    return (0,external_node_path_.join)((0,external_node_path_.resolve)(folder, storage ?? 'lfs'), 'objects');
}

// EXTERNAL MODULE: ./build/src/protocol/http/errors.js
var http_errors = __webpack_require__(5412);
;// CONCATENATED MODULE: ./build/src/lfs/wire/batch-cache.js




const MEDIA_TYPE = 'application/vnd.git-lfs+json';
const MOST_OBJECTS = 100;
class Batches {
    #connection;
    #now;
    #known = { download: new Map(), upload: new Map() };
    #ref;
    #most = MOST_OBJECTS;
    constructor(connection, now) {
        this.#connection = connection;
        this.#now = now;
    }
    async ask(operation, objects, ref) {
        this.#ref = ref;
        const refused = new Map();
        let at = 0;
        while (at < objects.length) {
            const part = objects.slice(at, at + this.#most);
            const answer = await this.#ask(operation, part).catch(orRefusal);
            if (answer === 'too-many')
                this.#most = Math.ceil(part.length / 2);
            else
                at += part.length;
            if (typeof answer === 'string')
                continue;
            const concerned = answer.kind === 'lfs' ? part : objects.slice(at - part.length);
            for (const { oid } of concerned)
                refused.set(oid, answer.message);
            if (answer.kind !== 'lfs')
                break;
        }
        return refused;
    }
    known(operation, { oid }) {
        return this.#known[operation].get(oid);
    }
    async current(operation, object) {
        const known = this.known(operation, object);
        if (known !== undefined && this.#connection.isCurrent(known[operation]?.expiresAt))
            return known;
        await this.#ask(operation, [object]);
        const told = this.known(operation, object);
        if (told !== undefined)
            return told;
        const { location } = this.#connection;
        throw new errors/* RemoteError */.Hi({ kind: 'lfs', location, detail: 'the Git LFS server says nothing of it.' });
    }
    forget(operation, { oid }) {
        this.#known[operation].delete(oid);
    }
    async #ask(operation, objects) {
        const access = await this.#connection.access(operation);
        return this.#askAt(access, operation, objects).catch((error) => {
            throw withBefore((0,http_errors/* settled */.gu)(error), access.before);
        });
    }
    async #askAt(access, operation, objects) {
        const answer = await this.#connection.patiently({
            method: 'POST',
            url: batchUrl(access),
            headers: { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE, ...access.headers() },
            body: batchRequest(operation, objects, this.#ref),
        });
        if (answer.status === 413 && objects.length > 1)
            return 'too-many';
        if (answer.status !== 200)
            throw await this.#connection.statusError(answer, answer.body, operation, 'batch');
        const told = readBatch(answer.body, objects, access.endpoint, this.#now());
        for (const one of this.#withoutSecrets(told))
            this.#known[operation].set(one.oid, one);
        return 'told';
    }
    #withoutSecrets(objects) {
        if (objects.every(({ error }) => error === undefined))
            return objects;
        const actions = objects.flatMap(({ download, upload, verify }) => [download, upload, verify]);
        const hide = this.#connection.hiding(actions.flatMap((action) => (action === undefined ? [] : secretsIn(action.href, action.header))));
        return objects.map(({ error, ...one }) => ({
            ...one,
            error: error === undefined ? undefined : { ...error, message: hide(error.message) },
        }));
    }
}
function batchUrl({ endpoint }) {
    return new URL(`${endpoint.href.replace(/\/$/, '')}/objects/batch`);
}
function withBefore(error, before) {
    if (before === undefined || !(error instanceof errors/* RemoteError */.Hi))
        return error;
    const { kind, location, detail, remedy, retryAfter, cause } = error;
    const parts = { kind, location, detail: `${detail} ${before}`, retryAfter, cause };
    return new errors/* RemoteError */.Hi(remedy === undefined ? parts : { ...parts, remedy });
}
function orRefusal(error) {
    const failure = (0,http_errors/* settled */.gu)(error);
    if (failure instanceof errors/* RemoteError */.Hi)
        return failure;
    throw failure;
}

// EXTERNAL MODULE: ./build/src/protocol/http/client.js + 1 modules
var http_client = __webpack_require__(217);
// EXTERNAL MODULE: ./build/src/protocol/waiting.js
var waiting = __webpack_require__(1181);
;// CONCATENATED MODULE: ./build/src/lfs/wire/connection.js






const ATTEMPTS = 4;
const MOST_REDIRECTS = 5;
const LARGEST_TEXT = 16 * 1024 * 1024;
const TOO_SOON = 10_000;
class LfsConnection {
    #settings;
    #traffic;
    #clients = new Map();
    #access = new Map();
    #location;
    constructor(settings, traffic) {
        this.#settings = settings;
        this.#traffic = traffic;
        this.#location = settings.location;
    }
    get location() {
        return this.#location;
    }
    isCurrent(expiresAt) {
        return expiresAt === undefined || expiresAt - this.#settings.clock.now() > TOO_SOON;
    }
    async access(operation) {
        const earlier = this.#access.get(operation);
        const known = await earlier?.catch(() => undefined);
        if (known !== undefined && this.isCurrent(known.expiresAt))
            return known;
        const latest = this.#access.get(operation);
        if (latest !== undefined && latest !== earlier)
            return latest;
        const found = this.#patiently(async () => this.#settings.findAccess(operation));
        this.#access.set(operation, found);
        const access = await found;
        this.#location = access.endpoint.href;
        return access;
    }
    async patiently(request) {
        const { url, headers } = request;
        return this.#patiently(async (isLast) => {
            const answer = await this.#client(url).send(request);
            const status = answer.response.statusCode ?? 0;
            if (!isLast && ((0,http_errors/* mayTryAgain */.$R)(status) || status === 500))
                throw this.#notNow(answer, status);
            const answered = { answer, url, headers, status };
            return { ...answered, body: await this.text(answered) };
        });
    }
    async #patiently(ask) {
        const { onRetry, signal, limits } = this.#settings;
        for (let attempt = 1;; attempt += 1) {
            const isLast = attempt === ATTEMPTS;
            try {
                return await ask(isLast);
            }
            catch (error) {
                const failure = (0,http_errors/* settled */.gu)(error);
                if (isLast || !(failure instanceof errors/* RemoteError */.Hi) || !failure.passing)
                    throw failure;
                const { location, detail, retryAfter } = failure;
                const pause = (0,waiting/* pauseAfter */.l)(attempt, retryAfter, limits.silence);
                onRetry(`${location}: ${detail} Trying again in ${(pause / 1000).toFixed(1)} s.`);
                await this.#settings.clock.sleep(pause, signal);
            }
        }
    }
    #notNow({ response }, status) {
        response.destroy();
        const retryAfter = response.headers['retry-after'];
        return new errors/* RemoteError */.Hi({
            kind: 'interrupted',
            location: this.location,
            detail: `HTTP status ${status}.`,
            retryAfter,
        });
    }
    async following(first) {
        let request = first;
        for (let redirects = 0;; redirects += 1) {
            const { url, headers } = request;
            const answer = await this.#sent(request);
            const status = answer.response.statusCode ?? 0;
            const isElsewhere = first.method === 'GET' && isRedirect(status);
            const next = isElsewhere && redirects < MOST_REDIRECTS ? redirection(answer, url) : undefined;
            const answered = { answer, url, headers, status };
            if (next === undefined)
                return answered;
            await this.text(answered);
            request = { ...request, url: next, headers: next.origin === url.origin ? headers : {} };
        }
    }
    content({ answer, url }) {
        return this.#client(url).received(answer);
    }
    async text(answer) {
        const parts = [];
        let length = 0;
        for await (const chunk of this.content(answer)) {
            parts.push(chunk);
            length += chunk.length;
            if (length > LARGEST_TEXT)
                throw this.#tooLong();
        }
        return Buffer.concat(parts).toString('utf8');
    }
    async statusError({ answer, url, headers: sent, status }, body, operation, asked) {
        const { location = '', 'retry-after': retryAfter } = answer.response.headers;
        const { endpoint, headers, isOverSsh = false, isForeign = false } = await this.#found(operation);
        return lfsStatusError({
            location: this.location,
            status,
            said: this.hiding(secretsIn(url, sent))((0,http_errors/* saidInJson */.pU)(body)),
            operation,
            asked,
            redirectedTo: URL.canParse(location, endpoint.href) ? new URL(location, endpoint) : undefined,
            retryAfter,
            signedIn: Object.keys(headers()).length > 0,
            isOverSsh,
            tokenName: isForeign ? undefined : this.#settings.tokenName,
        });
    }
    async refuseExposing(operation, { href, header }) {
        if (this.#settings.allowInsecureHttp || !isExposed(href, header))
            return;
        const { endpoint } = await this.#found(operation);
        if (endpoint.protocol !== 'https:')
            return;
        throw new errors/* RemoteError */.Hi({
            kind: 'lfs',
            location: this.location,
            detail: `the Git LFS server names ${href.origin} for it, where what signs in would be readable on the way.`,
            remedy: INSECURE_REMEDY,
        });
    }
    hiding(secrets) {
        return this.#settings.hiding(secrets);
    }
    close() {
        for (const client of this.#clients.values())
            client.close();
    }
    async #found(operation) {
        return this.#access.get(operation) ?? this.access(operation);
    }
    async #sent(request) {
        const client = this.#client(request.url);
        return client.send(request).catch(async (error) => {
            if (request.method !== 'GET' || !(error instanceof http_errors/* NothingSentError */.ub))
                throw error;
            return client.send(request);
        });
    }
    #client(url) {
        const known = this.#clients.get(url.origin);
        if (known !== undefined)
            return known;
        const { network, userAgent, limits, signal } = this.#settings;
        const settings = { server: url, location: this.location, network, userAgent, limits, signal };
        const client = new http_client/* HttpClient */.Q(settings, this.#traffic);
        this.#clients.set(url.origin, client);
        return client;
    }
    #tooLong() {
        return new errors/* RemoteError */.Hi({
            kind: 'lfs',
            location: this.location,
            detail: `the Git LFS server's answer is longer than ${LARGEST_TEXT} bytes.`,
        });
    }
}
function redirection({ response }, from) {
    const { location } = response.headers;
    if (location === undefined || !URL.canParse(location, from.href))
        return undefined;
    const to = new URL(location, from);
    return to.protocol === 'https:' || to.protocol === from.protocol ? to : undefined;
}

// EXTERNAL MODULE: ./build/src/lfs/relay/store.js
var store = __webpack_require__(426);
;// CONCATENATED MODULE: ./build/src/lfs/relay/server.js




class ServerStore {
    #connection;
    #batches;
    constructor(settings, traffic) {
        this.#connection = new LfsConnection(settings, traffic);
        this.#batches = new Batches(this.#connection, settings.clock.now);
    }
    get location() {
        return this.#connection.location;
    }
    async lacking(objects, ref) {
        const unknown = await this.#batches.ask('upload', objects, ref);
        const lacking = objects.filter((object) => {
            const answer = this.#batches.known('upload', object);
            return answer === undefined || answer.upload !== undefined || answer.error !== undefined;
        });
        return { objects: lacking.filter(({ oid }) => !unknown.has(oid)), unknown };
    }
    async locate(objects, ref) {
        const refused = await this.#batches.ask('download', objects, ref);
        return new Map(objects.flatMap((object) => {
            const answer = this.#batches.known('download', object);
            if (answer?.download !== undefined)
                return [];
            const why = answer?.error === undefined ? 'does not offer it' : said(answer.error);
            return [[object.oid, refused.get(object.oid) ?? `${this.location} ${why}`]];
        }));
    }
    async *read(object) {
        const batched = await this.#batches.current('download', object);
        const action = batched.download;
        if (action === undefined)
            throw this.#without(batched);
        const headers = await this.#headers('download', batched, action);
        yield* this.#connection.content(await this.#act('download', object, { method: 'GET', url: action.href, headers }));
    }
    async write(object, content) {
        const batched = await this.#batches.current('upload', object);
        const action = batched.upload;
        if (action === undefined) {
            if (batched.error !== undefined)
                throw this.#without(batched);
            return;
        }
        const headers = {
            'Content-Type': 'application/octet-stream',
            ...(await this.#headers('upload', batched, action)),
            'Content-Length': String(object.size),
        };
        let sent = 0;
        const body = counted(content, (bytes) => (sent += bytes));
        const request = { method: 'PUT', url: action.href, headers, body, ownConnection: true };
        await this.#connection.text(await this.#act('upload', object, request));
        if (sent < object.size)
            throw this.#tooEarly(sent, object);
        if (batched.verify !== undefined)
            await this.#verify(object, batched, batched.verify);
    }
    forget(objects) {
        for (const object of objects) {
            this.#batches.forget('download', object);
            this.#batches.forget('upload', object);
        }
    }
    close() {
        this.#connection.close();
    }
    async #act(operation, object, request) {
        const answer = await this.#connection.following(request);
        if (isSuccess(answer))
            return answer;
        this.#batches.forget(operation, object);
        const body = await this.#connection.text(answer);
        const failure = await this.#connection.statusError(answer, body, operation, 'object');
        throw isSignInRefused(answer) ? new store/* RefusedTransfer */.YH(failure) : failure;
    }
    async #verify({ oid, size }, batched, action) {
        const own = await this.#headers('upload', batched, action);
        const answer = await this.#connection.patiently({
            method: 'POST',
            url: action.href,
            headers: { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE, ...own },
            body: Buffer.from(JSON.stringify({ oid, size })),
        });
        if (!isSuccess(answer))
            throw await this.#connection.statusError(answer, answer.body, 'upload', 'object');
    }
    #without({ error }) {
        const why = error === undefined ? 'offers no way for it' : said(error);
        return new errors/* RemoteError */.Hi({ kind: 'lfs', location: this.location, detail: `the Git LFS server ${why}.` });
    }
    #tooEarly(sent, { size }) {
        return new errors/* RemoteError */.Hi({
            kind: 'interrupted',
            location: this.location,
            detail: `the Git LFS server says that the object is stored, though only ${sent} of its ${size} bytes were sent.`,
            remedy: 'Look for what answers in its place, such as a proxy.',
        });
    }
    async #headers(operation, { authenticated }, action) {
        await this.#connection.refuseExposing(operation, action);
        const { href, header } = action;
        const bringsOwn = Object.keys(header).some((name) => name.toLowerCase() === 'authorization');
        if (authenticated || bringsOwn)
            return { ...header };
        const { endpoint, headers } = await this.#connection.access(operation);
        return { ...(href.origin === endpoint.origin ? headers() : {}), ...header };
    }
}
async function* counted(content, onBytes) {
    for await (const chunk of content) {
        onBytes(chunk.length);
        yield chunk;
    }
}
function isSignInRefused({ status }) {
    return status === 401 || status === 403;
}
function isSuccess({ status }) {
    return status >= 200 && status < 300;
}
function said({ code, message }) {
    if (message === '')
        return code === 0 ? 'refuses it and says no reason' : `says ${code}`;
    return `says${code === 0 ? '' : ` ${code}`}: ${message}`;
}

// EXTERNAL MODULE: ./build/src/options/endpoint.js + 4 modules
var options_endpoint = __webpack_require__(1362);
// EXTERNAL MODULE: ./build/src/options/secrets.js + 1 modules
var options_secrets = __webpack_require__(9810);
// EXTERNAL MODULE: ./build/src/lfs/search/tip-files.js
var tip_files = __webpack_require__(3829);
;// CONCATENATED MODULE: ./build/src/lfs/relay/stores.js









function sourceStore(endpoint, transport, source, settings) {
    const { location } = endpoint;
    if (location.kind === 'local')
        return new FolderStore(location.path);
    const own = ownAccess(endpoint, transport, settings, "Name the server that has its objects in the source's `.lfsconfig`");
    const { origin, href } = lfsEndpoint(location) ?? { origin: '', href: transport.location };
    const credentials = (0,options_endpoint/* signInFor */.qN)(endpoint, settings.clock.now);
    const configuration = new SourceConfiguration(source);
    const access = configuredAccess(() => configuration.url(), own, { location: href, origin, credentials });
    return withDoubt(serverStore(endpoint.signInHint, href, access, settings), configuration);
}
function targetStore(endpoint, transport, elsewhere, settings) {
    const { location } = endpoint;
    if (elsewhere !== undefined) {
        const { url, credentials } = elsewhere;
        const isSame = location.kind !== 'local' && lfsEndpoint(location)?.origin === url.origin;
        const own = isSame ? (0,options_endpoint/* signInFor */.qN)(endpoint, settings.clock.now) : undefined;
        const access = knownAccess(url, credentials === undefined ? own : () => credentials);
        const isTokenUsed = credentials === undefined && isSame;
        return serverStore(isTokenUsed ? endpoint.signInHint : 'the sign-in in `lfs-url`', url.href, access, settings);
    }
    if (location.kind === 'local')
        return new FolderStore(location.path);
    const access = ownAccess(endpoint, transport, settings, 'Name another Git LFS server for the target with `lfs-url`');
    const href = lfsEndpoint(location)?.href ?? transport.location;
    return serverStore(endpoint.signInHint, href, access, settings);
}
function serverStore(tokenName, location, findAccess, { traffic, ...settings }) {
    const hiding = (secrets) => {
        const hidden = new options_secrets/* Secrets */.Sb(secrets);
        return (text) => hidden.redact(text);
    };
    return new ServerStore({ ...settings, location, findAccess, tokenName, hiding }, traffic);
}
function ownAccess(endpoint, transport, settings, otherwise) {
    const { location, host } = endpoint;
    if (location.kind === 'local')
        throw new TypeError('a folder is not reached by requests');
    if (host.hasNoLfs === true)
        return withoutLfs(host.title, transport.location, otherwise);
    const url = lfsEndpoint(location);
    const byHttps = url === undefined
        ? withoutUrl(transport.location, otherwise)
        : knownAccess(url, (0,options_endpoint/* signInFor */.qN)(endpoint, settings.clock.now));
    if (!canAsk(transport))
        return byHttps;
    const authenticate = async (operation) => transport.ask('git-lfs-authenticate', operation);
    const { clock, onSecret, allowInsecureHttp } = settings;
    const question = { location: transport.location, authenticate, allowInsecureHttp, onSecret, now: clock.now };
    return accessOverSsh(question, byHttps);
}
function canAsk(transport) {
    return 'ask' in transport;
}
function withoutUrl(location, otherwise) {
    return async () => {
        throw new errors/* RemoteError */.Hi({
            kind: 'lfs',
            location,
            detail: 'no https URL of a Git LFS server can be made of this address.',
            remedy: `${otherwise}, or set \`lfs: never\` to mirror without the objects.`,
        });
    };
}
function withoutLfs(title, location, otherwise) {
    return async () => {
        throw new errors/* RemoteError */.Hi({
            kind: 'lfs',
            location,
            detail: `${title} has no Git LFS.`,
            remedy: `${otherwise}, or set \`lfs: never\` to mirror without the objects.`,
        });
    };
}
class SourceConfiguration {
    isUnread = false;
    #source;
    constructor(source) {
        this.#source = source;
    }
    async url() {
        const { defaultTip } = this.#source;
        if (defaultTip === undefined)
            return undefined;
        const files = await new tip_files/* TipFiles */.r(this.#source).inRoots(CONFIGURATION, [defaultTip]);
        this.isUnread = files === undefined;
        const [file] = files ?? [];
        const url = file === undefined ? '' : configuredUrl(file);
        return url === '' ? undefined : url;
    }
}
const UNREAD = 'Another server may have it: the `.lfsconfig` of the source could not be read, because its Git server gives no file alone. ' +
    'Set `uploadpack.allowFilter` there, or mirror from a clone that holds the objects.';
function withDoubt(store, configuration) {
    const locate = async (objects, ref) => {
        const missing = await store.locate(objects, ref);
        if (!configuration.isUnread)
            return missing;
        return new Map(Array.from(missing, ([oid, why]) => [oid, `${why.replace(/\.$/, '')}. ${UNREAD}`]));
    };
    return {
        get location() {
            return store.location;
        },
        locate,
        lacking: (objects, ref) => store.lacking(objects, ref),
        read: (object) => store.read(object),
        write: (object, content) => store.write(object, content),
        forget: (objects) => {
            store.forget(objects);
        },
        close: () => {
            store.close();
        },
    };
}


/***/ }),

/***/ 9084:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BA: () => (/* binding */ addPointer),
/* harmony export */   Mc: () => (/* binding */ entriesOf),
/* harmony export */   _p: () => (/* binding */ PointerHistory),
/* harmony export */   ej: () => (/* binding */ PointerFinder),
/* harmony export */   g7: () => (/* binding */ treeOf),
/* harmony export */   tk: () => (/* binding */ TREE_MODE),
/* harmony export */   y6: () => (/* binding */ taggedBy)
/* harmony export */ });
/* harmony import */ var _protocol_wire_object_format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7435);
/* harmony import */ var _wire_pointer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4702);


function addPointer(found, pointer) {
    const first = found.get(pointer.oid);
    if (first === undefined)
        found.set(pointer.oid, { ...pointer, otherSizes: new Set() });
    else if (first.size !== pointer.size)
        first.otherSizes?.add(pointer.size);
}
const TREE_MODE = '40000';
const SUBMODULE_MODE = '160000';
const DEEPEST = 2048;
class PointerFinder {
    #objects;
    #idLength;
    constructor(objects, format) {
        this.#objects = objects;
        this.#idLength = (0,_protocol_wire_object_format_js__WEBPACK_IMPORTED_MODULE_0__/* .idBytes */ .DM)(format);
    }
    all(tips) {
        const found = new Map();
        const seen = new Set();
        for (const tree of this.#treesOf(tips)) {
            this.#visit(tree, '', seen, 0, (pointer) => addPointer(found, pointer));
        }
        return found;
    }
    named(name, tips) {
        const ids = new Set();
        const trees = new Set(this.#treesOf(tips));
        for (const tree of trees) {
            for (const entry of this.#entries(tree)) {
                if (entry.mode === TREE_MODE)
                    trees.add(entry.id);
                else if (entry.name === name)
                    ids.add(entry.id);
            }
        }
        const files = [...ids];
        return {
            contents: files.flatMap((id) => this.#objects.get(id)?.content ?? []),
            elsewhere: files.filter((id) => !this.#objects.has(id)),
        };
    }
    holding(tips, oids) {
        const inTree = new Map();
        const history = new PointerHistory();
        for (const { id, tree, next } of this.#reachable(tips)) {
            const own = tree === undefined ? undefined : this.#firstIn(tree, oids, inTree, 0);
            history.add(id, next, own);
        }
        return history.holding(tips);
    }
    *#treesOf(tips) {
        for (const { tree } of this.#reachable(tips))
            if (tree !== undefined)
                yield tree;
    }
    *#reachable(tips) {
        const seen = new Set(tips);
        for (const id of seen) {
            const object = this.#objects.get(id);
            if (object?.type === 'tree')
                yield { id, tree: id, next: [] };
            if (object?.type !== 'commit' && object?.type !== 'tag')
                continue;
            const links = linksOf(object.content);
            yield { id, ...links };
            for (const one of links.next)
                seen.add(one);
        }
    }
    #visit(tree, path, seen, depth, tell) {
        if (seen.has(tree) || depth > DEEPEST)
            return;
        seen.add(tree);
        for (const { mode, name, id } of this.#entries(tree)) {
            if (mode === TREE_MODE)
                this.#visit(id, `${path}${name}/`, seen, depth + 1, tell);
            else if (!seen.has(id)) {
                seen.add(id);
                const pointer = this.#pointer(id);
                if (pointer !== undefined)
                    tell({ ...pointer, path: path + name });
            }
        }
    }
    #firstIn(tree, oids, known, depth) {
        if (known.has(tree) || depth > DEEPEST)
            return known.get(tree);
        let first;
        for (const { mode, name, id } of this.#entries(tree)) {
            const below = mode === TREE_MODE ? this.#firstIn(id, oids, known, depth + 1) : undefined;
            const pointer = below ?? this.#pointer(id);
            if (pointer === undefined || !oids.has(pointer.oid))
                continue;
            first = { ...pointer, path: below === undefined ? name : `${name}/${below.path}` };
            break;
        }
        known.set(tree, first);
        return first;
    }
    #entries(tree) {
        const object = this.#objects.get(tree);
        return object?.type === 'tree' ? entriesOf(object.content, this.#idLength) : [];
    }
    #pointer(blob) {
        const object = this.#objects.get(blob);
        return object?.type === 'blob' ? (0,_wire_pointer_js__WEBPACK_IMPORTED_MODULE_1__/* .parsePointer */ .v)(object.content) : undefined;
    }
}
class PointerHistory {
    #holding = new Map();
    #children = new Map();
    add(id, parents, own) {
        if (own !== undefined) {
            this.#holding.set(id, own);
            return;
        }
        for (const parent of parents) {
            const others = this.#children.get(parent);
            if (others === undefined)
                this.#children.set(parent, [id]);
            else
                others.push(id);
        }
    }
    holding(tips) {
        for (const [id, pointer] of this.#holding) {
            for (const child of this.#children.get(id) ?? [])
                if (!this.#holding.has(child))
                    this.#holding.set(child, pointer);
        }
        return new Map(tips.flatMap((tip) => {
            const pointer = this.#holding.get(tip);
            return pointer === undefined ? [] : [[tip, pointer]];
        }));
    }
}
function* entriesOf(tree, idLength) {
    for (let at = 0; at < tree.length;) {
        const space = tree.indexOf(0x20, at);
        const end = tree.indexOf(0, space + 1);
        if (space < 0 || end < 0 || end + 1 + idLength > tree.length)
            return;
        const mode = tree.toString('latin1', at, space);
        const id = tree.toString('hex', end + 1, end + 1 + idLength);
        if (mode !== SUBMODULE_MODE)
            yield { mode, name: tree.toString('utf8', space + 1, end), id };
        at = end + 1 + idLength;
    }
}
const LINK = /^(tree|parent|object) ([0-9a-f]{40,64})$/gm;
function treeOf(commit) {
    return linksOf(commit).tree;
}
function taggedBy(tag) {
    return linksOf(tag).next[0];
}
function linksOf(content) {
    const end = content.indexOf('\n\n');
    const headers = content.toString('latin1', 0, end < 0 ? content.length : end);
    const links = Array.from(headers.matchAll(LINK), ([, name = '', id = '']) => ({ name, id }));
    return {
        tree: links.find(({ name }) => name === 'tree')?.id,
        next: links.filter(({ name }) => name !== 'tree').map(({ id }) => id),
    };
}


/***/ }),

/***/ 3829:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ TipFiles)
/* harmony export */ });
/* harmony import */ var _finder_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9084);
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7299);
/* harmony import */ var _protocol_wire_object_format_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7435);
/* harmony import */ var _protocol_wire_pack_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(381);




const MOST_WANTS = 1000;
const LARGEST_ANSWER = { bytes: 16 * 1024 * 1024, content: 64 * 1024 * 1024 };
class TipFiles {
    #source;
    #objects = new Map();
    constructor(source) {
        this.#source = source;
    }
    async inRoots(name, tips) {
        if (!this.#source.canDeepen || !(await this.#load(tips, 'tree:0', 1)))
            return undefined;
        const trees = tips.flatMap((tip) => this.#rootTree(tip) ?? []);
        if (!(await this.#load(trees, 'tree:0')))
            return undefined;
        return this.contents(trees.flatMap((tree) => this.#filesIn(tree, name)));
    }
    async inFolders(name, tips) {
        if (!this.#source.canDeepen || !(await this.#load(tips, 'blob:none', 1)))
            return undefined;
        const trees = new Set(tips.flatMap((tip) => this.#rootTree(tip) ?? []));
        for (const tree of trees) {
            for (const { mode, id } of this.#entries(tree))
                if (mode === _finder_js__WEBPACK_IMPORTED_MODULE_0__/* .TREE_MODE */ .tk)
                    trees.add(id);
        }
        return this.contents([...trees].flatMap((tree) => this.#filesIn(tree, name)));
    }
    async contents(files) {
        const ids = [...new Set(files)];
        if (!(await this.#load(ids, 'tree:0')))
            return undefined;
        return ids.flatMap((id) => this.#objects.get(id)?.content ?? []);
    }
    #rootTree(tip) {
        let id = tip;
        for (const seen = new Set(); id !== undefined && !seen.has(id);) {
            seen.add(id);
            const object = this.#objects.get(id);
            if (object?.type === 'tree')
                return id;
            if (object?.type === 'commit')
                return (0,_finder_js__WEBPACK_IMPORTED_MODULE_0__/* .treeOf */ .g7)(object.content);
            id = object?.type === 'tag' ? (0,_finder_js__WEBPACK_IMPORTED_MODULE_0__/* .taggedBy */ .y6)(object.content) : undefined;
        }
        return undefined;
    }
    #filesIn(tree, name) {
        return [...this.#entries(tree)].flatMap((entry) => entry.name === name && entry.mode !== _finder_js__WEBPACK_IMPORTED_MODULE_0__/* .TREE_MODE */ .tk ? [entry.id] : []);
    }
    #entries(tree) {
        const object = this.#objects.get(tree);
        return object?.type === 'tree' ? (0,_finder_js__WEBPACK_IMPORTED_MODULE_0__/* .entriesOf */ .Mc)(object.content, (0,_protocol_wire_object_format_js__WEBPACK_IMPORTED_MODULE_2__/* .idBytes */ .DM)(this.#source.format)) : [];
    }
    async #load(ids, filter, depth) {
        const open = [...new Set(ids)].filter((id) => filter !== 'tree:0' || !this.#objects.has(id));
        for (let from = 0; from < open.length; from += MOST_WANTS) {
            const objects = await this.#ask(open.slice(from, from + MOST_WANTS), filter, depth);
            if (objects === undefined)
                return false;
            for (const [id, object] of objects)
                this.#objects.set(id, object);
        }
        return true;
    }
    async #ask(wants, filter, depth) {
        const { location, format, canFilter } = this.#source;
        const request = { wants, haves: [], done: true, ofsDelta: true, filter: canFilter ? filter : undefined, depth };
        try {
            const { pack } = await this.#source.fetch(request);
            return pack === undefined ? new Map() : await (0,_protocol_wire_pack_js__WEBPACK_IMPORTED_MODULE_3__/* .readObjects */ .$I)(pack, { location, format }, LARGEST_ANSWER);
        }
        catch (error) {
            if ((0,_protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .isRefusal */ .vu)(error))
                return undefined;
            throw error;
        }
    }
}


/***/ }),

/***/ 4702:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ LARGEST_POINTER),
/* harmony export */   v: () => (/* binding */ parsePointer)
/* harmony export */ });
const LARGEST_POINTER = 1023;
const VERSIONS = ['https://git-lfs.github.com/spec/v1', 'https://hawser.github.com/spec/v1', 'http://git-media.io/v/2'];
const KEYS = ['version', 'oid', 'size'];
const OID = /^sha256:([0-9a-f]{64})$/;
const SIZE = /^\+?\d+$/;
const EXTENSION = /^ext-\d-\w/;
function parsePointer(content) {
    if (content.length > LARGEST_POINTER || !content.includes('version '))
        return undefined;
    const fields = fieldsOf(content.toString('latin1'));
    const own = fields.filter(({ key }) => KEYS.includes(key));
    if (own.map(({ key }) => key).join() !== KEYS.join() || fields.at(-1)?.key !== 'size')
        return undefined;
    const extensions = fields.filter((field) => !own.includes(field));
    if (!extensions.every(({ key, value }) => EXTENSION.test(key) && OID.test(value)))
        return undefined;
    const [version = '', digest = '', length = ''] = own.map(({ value }) => value);
    const oid = OID.exec(digest)?.[1];
    return VERSIONS.includes(version) && oid !== undefined ? sized(oid, length) : undefined;
}
function sized(oid, length) {
    const size = SIZE.test(length) ? Number(length) : NaN;
    return Number.isSafeInteger(size) ? { oid, size } : undefined;
}
function fieldsOf(text) {
    const lines = text.trim().split(/\r?\n/);
    return lines.flatMap((line) => {
        const [key = ''] = line.split(' ', 1);
        return line === '' ? [] : [{ key, value: line.slice(key.length + 1) }];
    });
}


/***/ })

};
