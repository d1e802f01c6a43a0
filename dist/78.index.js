export const id = 78;
export const ids = [78];
export const modules = {

/***/ 3078:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  protectedBranches: () => (/* binding */ protectedBranches)
});

// EXTERNAL MODULE: ./build/src/protocol/errors.js + 1 modules
var errors = __webpack_require__(322);
// EXTERNAL MODULE: ./build/src/protocol/http/errors.js
var http_errors = __webpack_require__(5412);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/src/protocol/http/client.js
var client = __webpack_require__(4244);
// EXTERNAL MODULE: ./build/src/protocol/printable.js
var printable = __webpack_require__(3261);
// EXTERNAL MODULE: ./build/src/protocol/wire/transport.js
var transport = __webpack_require__(7563);
// EXTERNAL MODULE: ./build/src/protocol/waiting.js
var waiting = __webpack_require__(1181);
;// CONCATENATED MODULE: ./build/src/hosts/api.js







const ATTEMPTS = 3;
const REDIRECTS = [301, 302, 307, 308];
const MOST_REDIRECTS = 3;
const LARGEST_ANSWER = 32 * 1024 * 1024;
const LONGEST_SILENCE_MS = 60_000;
const CHECK_URL = "Check the source's URL";
class Api {
    url;
    #settings;
    #client;
    #otherwise;
    constructor(url, settings, otherwise) {
        this.url = url;
        this.#settings = settings;
        this.#otherwise = otherwise;
        const limits = limitsOfApi(settings.limits, otherwise);
        this.#client = new client/* HttpClient */.Q({ ...settings, limits, server: new URL(url), location: url }, (0,transport/* noTraffic */.P)());
    }
    async get(url, headers) {
        let at = this.#own(url);
        for (let redirects = 0;; redirects += 1) {
            const answer = await this.#getPatiently(at, headers);
            const { location } = answer.headers;
            if (!REDIRECTS.includes(answer.status) || location === undefined || redirects === MOST_REDIRECTS)
                return answer;
            at = this.#own(location, at);
        }
    }
    #own(url, from) {
        if (!URL.canParse(url, from?.href))
            throw this.error('the API redirects to something that is no URL.', CHECK_URL);
        const own = new URL(url, from);
        if (own.origin === new URL(this.url).origin)
            return own;
        const elsewhere = `the API redirects to another server, ${(0,printable/* printable */.g)(own.origin, 300)}; that is not followed.`;
        throw this.error(elsewhere, CHECK_URL);
    }
    async #getPatiently(url, headers) {
        for (let attempt = 1;; attempt += 1) {
            try {
                const answer = await this.#getOnce(url, headers);
                if (attempt === ATTEMPTS || !(0,http_errors/* mayTryAgain */.$R)(answer.status))
                    return answer;
                await (0,promises_.setTimeout)((0,waiting/* pauseAfter */.l)(attempt, answer.headers['retry-after']), undefined, { signal: this.#settings.signal });
            }
            catch (error) {
                const isPassing = error instanceof errors/* RemoteError */.Hi && error.passing;
                if (attempt === ATTEMPTS || !isPassing)
                    throw (0,http_errors/* settled */.gu)(error);
                await (0,promises_.setTimeout)((0,waiting/* pauseAfter */.l)(attempt), undefined, { signal: this.#settings.signal });
            }
        }
    }
    parse(answer) {
        try {
            return JSON.parse(answer.body);
        }
        catch {
            throw this.error("the API's answer is no JSON.", `${CHECK_URL} and the proxies on the way`);
        }
    }
    close() {
        this.#client.close();
    }
    async #getOnce(url, headers) {
        const answer = await this.#client.send({ method: 'GET', url, headers: { Accept: 'application/json', ...headers } });
        const parts = [];
        let length = 0;
        for await (const chunk of this.#client.received(answer)) {
            length += chunk.length;
            if (length > LARGEST_ANSWER)
                throw this.error(`the API's answer is longer than ${LARGEST_ANSWER} bytes.`);
            parts.push(chunk);
        }
        const { statusCode = 0, headers: told } = answer.response;
        return { status: statusCode, headers: told, body: Buffer.concat(parts).toString('utf8') };
    }
    error(detail, remedy = 'Ask the operator of the server') {
        return new errors/* RemoteError */.Hi({ kind: 'api', location: this.url, detail, remedy: `${remedy}, or ${this.#otherwise}.` });
    }
}
function limitsOfApi(limits, otherwise) {
    if (limits.silence < LONGEST_SILENCE_MS)
        return limits;
    return { ...limits, silence: LONGEST_SILENCE_MS, remedyOfSilence: `Try again later, or ${otherwise}.` };
}

// EXTERNAL MODULE: ./build/src/hosts/forge.js
var hosts_forge = __webpack_require__(5858);
// EXTERNAL MODULE: ./build/src/protocol/credentials.js
var protocol_credentials = __webpack_require__(9260);
;// CONCATENATED MODULE: ./build/src/hosts/pages.js
const MOST_PAGES = 5000;
async function allPages(api, first, headers) {
    const items = [];
    let next = first;
    for (let page = 1; next !== undefined; page += 1) {
        if (page > MOST_PAGES)
            throw endless(api);
        const answer = await api.get(next, headers);
        const list = answer.status === 200 ? (api.parse(answer) ?? []) : undefined;
        if (!Array.isArray(list))
            return { kind: 'refused', answer };
        items.push(...list);
        next = nextPage(answer.headers.link, next);
    }
    return { kind: 'list', items };
}
function namesOf(items, isFit) {
    return items.flatMap((item) => {
        if (typeof item !== 'object' || item === null)
            return [];
        const fields = item;
        return typeof fields.name === 'string' && isFit(fields) ? [fields.name] : [];
    });
}
function nextPage(link, from) {
    const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(link ?? ''))?.[1];
    if (target === undefined || !URL.canParse(target, from))
        return undefined;
    const next = new URL(from);
    next.search = new URL(target, from).search;
    return next.href;
}
function endless(api) {
    return api.error("the API's list of branches has no end.");
}

;// CONCATENATED MODULE: ./build/src/hosts/gitea-branches.js


async function giteaProtectedBranches({ api, path, credentials, refusal }) {
    const repository = path.split('/').map(encodeURIComponent).join('/');
    const pages = await allPages(api, `${api.url}/repos/${repository}/branches?limit=50`, signIn(credentials));
    if (pages.kind === 'refused')
        throw refusal(pages.answer, 'the scope `read:repository`');
    return namesOf(pages.items, (branch) => branch.protected === true);
}
function signIn(credentials) {
    return credentials === undefined ? {} : { Authorization: (0,protocol_credentials/* basicAuthorization */.a)(credentials) };
}

// EXTERNAL MODULE: ./node_modules/@octokit/core/dist-src/index.js + 12 modules
var dist_src = __webpack_require__(4629);
// EXTERNAL MODULE: ./node_modules/@octokit/plugin-paginate-rest/dist-bundle/index.js
var dist_bundle = __webpack_require__(3779);
;// CONCATENATED MODULE: ./build/src/hosts/github-branches.js




const PERMISSION = '"Contents: read"';
const ignore = () => undefined;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
async function githubProtectedBranches({ api, path, credentials, refusal }) {
    const client = new (dist_src/* Octokit */.E.plugin(dist_bundle/* paginateRest */.ud))({
        baseUrl: api.url,
        auth: credentials === undefined ? undefined : `token ${credentials.password}`,
        request: { fetch: fetchFrom(api, refusal), log: SILENT },
        log: SILENT,
    });
    const [owner = '', repo = ''] = path.split('/');
    try {
        const branches = await client.paginate('GET /repos/{owner}/{repo}/branches', {
            owner,
            repo,
            protected: true,
            per_page: 100,
        });
        return namesOf(branches, () => true);
    }
    catch (error) {
        if (!isRequestError(error))
            throw error;
        if (error.cause instanceof errors/* RemoteError */.Hi)
            throw error.cause;
        throw refusal({ status: error.status, body: JSON.stringify({ message: error.message }) }, PERMISSION);
    }
}
function fetchFrom(api, refusal) {
    let pages = 0;
    return async (input, init) => {
        if ((pages += 1) > MOST_PAGES)
            throw endless(api);
        const { 'user-agent': _octokits, ...headers } = Object.fromEntries(new Headers(init?.headers).entries());
        const { pathname, search } = new URL(input instanceof Request ? input.url : String(input));
        const answer = await api.get(new URL(api.url).origin + pathname + search, headers);
        const isList = answer.status === 200 && Array.isArray(api.parse(answer));
        if (!isList && answer.status < 400)
            throw refusal(answer, PERMISSION);
        const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
        return new Response(answer.body, { status: answer.status, headers: told });
    };
}
function isRequestError(error) {
    return typeof error === 'object' && error !== null && 'name' in error && error.name === 'HttpError';
}

;// CONCATENATED MODULE: ./build/src/hosts/gitlab-branches.js

const JOB_USER = 'gitlab-ci-token';
const DENIED = [401, 403, 404];
async function gitlabProtectedBranches(question) {
    const { api, path, credentials, refusal } = question;
    const project = `${api.url}/projects/${encodeURIComponent(path)}`;
    const headers = gitlab_branches_signIn(credentials);
    const rules = await allPages(api, `${project}/protected_branches?per_page=100`, headers);
    if (rules.kind === 'list')
        return namesOf(rules.items, () => true);
    const branches = DENIED.includes(rules.answer.status)
        ? await allPages(api, `${project}/repository/branches?per_page=100`, headers)
        : rules;
    if (branches.kind === 'refused')
        throw refusal(branches.answer, 'the scope `read_api` and the role Reporter');
    return namesOf(branches.items, (branch) => branch.protected === true);
}
function gitlab_branches_signIn(credentials) {
    if (credentials === undefined)
        return {};
    const { username, password } = credentials;
    return username === JOB_USER ? { 'JOB-TOKEN': password } : { Authorization: `Bearer ${password}` };
}

;// CONCATENATED MODULE: ./build/src/hosts/protected-branches.js







const ASK = {
    github: githubProtectedBranches,
    gitlab: gitlabProtectedBranches,
    gitea: giteaProtectedBranches,
};
async function protectedBranches(request, settings) {
    const { location, credentials } = request;
    const forge = await forgeOf(request, settings);
    const api = new Api(forge.apiUrl, settings, otherwise(request));
    try {
        const path = (0,hosts_forge/* projectPath */.DZ)(location, forge.serverUrl);
        return await ASK[forge.kind]({
            api,
            path,
            credentials,
            refusal: (answer, permission) => refusal(answer, permission, api, request),
        });
    }
    finally {
        api.close();
    }
}
async function forgeOf(request, settings) {
    const { location, host, jobForge } = request;
    const server = (0,hosts_forge/* serverOf */.FN)(location);
    if (jobForge !== undefined && (0,hosts_forge/* isOnForge */.DK)(location, jobForge))
        return jobForge;
    return (0,hosts_forge/* forgeByName */.U6)(server, host) ?? (await foundForge(server, request, settings)) ?? unknownForge(request);
}
const GITEA_PRIVATE = 'Only signed in user is allowed to call APIs';
async function foundForge(server, request, settings) {
    const api = new Api(server, settings, otherwise(request));
    const asked = async (path, isRight) => api.get(server + path, {}).then(isRight, (error) => {
        settings.signal.throwIfAborted();
        if (error instanceof errors/* RemoteError */.Hi)
            return false;
        throw error;
    });
    try {
        const [gitea, gitlab, github] = await Promise.all([
            asked('/api/v1/version', ({ status, body }) => (status === 200 && /^\s*\{\s*"version"\s*:/.test(body)) || body.includes(GITEA_PRIVATE)),
            asked('/api/v4/version', ({ headers, body }) => 'x-gitlab-meta' in headers || /"message"\s*:\s*"401 Unauthorized"/.test(body)),
            asked('/api/v3/meta', ({ headers, body }) => 'x-github-enterprise-version' in headers || body.includes('"installed_version"')),
        ]);
        const kind = gitea ? 'gitea' : gitlab ? 'gitlab' : github ? 'github' : undefined;
        return kind === undefined ? undefined : (0,hosts_forge/* forgeAt */.rv)(server, kind);
    }
    finally {
        api.close();
    }
}
function otherwise({ branchesName }) {
    return `name the branches with ${branchesName} instead`;
}
function unknownForge({ location, branchesName }) {
    throw new errors/* RemoteError */.Hi({
        kind: 'api',
        location: (0,hosts_forge/* serverOf */.FN)(location),
        detail: `which branches are protected cannot be found out: the server is none of ${(0,hosts_forge/* forgeTitles */.rA)()}.`,
        remedy: `Name the branches with ${branchesName} instead.`,
    });
}
function refusal({ status, body }, permission, api, { credentials, tokenName, branchesName }) {
    const isDenied = [401, 403, 404].includes(status);
    const remedy = isDenied
        ? `${credentials === undefined ? 'Set' : 'Check'} ${tokenName}: it needs ${permission}. Or name the branches with ${branchesName} instead.`
        : `Run the mirror again later, or name the branches with ${branchesName} instead.`;
    return new errors/* RemoteError */.Hi({
        kind: isDenied ? 'forbidden' : 'api',
        location: api.url,
        detail: `which branches are protected cannot be found out (HTTP ${status}).${(0,http_errors/* saidInJson */.pU)(body)}`,
        remedy,
    });
}


/***/ })

};
