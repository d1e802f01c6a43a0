export const id = 30;
export const ids = [30];
export const modules = {

/***/ 9030:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runCommand: () => (/* binding */ runCommand)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/src/cli/arguments.js + 1 modules
var cli_arguments = __webpack_require__(1258);
// EXTERNAL MODULE: ./build/src/protocol/printable.js
var printable = __webpack_require__(3261);
;// CONCATENATED MODULE: ./build/src/mirror/outcome-names.js
const OUTCOMES = [
    'created',
    'updated',
    'forced',
    'deleted',
    'unchanged',
    'diverged',
    'kept',
    'rejected',
];

;// CONCATENATED MODULE: ./build/src/report/views/figures.js

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
function bytes(count) {
    let value = count;
    let unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
        value /= 1000;
        unit += 1;
    }
    return `${unit === 0 ? value : value.toFixed(value < 9.95 ? 1 : 0)} ${UNITS[unit] ?? ''}`;
}
function rate(count, milliseconds) {
    return `${bytes(Math.round((count * 1000) / Math.max(milliseconds, 1)))}/s`;
}
function duration(milliseconds) {
    if (milliseconds < 59_950)
        return `${(milliseconds / 1000).toFixed(1)} s`;
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
function relaying({ what }) {
    return what === 'pack' ? 'relaying' : `relaying ${what}`;
}
function progressFigures({ bytes: count, total, startedAt }, now) {
    const whole = total === undefined ? '' : ` of ${bytes(total)}`;
    return `${bytes(count)}${whole}, ${rate(count, now - startedAt)}`;
}
function countsLine(report) {
    const parts = OUTCOMES.filter((outcome) => report.counts[outcome] > 0).map((outcome) => `${report.counts[outcome]} ${outcome}`);
    return parts.length === 0 ? 'no refs' : parts.join(', ');
}
function costLine(report) {
    const { duration_ms: time, requests, pack_bytes: pack } = report.transfer;
    const packWords = pack === 0 ? 'no pack' : `packs of ${bytes(pack)}`;
    const { uploaded = 0, bytes: size = 0 } = report.lfs ?? {};
    const lfs = uploaded === 0 ? '' : `, ${uploaded} Git LFS ${uploaded === 1 ? 'object' : 'objects'} of ${bytes(size)}`;
    return `in ${duration(time)}, ${requests} ${requests === 1 ? 'request' : 'requests'}, ${packWords}${lfs}`;
}
function shortId(id) {
    return id === null ? '' : id.slice(0, 10);
}

;// CONCATENATED MODULE: ./build/src/report/workflow-commands.js
const COMMAND = /^([\s\u0085]*):(?=:)|##(?=\w*\[)/gm;
function withoutCommands(text) {
    return text.replace(COMMAND, (found, space) => (space === undefined ? '# #' : `${found} `));
}
function withoutCommandsInJson(json) {
    return json.replace(/##(?=\w*\[)/g, '#\\u0023');
}

;// CONCATENATED MODULE: ./build/src/cli/terminal.js



const REDRAW_MS = 100;
const SPARSE_MS = 10_000;
const BAR_WIDTH = 20;
class TerminalLog {
    #out;
    #secrets;
    #isVerbose;
    #now;
    #drawnAt = 0;
    #isDrawn = false;
    constructor(out, secrets, isVerbose, now) {
        this.#out = out;
        this.#secrets = secrets;
        this.#isVerbose = isVerbose;
        this.#now = now;
    }
    debug(line) {
        if (this.#isVerbose)
            line.split('\n').forEach((part) => this.#line(`debug: ${(0,printable/* printable */.g)(part)}`));
    }
    info(line) {
        this.#line(line);
    }
    warn(line) {
        this.#line(`warning: ${line}`);
    }
    remote(end, line) {
        if (end === 'target')
            this.#line(`remote: ${line}`);
        else if (this.#out.isTTY === true)
            this.#draw(`source: ${line}`);
        else
            this.debug(`source: ${line}`);
    }
    progress(progress) {
        const now = this.#now();
        const elapsed = now - progress.startedAt;
        const figures = progressFigures(progress, now);
        if (this.#out.isTTY === true) {
            if (progress.isDone)
                this.#wipe();
            else
                this.#draw(`${relaying(progress)} ${bar(elapsed)} ${figures}`);
            return;
        }
        this.#drawnAt = Math.max(this.#drawnAt, progress.startedAt);
        if (now - this.#drawnAt < SPARSE_MS)
            return;
        this.#drawnAt = now;
        this.#line(`${relaying(progress)}: ${figures} after ${duration(elapsed)}`);
    }
    #draw(text) {
        const now = this.#now();
        if (this.#isDrawn && now - this.#drawnAt < REDRAW_MS)
            return;
        this.#drawnAt = now;
        this.#isDrawn = true;
        this.#out.write(`\r\u001b[2K${this.#shown(text).slice(0, (this.#out.columns ?? 80) - 1)}`);
    }
    #wipe() {
        if (this.#isDrawn)
            this.#out.write('\r\u001b[2K');
        this.#isDrawn = false;
    }
    #line(text) {
        this.#wipe();
        this.#out.write(`${this.#shown(text)}\n`);
    }
    #shown(text) {
        return withoutCommands(this.#secrets.redact(text));
    }
}
function bar(elapsed) {
    const at = Math.floor(elapsed / REDRAW_MS) % (2 * BAR_WIDTH);
    const place = at < BAR_WIDTH ? at : 2 * BAR_WIDTH - 1 - at;
    return `[${' '.repeat(place)}=${' '.repeat(BAR_WIDTH - 1 - place)}]`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./build/src/protocol/http/certificates.js



class CertificateProblem extends Error {
}
const BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;
function readCertificates(textOrPath, folder) {
    const isPem = textOrPath.includes('-----BEGIN');
    const pem = (isPem ? textOrPath : readFile((0,external_node_path_.resolve)(folder, textOrPath))).replaceAll('\\n', '\n');
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
        throw new CertificateProblem('holds a private key, which belongs to the server alone: give only the certificate');
    }
    const blocks = pem.match(BLOCK) ?? [];
    if (blocks.length === 0)
        throw new CertificateProblem('holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
    for (const block of blocks)
        check(block);
    return blocks;
}
function readFile(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8');
    }
    catch (error) {
        const { code = 'unreadable' } = error;
        throw new CertificateProblem(`is neither a certificate in PEM form nor a file that can be read (${code})`);
    }
}
function check(block) {
    try {
        new external_node_crypto_.X509Certificate(block);
    }
    catch {
        throw new CertificateProblem('holds a certificate that is damaged: copy it again, whole');
    }
}

// EXTERNAL MODULE: ./build/src/protocol/location.js + 1 modules
var protocol_location = __webpack_require__(951);
// EXTERNAL MODULE: ./build/src/hosts/forge.js
var forge = __webpack_require__(5858);
;// CONCATENATED MODULE: ./build/src/options/configuration-error.js
class ConfigurationError extends Error {
    problems;
    constructor(problems) {
        super(problems.join('\n'));
        this.name = 'ConfigurationError';
        this.problems = problems;
    }
}

// EXTERNAL MODULE: ./build/src/options/endpoint.js + 4 modules
var options_endpoint = __webpack_require__(1362);
// EXTERNAL MODULE: ./node_modules/re2js/build/index.js
var build = __webpack_require__(2856);
// EXTERNAL MODULE: ./build/src/protocol/wire/ref-name.js
var ref_name = __webpack_require__(5883);
;// CONCATENATED MODULE: ./build/src/options/selection.js


class SelectionProblem extends Error {
}
const LONGEST_REGEX = 255;
function selection(rules) {
    const selectsBranch = rules.mirrorBranchRegex === undefined ? patterns(rules.branches) : found(rules.mirrorBranchRegex);
    const selectsTag = patterns(rules.tags);
    return (ref) => ((0,ref_name/* isBranch */.PX)(ref) && selectsBranch((0,ref_name/* shortName */.EU)(ref))) || ((0,ref_name/* isTag */.dz)(ref) && selectsTag((0,ref_name/* shortName */.EU)(ref)));
}
function onlyBranches(select, allowed) {
    const matches = allowed.map(anchored);
    return (ref) => select(ref) && (!(0,ref_name/* isBranch */.PX)(ref) || matches.some((matching) => matching((0,ref_name/* shortName */.EU)(ref))));
}
function checkPattern(pattern) {
    if (pattern === '!')
        throw new SelectionProblem('excludes nothing: a pattern must follow the "!"');
    if (/^!?refs\/(?:heads|tags)\//.test(pattern)) {
        throw new SelectionProblem('begins with "refs/": patterns match the short name, as in "main" or "release/*"');
    }
}
function checkRegex(expression) {
    if (expression.length > LONGEST_REGEX)
        throw new SelectionProblem(`is longer than ${LONGEST_REGEX} characters`);
    try {
        build/* RE2JS */.L3.compile(expression);
    }
    catch (error) {
        throw new SelectionProblem(`is no RE2 expression (${error.message})`);
    }
}
function patterns(list) {
    const included = list.filter((pattern) => !pattern.startsWith('!')).map(anchored);
    const excluded = list.filter((pattern) => pattern.startsWith('!')).map((pattern) => anchored(pattern.slice(1)));
    return (name) => (included.length === 0 || included.some((matches) => matches(name))) && !excluded.some((matches) => matches(name));
}
function anchored(pattern) {
    const [first = '', ...rest] = pattern.split(/\*+/);
    const last = rest.pop();
    if (last === undefined)
        return (name) => name === first;
    return (name) => {
        const end = name.length - last.length;
        if (!name.startsWith(first) || !name.endsWith(last))
            return false;
        let at = first.length;
        for (const part of rest) {
            const found = name.indexOf(part, at);
            if (found < 0)
                return false;
            at = found + part.length;
        }
        return at <= end;
    };
}
function found(expression) {
    const compiled = build/* RE2JS */.L3.compile(expression);
    return (name) => compiled.matcher(name).find();
}

;// CONCATENATED MODULE: ./build/src/options/options.js








const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 86_400;
const LFS = ['auto', 'always', 'never'];
const PRUNES = ['merged', 'never', 'always'];
function parseOptions(raw, names, folder) {
    const check = new Checks();
    const allowInsecureHttp = check.boolean(raw.allowInsecureHttp, names.allowInsecureHttp);
    const endpoint = (one, its) => (0,options_endpoint/* readEndpoint */.KW)(one, {
        names: its,
        folder,
        aws: raw.surroundings.aws,
        jobForge: raw.surroundings.job?.forge,
        allowInsecureHttp,
        insecureName: names.allowInsecureHttp,
    }, check.add);
    const source = endpoint(raw.source, names.source);
    const target = endpoint(raw.target, names.target);
    const rules = {
        branches: check.patterns(raw.branches, names.branches),
        tags: check.patterns(raw.tags, names.tags),
        mirrorBranchRegex: check.regex(raw.mirrorBranchRegex, names.mirrorBranchRegex),
    };
    check.contradictions(raw, names);
    const keepDivergentRefs = check.boolean(raw.keepDivergentRefs, names.keepDivergentRefs);
    const prune = check.oneOf(raw.prune, PRUNES, 'merged', names.prune);
    const dryRun = check.boolean(raw.dryRun, names.dryRun);
    const onlyCheck = check.boolean(raw.check, names.check);
    const pushOptions = check.pushOptions(raw.pushOptions, names.pushOptions);
    const timeoutMs = check.seconds(raw.timeout, names.timeout) * 1000;
    const onlyProtectedBranches = check.onlyProtectedBranches(raw, names, source);
    const certificates = check.certificates(raw.caCertificate, names.caCertificate, folder);
    if ([source, target].some((end) => end?.location.kind === 'http'))
        check.proxies(raw.surroundings);
    const lfs = check.oneOf(raw.lfs, LFS, 'auto', names.lfs);
    const lfsUrl = (0,options_endpoint/* readLfsUrl */.hS)(raw.lfsUrl, { allowInsecureHttp, name: names.lfsUrl, insecureName: names.allowInsecureHttp }, check.add);
    if (source === undefined || target === undefined || check.problems.size > 0)
        throw new ConfigurationError([...check.problems]);
    return {
        source,
        target,
        policy: { select: selection(rules), keepDivergentRefs, prune },
        rules,
        onlyProtectedBranches,
        branchesName: names.branches,
        lfs,
        lfsUrl,
        allowInsecureHttp,
        dryRun,
        check: onlyCheck,
        pushOptions,
        timeoutMs,
        certificates,
        job: jobOf(raw.surroundings, folder),
    };
}
function jobOf({ job }, folder) {
    if (job === undefined || !URL.canParse(job.repositoryUrl))
        return undefined;
    return { repository: (0,protocol_location/* parseLocation */.zS)(job.repositoryUrl, folder), forge: job.forge };
}
class Checks {
    problems = new Set();
    add = (problem) => void this.problems.add(problem);
    patterns(list, name) {
        for (const pattern of list)
            this.#selection(name, pattern, () => checkPattern(pattern));
        return list;
    }
    regex(expression, name) {
        if (expression === '')
            return undefined;
        this.#selection(name, expression, () => checkRegex(expression));
        return expression;
    }
    contradictions(raw, names) {
        const regexGiven = raw.mirrorBranchRegex !== '';
        if (regexGiven && raw.branches.length > 0) {
            this.add(`${names.mirrorBranchRegex} and ${names.branches} exclude each other: give one of them.`);
        }
        if (regexGiven && isTrue(raw.onlyProtectedBranches)) {
            this.add(`${names.mirrorBranchRegex} and ${names.onlyProtectedBranches} exclude each other: give one of them.`);
        }
    }
    boolean(text, name) {
        if (isTrue(text))
            return true;
        if (text !== '' && !/^(?:false|False|FALSE)$/.test(text)) {
            this.add(`${name} is "${shown(text)}", allowed are true and false.`);
        }
        return false;
    }
    oneOf(text, allowed, otherwise, name) {
        if (text === '')
            return otherwise;
        const value = allowed.find((one) => one === text);
        if (value === undefined)
            this.add(`${name} is "${shown(text)}", allowed are ${allowed.join(', ')}.`);
        return value ?? otherwise;
    }
    pushOptions(list, name) {
        for (const option of list) {
            if ((0,printable/* printable */.g)(option, 10_000) !== option || option.length > 1000) {
                this.add(`${name} "${shown(option)}" contains a control character or is longer than 1000 characters.`);
            }
        }
        return list;
    }
    seconds(text, name) {
        if (text === '')
            return DEFAULT_TIMEOUT_S;
        const value = Number(text);
        if (/^\d+$/.test(text) && value >= 1 && value <= LONGEST_TIMEOUT_S)
            return value;
        this.add(`${name} is "${shown(text)}", allowed are whole seconds from 1 to ${LONGEST_TIMEOUT_S}.`);
        return DEFAULT_TIMEOUT_S;
    }
    onlyProtectedBranches(raw, names, source) {
        const isWanted = this.boolean(raw.onlyProtectedBranches, names.onlyProtectedBranches);
        if (isWanted && source !== undefined && !(0,forge/* hasForge */.I_)(source.location, source.host)) {
            this.add(`${names.onlyProtectedBranches} asks the source's host which branches it protects; that works with ${(0,forge/* forgeTitles */.rA)()}, and ` +
                `the source "${source.display}" is none of them: name the branches with ${names.branches} instead.`);
        }
        return isWanted;
    }
    certificates(text, name, folder) {
        if (text === '')
            return [];
        try {
            return readCertificates(text, folder);
        }
        catch (error) {
            if (!(error instanceof CertificateProblem))
                throw error;
            const shown = text.includes('-----BEGIN') ? '' : ` "${(0,printable/* printable */.g)((0,options_endpoint/* withoutCredentials */.ri)(text), 300)}"`;
            this.add(`${name}${shown} ${error.message}.`);
            return [];
        }
    }
    proxies({ proxies }) {
        for (const { name, url } of proxies) {
            const whole = url.includes('://') ? url : `http://${url}`;
            if (!isProxy(whole)) {
                this.add(`${name} is "${(0,options_endpoint/* withoutCredentials */.ri)(url)}", which is no proxy that can be used: give http://host:port.`);
            }
        }
    }
    #selection(name, value, check) {
        try {
            check();
        }
        catch (error) {
            if (!(error instanceof SelectionProblem))
                throw error;
            this.add(`${name} "${(0,printable/* printable */.g)(value, 300)}" ${error.message}.`);
        }
    }
}
function shown(text) {
    return (0,printable/* printable */.g)((0,options_endpoint/* withoutCredentials */.ri)(text), 100);
}
function isTrue(text) {
    return /^(?:true|True|TRUE)$/.test(text);
}
function isProxy(text) {
    if (!URL.canParse(text))
        return false;
    const { protocol, username, password } = new URL(text);
    try {
        decodeURIComponent(username + password);
    }
    catch {
        return false;
    }
    return /^https?:$/.test(protocol);
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: ./build/src/protocol/errors.js
var errors = __webpack_require__(7299);
// EXTERNAL MODULE: ./build/src/protocol/wire/fetch.js
var fetch = __webpack_require__(3378);
// EXTERNAL MODULE: ./build/src/protocol/programs/git-folder.js
var git_folder = __webpack_require__(2183);
;// CONCATENATED MODULE: ./build/src/protocol/programs/child-environment.js
const PASSED_ON = [
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'TMPDIR',
    'TMP',
    'TEMP',
    'SystemRoot',
    'SSH_AUTH_SOCK',
    'XDG_CONFIG_HOME',
    'GIT_CONFIG_GLOBAL',
    'GIT_CONFIG_NOSYSTEM',
    'GIT_CONFIG_SYSTEM',
    'GIT_EXEC_PATH',
];
function childEnvironment(environment) {
    const passed = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
    for (const name of PASSED_ON) {
        const value = environment[name];
        if (value !== undefined)
            passed[name] = value;
    }
    return passed;
}

;// CONCATENATED MODULE: ./build/src/protocol/programs/openings.js
class Openings {
    #most;
    #waiting = [];
    #underWay = 0;
    constructor(most) {
        this.#most = most;
    }
    async begin() {
        if (this.#underWay < this.#most)
            this.#underWay += 1;
        else
            await new Promise((resolve) => this.#waiting.push(resolve));
        let isOver = false;
        return () => {
            if (isOver)
                return;
            isOver = true;
            const next = this.#waiting.shift();
            if (next === undefined)
                this.#underWay -= 1;
            else
                next();
        };
    }
}

// EXTERNAL MODULE: ./build/src/hosts/hosts.js + 2 modules
var hosts = __webpack_require__(6533);
;// CONCATENATED MODULE: ./build/src/lfs/large-objects.js

const NOTHING = { withheld: new Map() };
const MOST_SIZES = 5;
class LargeObjects {
    #settings;
    #needed = new Set();
    #moved = { uploaded: 0, bytes: 0 };
    #searches = new Set();
    #opening;
    #ways;
    #hasLooked = false;
    constructor(settings) {
        this.#settings = settings;
    }
    get notices() {
        return this.#ways?.search.notices ?? [];
    }
    get count() {
        return this.#hasLooked || this.#settings.looksAlways ? { objects: this.#needed.size, ...this.#moved } : undefined;
    }
    look(moving, haves) {
        if (moving.length === 0)
            return Promise.resolve(undefined);
        const looking = this.#open().then(({ search }) => search.look({ tips: tipsOf(moving), haves }));
        looking.catch(() => undefined);
        this.#searches.add(looking);
        return looking;
    }
    async bring(pointers, moving, onBegin) {
        if (pointers === undefined)
            return NOTHING;
        this.#hasLooked = true;
        const tips = tipsOf(moving);
        const found = await pointers.all(tips);
        if (found.size === 0)
            return NOTHING;
        const failed = await this.#relay([...found.values()], moving[0]?.ref, onBegin);
        const missing = new Map([...found].filter(([oid]) => failed.has(oid)));
        const holding = missing.size === 0 ? new Map() : await pointers.holding(tips, missing);
        const withheld = moving.flatMap(({ ref, tip }) => {
            const pointer = holding.get(tip);
            return pointer === undefined ? [] : [[ref, withheldMessage(pointer, failed.get(pointer.oid) ?? '')]];
        });
        return { withheld: new Map(withheld) };
    }
    async close() {
        const ways = await this.#opening?.catch(() => undefined);
        ways?.from.close();
        ways?.to.close();
        await Promise.allSettled([...this.#searches].map(async (search) => (await search)?.close()));
    }
    async #open() {
        this.#opening ??= this.#settings.open();
        this.#ways = await this.#opening;
        return this.#ways;
    }
    async #relay(pointers, ref, onBegin) {
        const { dryRun, log, signal, clock } = this.#settings;
        const [{ from, to }, { relayObjects }] = await Promise.all([this.#open(), __webpack_require__.e(/* import() */ 571).then(__webpack_require__.bind(__webpack_require__, 7571))]);
        const startedAt = clock.now();
        const settings = {
            ref,
            dryRun,
            signal,
            onBegin,
            onProgress: (passed, total) => log.progress({ what: 'Git LFS objects', bytes: passed, total, startedAt, isDone: false }),
            onRetry: (line) => log.warn(line),
        };
        const first = await relayObjects(from, to, pointers, settings);
        const failed = new Map(first.failed);
        let { uploaded, bytes } = first;
        for (let tried = 1; tried < MOST_SIZES; tried += 1) {
            const others = pointers.flatMap(({ oid, otherSizes = [] }) => {
                const size = failed.has(oid) ? [...otherSizes][tried - 1] : undefined;
                return size === undefined ? [] : [{ oid, size }];
            });
            if (others.length === 0)
                break;
            const again = await relayObjects(from, to, others, settings);
            for (const { oid } of others)
                if (!again.failed.has(oid))
                    failed.delete(oid);
            uploaded += again.uploaded;
            bytes += again.bytes;
        }
        if (uploaded > 0 && !dryRun)
            log.progress({ what: 'Git LFS objects', bytes, startedAt, isDone: true });
        for (const { oid } of pointers)
            this.#needed.add(oid);
        this.#moved.uploaded += uploaded;
        this.#moved.bytes += bytes;
        const done = dryRun ? 'would be brought over' : 'brought over';
        const objects = pointers.length === 1 ? 'object' : 'objects';
        log.info(`Git LFS: ${pointers.length} ${objects} in what changed, ${uploaded} ${done}, ${failed.size} not to be had.`);
        return failed;
    }
}
function tipsOf(moving) {
    return [...new Set(moving.map(({ tip }) => tip))];
}
function withheldMessage({ oid, path }, why) {
    const wayOut = why.includes('`lfs: never`') ? '' : '; set `lfs: never` to mirror without the objects';
    return (`its Git LFS object ${oid} (${(0,printable/* printable */.g)(path, 300)}) could not be brought over: ${why.replace(/\.$/, '')}. ` +
        `The ref is left as it is${wayOut}.`);
}

// EXTERNAL MODULE: ./build/src/protocol/wire/pack.js
var wire_pack = __webpack_require__(381);
;// CONCATENATED MODULE: ./build/src/mirror/commit-graph.js
class CommitGraph {
    #parents = new Map();
    constructor(objects) {
        for (const [id, { type, content }] of objects) {
            if (type === 'commit')
                this.#parents.set(id, parentsOf(content));
        }
    }
    has(id) {
        return this.#parents.has(id);
    }
    border(from) {
        return new Set([...this.#walk(from)].filter((id) => !this.has(id)));
    }
    within(from) {
        return new Set([...this.#walk(from)].filter((id) => this.has(id)));
    }
    leadsTo(from, to) {
        return this.has(from) && this.#walk(from).has(to);
    }
    #walk(from) {
        const seen = new Set([from]);
        for (const id of seen) {
            for (const parent of this.#parents.get(id) ?? [])
                seen.add(parent);
        }
        return seen;
    }
}
function parentsOf(content) {
    const end = content.indexOf('\n\n');
    const header = content.toString('latin1', 0, end < 0 ? content.length : end);
    return Array.from(header.matchAll(/^parent ([0-9a-f]+)$/gm), ([, id]) => id ?? '');
}

;// CONCATENATED MODULE: ./build/src/mirror/ancestry.js



const LARGEST_ANSWER = { bytes: 16 * 1024 * 1024, content: 64 * 1024 * 1024 };
const HAVES_A_REQUEST = 2000;
const REQUESTS_AT_ONCE = 6;
class Ancestry {
    #source;
    constructor(source) {
        this.#source = source;
    }
    async relations(moves) {
        const relations = new Map();
        if (moves.length === 0)
            return relations;
        const { known, graph } = this.#source.canFilter
            ? await this.#between(moves)
            : {
                known: await this.#known(moves.map(({ old }) => old), moves[0]?.new ?? ''),
                graph: undefined,
            };
        await eachOf(moves, async (move) => {
            relations.set(move.ref, known.has(move.old) ? await this.#relation(move, graph) : 'unknown-object');
        });
        return relations;
    }
    async merges(candidates, defaultTip) {
        const states = new Map();
        if (candidates.length === 0)
            return states;
        const ids = candidates.map(({ id }) => id);
        let known = new Set(ids);
        let unmerged = await this.#unmerged(known, defaultTip);
        if (unmerged === undefined) {
            known = await this.#known(ids, defaultTip);
            unmerged = await this.#unmerged(known, defaultTip);
        }
        await eachOf(candidates, async (candidate) => {
            states.set(candidate.ref, known.has(candidate.id) ? await this.#mergeState(candidate, defaultTip, unmerged) : 'unknown-object');
        });
        return states;
    }
    async missing(tips, haves) {
        if (!this.#source.canFilter || tips.length === 0)
            return new Map();
        const answer = await this.#source.fetchTips({ wants: tips, haves, done: true, filter: 'tree:0' });
        return (await this.#objects(answer)) ?? new Map();
    }
    async #relation(move, graph) {
        if (graph?.leadsTo(move.newPeeled, move.old) === true)
            return 'ancestor';
        if (graph?.border(move.newPeeled).size === 0)
            return 'not-ancestor';
        if (!(await this.#isReachable(move.old, move.new, move.newPeeled)))
            return 'not-ancestor';
        return move.isCommit || (await this.#isCommit(move.old)) ? 'ancestor' : 'not-ancestor';
    }
    async #mergeState(candidate, defaultTip, unmerged) {
        const object = unmerged?.get(candidate.id);
        if (object !== undefined)
            return object.type === 'commit' ? 'not-merged' : 'not-a-commit';
        if (unmerged === undefined && !(await this.#isReachable(candidate.id, defaultTip))) {
            return candidate.isCommit || (await this.#isCommit(candidate.id)) ? 'not-merged' : 'not-a-commit';
        }
        return candidate.isCommit || (await this.#isCommit(candidate.id)) ? 'merged' : 'not-a-commit';
    }
    async #between(moves) {
        const wants = unique(moves.map(({ new: id }) => id));
        const haves = unique(moves.map(({ old }) => old));
        const answer = await this.#source.fetchTips({ wants, haves, done: false, filter: 'tree:0' });
        const objects = answer.pack === undefined ? undefined : await this.#objects(answer);
        return { known: answer.acknowledged, graph: objects === undefined ? undefined : new CommitGraph(objects) };
    }
    async #unmerged(candidates, defaultTip) {
        if (!this.#source.canFilter)
            return undefined;
        if (candidates.size === 0)
            return new Map();
        try {
            const wants = [...candidates];
            return await this.#objects(await this.#source.fetch({ wants, haves: [defaultTip], done: true, filter: 'tree:0' }));
        }
        catch (error) {
            if ((0,errors/* isRefusal */.vu)(error))
                return undefined;
            throw error;
        }
    }
    async #known(ids, tip) {
        const known = new Set();
        const all = unique(ids);
        for (let from = 0; from < all.length; from += HAVES_A_REQUEST) {
            const haves = [...all.slice(from, from + HAVES_A_REQUEST), tip];
            const answer = await this.#source.fetchTips({ wants: [tip], haves, done: false, filter: this.#filter() });
            if (answer.pack !== undefined)
                for await (const _chunk of answer.pack)
                    ;
            for (const id of answer.acknowledged)
                known.add(id);
        }
        return known;
    }
    async #isReachable(id, from, peeled = from) {
        if (id === peeled)
            return true;
        const leads = this.#source.canFilter ? await this.#leadsTo(from, peeled, id) : undefined;
        return leads ?? (await this.#isNothingMissing(id, from));
    }
    async #leadsTo(from, peeled, id) {
        const request = { wants: [from], haves: [id], done: true, filter: 'tree:0' };
        const objects = await this.#objects(await this.#source.fetchTips(request));
        return objects === undefined ? undefined : new CommitGraph(objects).leadsTo(peeled, id);
    }
    async #isNothingMissing(id, from) {
        try {
            const answer = await this.#source.fetch({ wants: [id], haves: [from], done: true, filter: this.#filter() });
            return (await this.#glance(answer, (pack) => (0,wire_pack/* countObjects */.Qr)(pack, this.#source.location))) === 0;
        }
        catch (error) {
            if ((0,errors/* isRefusal */.vu)(error))
                return false;
            throw error;
        }
    }
    async #isCommit(id) {
        if (!this.#source.canDeepen)
            return false;
        try {
            const answer = await this.#source.fetch({ wants: [id], haves: [], done: true, depth: 1, filter: this.#filter() });
            return (await this.#glance(answer, (pack) => (0,wire_pack/* firstObjectType */.yB)(pack, this.#source.location))) === 'commit';
        }
        catch (error) {
            if ((0,errors/* isRefusal */.vu)(error))
                return false;
            throw error;
        }
    }
    async #objects(answer) {
        if (answer.pack === undefined)
            return new Map();
        const { location, format } = this.#source;
        return (0,wire_pack/* readObjects */.$I)(answer.pack, { location, format }, LARGEST_ANSWER);
    }
    async #glance(answer, read) {
        if (answer.pack === undefined)
            return undefined;
        try {
            const seen = await read(answer.pack);
            if (seen === 0)
                for await (const _chunk of answer.pack)
                    ;
            return seen;
        }
        finally {
            await answer.pack.return();
        }
    }
    #filter() {
        return this.#source.canFilter ? 'tree:0' : undefined;
    }
}
function unique(ids) {
    return [...new Set(ids)];
}
async function eachOf(items, work) {
    const open = items.values();
    const worker = async () => {
        for (const item of open)
            await work(item);
    };
    await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, items.length) }, worker));
}

// EXTERNAL MODULE: ./build/src/repositories/refs.js
var refs = __webpack_require__(6378);
;// CONCATENATED MODULE: ./build/src/mirror/plan.js


function compare(source, target, policy) {
    const equal = [];
    const missing = [];
    const changed = [];
    for (const [ref, { id, peeled }] of source.refs) {
        if (!policy.select(ref))
            continue;
        const old = target.refs.get(ref);
        if (old === undefined)
            missing.push({ ref, new: id });
        else if (old === id)
            equal.push({ ref, id });
        else
            changed.push({ ref, old, new: id, newPeeled: peeled });
    }
    const targetOnly = [...target.refs]
        .filter(([ref]) => (0,refs/* isInPlay */.oZ)(ref) && policy.select(ref) && !source.refs.has(ref))
        .map(([ref, old]) => ({ ref, old, isSymrefOnSource: source.symrefs.has(ref) }));
    return { equal, missing, changed, targetOnly };
}
function deletionCandidates(comparison, source, policy) {
    if (policy.keepDivergentRefs || policy.prune === 'never' || source.defaultBranch === undefined)
        return [];
    if (source.clone !== undefined)
        return [];
    return comparison.targetOnly.filter(({ isSymrefOnSource }) => !isSymrefOnSource);
}
function needsTargetDetails(comparison, source, target, policy) {
    if (deletionCandidates(comparison, source, policy).length > 0)
        return true;
    if (comparison.changed.length === 0)
        return false;
    const shared = sharedObjects(target);
    return comparison.changed.some(({ ref, old }) => (0,ref_name/* isTag */.dz)(ref) || shared.has(old));
}
function plan(source, target, comparison, policy, knowledge) {
    const shared = sharedObjects(target);
    const decisions = [
        ...comparison.equal.map(({ ref, id }) => ({ kind: 'unchanged', ref, id })),
        ...comparison.missing.map((missing) => ({ kind: 'create', ...missing })),
        ...comparison.changed.map((changed) => decideChanged(changed, policy, knowledge)),
        ...comparison.targetOnly.map((only) => {
            const reason = keepReason(only, source, policy, knowledge, shared);
            const { ref, old } = only;
            if (reason !== undefined)
                return { kind: 'keep', ref, old, reason };
            return { kind: 'delete', ref, old, reason: policy.prune === 'always' ? 'prune-always' : 'merged' };
        }),
    ];
    return withBlocked(decisions, target).sort((one, other) => (0,ref_name/* compareRefNames */.hJ)(one.ref, other.ref));
}
function inPushOrder(changes, defaultBranch) {
    const needed = freeingDeletions(changes);
    const first = changes.filter(({ ref, kind }) => ref === defaultBranch && kind !== 'delete');
    const others = changes.filter(({ ref, kind }) => ref !== defaultBranch && kind !== 'delete');
    const deletions = changes.filter(({ kind }) => kind === 'delete');
    const freeing = deletions.filter(({ ref }) => needed.has(ref));
    const last = deletions.filter(({ ref }) => !needed.has(ref));
    const freesForFirst = new NameTree(freeing.map(({ ref }) => ref));
    const isFirstBlocked = first.some(({ ref }) => freesForFirst.conflictWith(ref) !== undefined);
    return isFirstBlocked ? [...freeing, ...first, ...others, ...last] : [...first, ...freeing, ...others, ...last];
}
function freeingDeletions(changes) {
    const creations = new NameTree(changes.filter(({ kind }) => kind === 'create').map(({ ref }) => ref));
    const deletions = changes.filter(({ kind }) => kind === 'delete').map(({ ref }) => ref);
    return new Set(deletions.filter((ref) => creations.conflictWith(ref) !== undefined));
}
function plan_tipsOf(changes) {
    return [...new Set(changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.new])))];
}
function isChange(decision) {
    return decision.kind === 'create' || decision.kind === 'update' || decision.kind === 'delete';
}
function decideChanged({ ref, old, new: id }, policy, knowledge) {
    if (knowledge.target?.symrefs.has(ref) === true)
        return { kind: 'keep', ref, old, reason: 'symref-on-target' };
    if (!policy.keepDivergentRefs)
        return { kind: 'update', ref, old, new: id };
    const relation = knowledge.relations.get(ref) ?? 'unknown-object';
    if (relation === 'ancestor')
        return { kind: 'update', ref, old, new: id };
    return { kind: 'diverged', ref, old, new: id, reason: relation };
}
function keepReason({ ref, old, isSymrefOnSource }, source, policy, knowledge, shared) {
    if (isSymrefOnSource)
        return 'symref-on-source';
    if (policy.keepDivergentRefs)
        return 'keep-divergent-refs';
    if (policy.prune === 'never')
        return 'prune-never';
    if (source.defaultBranch === undefined)
        return 'no-default-branch';
    if (source.clone !== undefined)
        return 'clone-on-source';
    if (knowledge.target === undefined)
        return 'not-asked';
    const alias = symrefReason(ref, old, knowledge.target, shared);
    if (alias !== undefined)
        return alias;
    if (knowledge.target.defaultBranch === ref)
        return 'default-branch-of-target';
    if (policy.prune === 'always')
        return undefined;
    const state = knowledge.merges.get(ref) ?? 'not-asked';
    return state === 'merged' ? undefined : state;
}
function symrefReason(ref, old, target, shared) {
    if (target.symrefs.has(ref))
        return 'symref-on-target';
    if ([...target.symrefs.values()].includes(ref))
        return 'behind-symref-on-target';
    return !target.tellsSymrefs && shared.has(old) ? 'perhaps-symref-on-target' : undefined;
}
function sharedObjects(target) {
    const seen = new Set();
    const shared = new Set();
    for (const id of target.refs.values())
        (seen.has(id) ? shared : seen).add(id);
    return shared;
}
function withBlocked(decisions, target) {
    if (!decisions.some(({ kind }) => kind === 'create'))
        return decisions;
    const leaving = new Set(decisions.filter(({ kind }) => kind === 'delete').map(({ ref }) => ref));
    const staying = new NameTree([...target.refs.keys()].filter((ref) => !leaving.has(ref)));
    return decisions.map((decision) => {
        if (decision.kind !== 'create')
            return decision;
        const by = staying.conflictWith(decision.ref);
        return by === undefined ? decision : { kind: 'blocked', ref: decision.ref, new: decision.new, by };
    });
}
function batches(changes, most) {
    const groups = [];
    for (let at = 0; at < changes.length; at += most)
        groups.push(changes.slice(at, at + most));
    return groups;
}
class NameTree {
    #names;
    #folders = new Map();
    constructor(names) {
        this.#names = new Set(names);
        for (const name of names) {
            for (const folder of folders(name))
                this.#folders.set(folder, name);
        }
    }
    conflictWith(name) {
        return this.#folders.get(name) ?? folders(name).find((folder) => this.#names.has(folder));
    }
}
function folders(name) {
    const parts = name.split('/');
    return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}

;// CONCATENATED MODULE: ./build/src/mirror/inquiry.js




function inquire(request) {
    const { source, target, comparison, policy, ancestry } = request;
    const candidates = policy.prune === 'merged' ? deletionCandidates(comparison, source, policy) : [];
    const details = needsTargetDetails(comparison, source, target, policy)
        ? request.details()
        : Promise.resolve(undefined);
    const tip = source.refs.get(source.defaultBranch ?? '')?.id;
    const inquiry = {
        details,
        relations: relations(comparison, details, ancestry),
        merges: tip === undefined ? Promise.resolve(new Map()) : merges(candidates, tip, details, ancestry),
    };
    for (const answer of Object.values(inquiry))
        answer.catch(() => undefined);
    return inquiry;
}
async function relations({ changed }, details, ancestry) {
    const ask = (some, peeled) => ancestry.relations(some.map((one) => ({ ...one, old: peeled?.get(one.ref) ?? one.old, isCommit: (0,ref_name/* isBranch */.PX)(one.ref) })));
    const tags = changed.filter(({ ref }) => (0,ref_name/* isTag */.dz)(ref));
    const [branches, others] = await Promise.all([
        ask(changed.filter(({ ref }) => !(0,ref_name/* isTag */.dz)(ref))),
        tags.length === 0 ? new Map() : details.then((known) => ask(tags, known?.peeled)),
    ]);
    return new Map([...branches, ...others]);
}
async function merges(candidates, defaultTip, details, ancestry) {
    const peeled = candidates.some(({ ref }) => (0,ref_name/* isTag */.dz)(ref)) ? (await details)?.peeled : undefined;
    return ancestry.merges(candidates.map(({ ref, old }) => ({ ref, id: peeled?.get(ref) ?? old, isCommit: (0,ref_name/* isBranch */.PX)(ref) })), defaultTip);
}
function noRelations() {
    return new Map();
}

;// CONCATENATED MODULE: ./build/src/mirror/isolate.js

const MOST_PUSHES = 256;
const MOST_REFUSALS_BEFORE_SUCCESS = 4;
async function isolate(changes, refused, isRisky, push) {
    const fates = new Map(refused);
    const needed = freeingDeletions(changes);
    const isLast = (change) => isRisky(change) && !needed.has(change.ref);
    const open = split(changes, isLast);
    const postponed = [];
    let hasLanded = false;
    let refusals = 0;
    let pushes = 0;
    for (let part = open.shift(); part !== undefined && pushes < MOST_PUSHES; part = open.shift()) {
        if (part.isToBlame === true && part.changes.length > 1) {
            open.unshift(...split(part.changes, isLast));
            continue;
        }
        const partFates = await push(part.changes);
        pushes += 1;
        for (const [ref, fate] of partFates)
            fates.set(ref, fate);
        const landed = [...partFates.values()].filter(({ kind }) => kind === 'accepted').length;
        hasLanded ||= landed > 0;
        if (part.changes.length === 1)
            refusals += 1;
        if (landed === partFates.size && part.rest !== undefined)
            part.rest.isToBlame = true;
        const isHopeless = !hasLanded && refusals >= MOST_REFUSALS_BEFORE_SUCCESS;
        if (isRefusedWhole(partFates))
            (isHopeless ? postponed : open).unshift(...split(part.changes, isLast));
        if (hasLanded)
            open.push(...postponed.splice(0));
    }
    return fates;
}
function isRefusedWhole(fates) {
    const reasons = new Set(Array.from(fates.values(), (fate) => (fate.kind === 'refused' ? fate.reason : undefined)));
    return fates.size > 1 && reasons.size === 1 && !reasons.has(undefined);
}
function split(changes, isRisky) {
    const safe = changes.filter((change) => !isRisky(change));
    const risky = changes.filter(isRisky);
    if (safe.length > 0 && risky.length > 0)
        return halves(safe, risky);
    const middle = Math.ceil(changes.length / 2);
    return halves(changes.slice(0, middle), changes.slice(middle));
}
function halves(first, second) {
    const rest = { changes: second };
    return [{ changes: first, rest }, rest];
}

;// CONCATENATED MODULE: ./build/src/mirror/lag.js

function lagOf(tip, missing) {
    const graph = new CommitGraph(missing);
    const times = [...graph.within(commitOf(tip, missing))].map((id) => committedAt(missing.get(id)?.content));
    const known = times.filter((time) => time !== undefined);
    if (known.length === 0)
        return undefined;
    return { commits: times.length, since: new Date(known.reduce((oldest, time) => Math.min(oldest, time)) * 1000) };
}
function goesToTheBeginning(tip, missing) {
    const commits = [...new CommitGraph(missing).within(commitOf(tip, missing))];
    return commits.some((id) => !/^parent /m.test(headerOf(missing.get(id)?.content ?? Buffer.alloc(0))));
}
function commitOf(tip, objects) {
    let id = tip;
    for (let depth = 0; depth < 10; depth += 1) {
        const object = objects.get(id);
        const next = object?.type === 'tag' ? /^object ([0-9a-f]+)$/m.exec(headerOf(object.content))?.[1] : undefined;
        if (next === undefined)
            return id;
        id = next;
    }
    return id;
}
function committedAt(commit) {
    const time = /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(commit === undefined ? '' : headerOf(commit))?.[1];
    return time === undefined ? undefined : Number(time);
}
function headerOf(content) {
    const end = content.indexOf('\n\n');
    return content.toString('latin1', 0, end < 0 ? content.length : end);
}

;// CONCATENATED MODULE: ./build/src/mirror/outcome.js


function isFailure(outcome) {
    return outcome === 'diverged' || outcome === 'rejected';
}
function isChanged(outcome) {
    return outcome === 'created' || outcome === 'updated' || outcome === 'forced' || outcome === 'deleted';
}

;// CONCATENATED MODULE: ./build/src/hosts/git.js
const RACES = [
    {
        id: 'race',
        pattern: /cannot lock ref|but expected|incorrect old value provided|reference already exists|reference does not exist|failed to update ref|failed to delete|stale info|remote ref has changed|reference is missing|unable to resolve reference/i,
        meaning: 'Somebody else changed the ref at the same time.',
        remedy: 'Run the mirror again.',
        isRace: true,
    },
];
const CONFLICTS = [
    {
        id: 'name-conflict',
        pattern: /exists; cannot create|refname conflict/,
        meaning: 'The name cannot stand beside another one on the target: one is a folder of the other (`a` and `a/b`).',
        remedy: 'Delete or rename the other one on the target.',
        isRace: true,
    },
    {
        id: 'case-conflict',
        pattern: /reference conflict due to case-insensitive filesystem/,
        meaning: 'The name differs from another one in case alone, which the disk of the target cannot tell apart.',
        remedy: 'Rename one of the two at the source, or exclude it.',
    },
];
const GIT_REJECTIONS = [
    {
        id: 'hidden-ref',
        pattern: /deny(?:ing)? (?:updating|deleting) a hidden ref/i,
        meaning: 'The name is reserved on the target.',
        remedy: 'Exclude the ref.',
    },
    {
        id: 'force-push',
        pattern: /non-fast-forward|denyNonFastForwards/i,
        meaning: 'The target forbids force pushes (receive.denyNonFastForwards), and the ref has diverged there.',
        remedy: 'Allow force pushes on the target, or set `keep-divergent-refs`.',
    },
    {
        id: 'current-branch-deletion',
        pattern: /deletion of the current branch prohibited|default branch.* cannot be deleted/i,
        meaning: "It is the target's default branch.",
        remedy: 'Choose another default branch there, then it can be deleted.',
    },
    {
        id: 'deletion',
        pattern: /deletion prohibited|denyDeletes/i,
        meaning: 'The target forbids deletions (receive.denyDeletes).',
        remedy: 'Allow them there, or set `prune: never`.',
    },
    {
        id: 'checked-out',
        pattern: /branch is currently checked out/i,
        meaning: 'The target is no bare repository and has this branch checked out.',
        remedy: 'Mirror into a bare repository.',
    },
    {
        id: 'shallow',
        pattern: /shallow update not allowed|missing necessary objects|did not receive expected object/i,
        meaning: 'Objects are missing from the source, such as those of a shallow clone.',
        remedy: 'Mirror from a complete repository.',
    },
    {
        id: 'pack-size',
        pattern: /pack exceeds maximum allowed size|maximum (?:input|pack) size/i,
        meaning: 'The push is larger than the target takes at once (GitHub: 2 GiB, Bitbucket: 3.5 GB, git: receive.maxInputSize).',
        remedy: 'Mirror in steps, with fewer `branches` at first, so that each push stays below the limit.',
    },
    {
        id: 'fsck',
        pattern: /fsck error|in packed object|index-pack abnormal exit|unpacker error|index-pack failed|unpack-objects/i,
        meaning: 'The target could not take the objects.',
        remedy: "Look at the server's words: a full disk, a size limit, or an object that its checks (receive.fsckObjects) forbid.",
        isVague: true,
    },
    {
        id: 'hook',
        pattern: /hook declined/i,
        meaning: 'A hook or a rule of the target refuses this ref.',
        remedy: "Look at the server's words, and let the owner of the token pass the rule.",
        isVague: true,
    },
];

;// CONCATENATED MODULE: ./build/src/hosts/rejection.js


const REJECTIONS = [
    ...CONFLICTS,
    ...RACES,
    ...hosts/* HOSTS */.kZ.flatMap(({ rejections }) => rejections),
    ...GIT_REJECTIONS,
];
function explainRejection(reason, said = []) {
    const ofReason = REJECTIONS.find(({ pattern }) => pattern.test(reason));
    if (ofReason !== undefined && ofReason.isVague !== true)
        return ofReason;
    const texts = [reason, ...said];
    return REJECTIONS.find(({ isRace, pattern }) => isRace !== true && texts.some((text) => pattern.test(text)));
}
const DECORATION = /^(?:error:)?[\s=\-_*#—–─·.|+~]*$/;
const TELLING = /https?:\/\/|\berror:|^(?:GitLab|Gitea|Forgejo):|fatal:/;
class PushWords {
    #lines;
    constructor(lines, refs) {
        this.#lines = lines
            .filter((line) => !DECORATION.test(line))
            .map((line) => ({ text: line.trim(), ...refsNamedIn(line, refs), rank: rankOf(line) }));
    }
    about(ref, most) {
        const concerning = this.#lines.filter(({ refs }) => refs.size === 0 || refs.has(ref));
        const rank = (line) => (line.refs.has(ref) || line.perhaps.has(ref) ? -1 : line.rank);
        const chosen = new Set(concerning.toSorted((one, other) => rank(one) - rank(other)).slice(0, most));
        return concerning.filter((line) => chosen.has(line)).map(({ text }) => text);
    }
}
function rankOf(line) {
    if (REJECTIONS.some(({ pattern }) => pattern.test(line)))
        return 0;
    return TELLING.test(line) ? 1 : 2;
}
const SURELY_NAMED = /(?:\b(?:branch|tag|ref) |['"`])([^\s'"`]+)/gi;
function refsNamedIn(line, refs) {
    const words = line.split(/[\s'"`()[\],;]+|[.:!?]+(?=\s|$)/);
    const sure = Array.from(line.matchAll(SURELY_NAMED), ([, word = '']) => word.replace(/[.,:;!?)]+$/, ''));
    const among = (names) => new Set(names.filter((name) => refs.has(name)));
    return { refs: among([...words, ...sure.flatMap(fullNames)]), perhaps: among(words.flatMap(fullNames)) };
}
function fullNames(word) {
    return [`refs/heads/${word}`, `refs/tags/${word}`];
}

// EXTERNAL MODULE: ./build/src/protocol/wire/object-format.js
var object_format = __webpack_require__(7435);
;// CONCATENATED MODULE: ./build/src/mirror/relay.js





const MOST_HAVES = { forMoves: 64, forNewRefs: 512 };
const MOST_WORDS = { inMessage: 5, heard: 500 };
class Relay {
    count = { packBytes: 0, pushes: 0 };
    #settings;
    #held;
    #landed = new Set();
    constructor(settings, target) {
        this.#settings = settings;
        this.#held = new Map(target.refs);
    }
    async ask(changes) {
        const { source, target, log } = this.#settings;
        const tips = new Set(this.#held.values());
        const wants = [...new Set(changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.new])))].filter((id) => !tips.has(id));
        if (wants.length === 0)
            return undefined;
        const answer = await source.fetchTips({
            wants,
            haves: this.haves(changes),
            done: true,
            thinPack: !target.capabilities.has('no-thin'),
            ofsDelta: target.capabilities.has('ofs-delta'),
            onText: (line) => log.remote('source', line),
        });
        if (answer.pack === undefined)
            throw new errors/* ProtocolError */.bd(source.location, 'no pack comes where one was asked for');
        const first = await answer.pack.next();
        return { bytes: answer.pack, first: first.done === true ? undefined : first.value };
    }
    async push(changes, pack) {
        const { target, format, pushOptions, log } = this.#settings;
        this.count.pushes += 1;
        const needsPack = changes.some(({ kind }) => kind !== 'delete');
        const said = [];
        try {
            const report = await target.push(changes.map((change) => this.#update(change)), format, needsPack ? this.#counted(pack) : undefined, target.capabilities.has('push-options') ? pushOptions : [], (line) => {
                if (said.length < MOST_WORDS.heard)
                    said.push(line);
                log.remote('target', line);
            });
            if (report === undefined)
                throw noReport(target.location);
            return this.#fates(changes, report, said);
        }
        catch (error) {
            throw inItsWords(error, said);
        }
        finally {
            await pack?.bytes.return();
        }
    }
    #update(change) {
        const zero = (0,object_format/* zeroId */.iR)(this.#settings.format);
        return {
            ref: change.ref,
            old: change.kind === 'create' ? zero : change.old,
            new: change.kind === 'delete' ? zero : change.new,
        };
    }
    async *#counted(pack) {
        if (pack === undefined) {
            yield (0,object_format/* emptyPack */.pb)(this.#settings.format);
            return;
        }
        const startedAt = this.#settings.clock.now();
        let bytes = 0;
        const passed = (chunk) => {
            bytes += chunk.length;
            this.count.packBytes += chunk.length;
            this.#settings.log.progress({ what: 'pack', bytes, startedAt, isDone: false });
            return chunk;
        };
        if (pack.first !== undefined)
            yield passed(pack.first);
        for await (const chunk of pack.bytes)
            yield passed(chunk);
        this.#settings.log.progress({ what: 'pack', bytes, startedAt, isDone: true });
    }
    #fates(changes, report, said) {
        const fates = new Map();
        const words = new PushWords(said, new Set(changes.map(({ ref }) => ref)));
        for (const change of changes) {
            const fate = fateOf(change.ref, report, words);
            fates.set(change.ref, fate);
            if (fate.kind !== 'accepted')
                continue;
            if (change.kind === 'delete')
                this.#held.delete(change.ref);
            else {
                this.#held.set(change.ref, change.new);
                this.#landed.add(change.new);
            }
        }
        return fates;
    }
    havesWithLargeObjects(changes) {
        return this.#holds(changes, (ref) => (0,ref_name/* isBranch */.PX)(ref) || (0,ref_name/* isTag */.dz)(ref), []);
    }
    haves(changes) {
        return this.#holds(changes, () => true, this.#settings.target.extraHaves);
    }
    #holds(changes, counts, beside) {
        const refs = [...this.#held].filter(([ref]) => counts(ref));
        const of = (isWanted) => refs.filter(([ref]) => isWanted(ref)).map(([, id]) => id);
        const old = new Set(changes.flatMap((change) => (change.kind === 'update' ? [change.old] : [])));
        const others = new Set([
            ...of((ref) => ref === this.#settings.defaultBranch),
            ...of(ref_name/* isBranch */.PX),
            ...of(ref_name/* isTag */.dz).toReversed(),
            ...of((ref) => !(0,ref_name/* isBranch */.PX)(ref) && !(0,ref_name/* isTag */.dz)(ref)),
            ...beside,
        ]);
        const most = changes.some(({ kind }) => kind === 'create') ? MOST_HAVES.forNewRefs : MOST_HAVES.forMoves;
        return [...new Set([...old, ...this.#landed, ...[...others].filter((id) => !old.has(id)).slice(0, most)])];
    }
}
function fateOf(ref, report, words) {
    const verdict = report.verdicts.get(ref);
    const said = () => words.about(ref, MOST_WORDS.inMessage);
    if (verdict === undefined)
        return { kind: 'refused', reason: `the target gives no verdict on it (unpack: ${report.unpack})`, said: said() };
    if (verdict.accepted)
        return { kind: 'accepted' };
    const reason = report.unpack === 'ok' ? verdict.reason : `${verdict.reason}: ${report.unpack}`;
    const isRace = explainRejection(reason)?.isRace === true;
    return isRace ? { kind: 'overtaken', reason } : { kind: 'refused', reason, said: said() };
}
function inItsWords(error, said) {
    if (!(error instanceof errors/* RemoteError */.Hi) || !error.passing)
        return error;
    const last = said.filter((line) => /^(?:fatal|error): /.test(line) && explainRejection('', [line]) !== undefined);
    if (last.length === 0)
        return error;
    const { location, message, remedy = '' } = error;
    return new errors/* RemoteError */.Hi({
        kind: 'refused',
        location,
        detail: `the server says: ${last.join(' ')}.`,
        remedy,
        cause: message,
    });
}
function noReport(location) {
    return new errors/* RemoteError */.Hi({
        kind: 'interrupted',
        location,
        detail: 'the server gives no report on a push.',
        remedy: 'Run the mirror again, to see what came of it.',
    });
}

;// CONCATENATED MODULE: ./build/src/mirror/words.js



const KEPT = {
    'keep-divergent-refs': 'only the target has it; with keep-divergent-refs it is left alone',
    'prune-never': 'only the target has it; with prune: never it is left alone',
    'no-default-branch': 'only the target has it; the source has no default branch, so nothing is deleted',
    'clone-on-source': 'only the target has it; the source is a clone, which need not have all that its origin has, so nothing is deleted',
    'default-branch-of-target': "only the target has it, but it is the target's default branch: choose another one there, then it is deleted",
    'symref-on-source': 'the name is a symbolic ref on the source, which is not mirrored',
    'symref-on-target': 'it is a symbolic ref on the target: a change would hit the branch behind it',
    'behind-symref-on-target': 'only the target has it, but a symbolic ref on the target stands for it',
    'perhaps-symref-on-target': 'it may be a symbolic ref on the target, whose server does not say: a deletion could hit the branch behind it',
    'not-asked': 'only the target has it; whether it may be deleted could not be found out',
    'not-merged': "only the target has it, and it is not merged into the source's default branch",
    'unknown-object': 'only the target has it, and the source does not know its commits',
    'not-a-commit': 'only the target has it, and it points to no commit',
};
const DIVERGED = {
    'not-ancestor': 'the target has commits here that the source has not built on; with keep-divergent-refs it is left alone',
    'unknown-object': 'the target has commits here that the source does not know; with keep-divergent-refs it is left alone',
};
function decisionMessage(decision) {
    switch (decision.kind) {
        case 'keep':
            return KEPT[decision.reason];
        case 'diverged':
            return DIVERGED[decision.reason];
        case 'blocked':
            return `it cannot exist beside ${(0,printable/* printable */.g)(decision.by)}, which stays on the target: delete or rename that one`;
        case 'delete':
            return decision.reason === 'merged'
                ? "gone from the source, and merged into the source's default branch"
                : 'gone from the source';
        default:
            return null;
    }
}
function fateMessage(fate) {
    if (fate.kind === 'overtaken') {
        const rule = explainRejection(fate.reason);
        return rule === undefined || rule.id === 'race'
            ? `somebody else changed it at the same time, again and again (${fate.reason}). Run the mirror again.`
            : `the target refuses it: ${sentence(fate.reason)} ${rule.meaning} ${rule.remedy}`;
    }
    if (fate.kind === 'withheld')
        return fate.message;
    const said = fate.said.length === 0 ? '' : ` (${fate.said.join(' ')})`;
    const rule = explainRejection(fate.reason, fate.said);
    const meaning = rule === undefined ? '' : ` ${rule.meaning} ${rule.remedy}`;
    return `the target refuses it: ${sentence(fate.reason + said)}${meaning}`;
}
function sentence(words) {
    return /[.!?]$/.test(words) ? words : `${words}.`;
}
function failureMessage(failure, target) {
    if (!(failure instanceof errors/* RemoteError */.Hi))
        return failure.message;
    const rule = explainRejection(failure.detail);
    const isFit = rule?.isRace !== true && (rule?.isOfReading === true || failure.location === target);
    if (rule === undefined || !isFit)
        return failure.message;
    const explained = `${failure.location}: ${sentence(failure.detail)} ${rule.meaning} ${rule.remedy}`;
    return rule.isVague === true && failure.hint !== undefined ? `${explained} ${failure.hint}` : explained;
}
function failureSummary(diverged, rejected) {
    const sentences = [
        ...(diverged.length === 0
            ? []
            : [`Some refs have diverged and have not been updated on the target: ${names(diverged)}.`]),
        ...(rejected.length === 0 ? [] : [`Some refs were rejected: ${names(rejected)}.`]),
    ];
    return sentences.length === 0 ? null : sentences.join(' ');
}
function checkSummary(behind) {
    if (behind.length === 0)
        return null;
    const differ = behind.length === 1 ? 'one ref differs' : `${behind.length} refs differ`;
    return `The mirror is not as the source is: ${differ} (${names(behind)}). Run the mirror.`;
}
function cloneNotice(lacking) {
    const what = lacking.length === 1 ? 'a branch' : `${lacking.length} branches`;
    return (`The source is a clone, and ${what} of its origin (${names(lacking)}) it does not have as its own: not mirrored. ` +
        'Give the URL that it was cloned from, or a clone made with `git clone --mirror`.');
}
function lagMessage({ commits, since }) {
    const time = since.toISOString().replace(/\.000Z$/, 'Z');
    return `behind by ${commits === 1 ? '1 commit' : `${commits} commits`}, the oldest of ${time}`;
}
const MOST_NAMES = 20;
function names(refs) {
    const shown = refs.slice(0, MOST_NAMES).map((ref) => (0,printable/* printable */.g)(ref));
    const more = refs.length - shown.length;
    return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

;// CONCATENATED MODULE: ./build/src/mirror/results.js



class Results {
    #results = new Map();
    #overtaken = new Set();
    #inDoubt = new Map();
    get hasOvertaken() {
        return this.#overtaken.size > 0;
    }
    get hasLanded() {
        return this.#inDoubt.size > 0 || [...this.#results.values()].some(({ outcome }) => isChanged(outcome));
    }
    beginRound() {
        for (const ref of this.#overtaken)
            this.#results.delete(ref);
        this.#overtaken.clear();
    }
    begin(changes) {
        for (const change of changes)
            this.#inDoubt.set(change.ref, changedResult(change, undefined));
    }
    land(refs) {
        for (const ref of refs) {
            const result = this.#inDoubt.get(ref);
            if (result !== undefined)
                this.#results.set(ref, result);
            this.#inDoubt.delete(ref);
        }
    }
    miss(changes) {
        for (const change of changes) {
            if (this.#results.has(change.ref) || this.#inDoubt.has(change.ref))
                continue;
            this.#results.set(change.ref, { ...changedResult(change, undefined), outcome: 'rejected', message: NOT_REACHED });
        }
    }
    relate(relations) {
        for (const [ref, result] of this.#inDoubt) {
            if (result.outcome === 'forced' && relations.get(ref) === 'ancestor')
                this.#inDoubt.set(ref, { ...result, outcome: 'updated' });
        }
    }
    record(decisions, fates, relations) {
        const seen = new Set();
        for (const decision of decisions) {
            seen.add(decision.ref);
            const result = this.#resultOf(decision, fates.get(decision.ref), relations);
            this.#results.set(decision.ref, result);
            this.#inDoubt.delete(decision.ref);
        }
        for (const [ref, { outcome }] of this.#results) {
            if (!seen.has(ref) && !isChanged(outcome))
                this.#results.delete(ref);
        }
        for (const [ref, result] of this.#inDoubt) {
            if (result.new === null && !seen.has(ref))
                this.#results.set(ref, result);
        }
        this.#inDoubt.clear();
    }
    explain(lags) {
        for (const [ref, lag] of lags) {
            const result = this.#results.get(ref);
            if (result !== undefined)
                this.#results.set(ref, { ...result, message: result.message ?? lagMessage(lag) });
        }
    }
    inOrder() {
        const all = new Map(this.#results);
        for (const [ref, result] of this.#inDoubt)
            all.set(ref, { ...result, outcome: 'rejected', message: IN_DOUBT });
        return [...all.values()].sort((one, other) => (0,ref_name/* compareRefNames */.hJ)(one.ref, other.ref));
    }
    #resultOf(decision, fate, relations) {
        const { ref } = decision;
        const message = decisionMessage(decision);
        switch (decision.kind) {
            case 'unchanged':
                return (this.#earlier(ref, decision.id) ?? { ref, outcome: 'unchanged', old: decision.id, new: decision.id, message });
            case 'keep':
                return { ref, outcome: 'kept', old: decision.old, new: null, message };
            case 'diverged':
                if (fate?.kind === 'overtaken')
                    this.#overtaken.add(ref);
                return { ref, outcome: 'diverged', old: decision.old, new: decision.new, message };
            case 'blocked':
                return { ref, outcome: 'rejected', old: null, new: decision.new, message };
            default:
                break;
        }
        const changed = changedResult(decision, relations.get(ref));
        if (fate?.kind === 'accepted')
            return changed;
        const missed = fate ?? NOT_PUSHED;
        if (missed.kind === 'overtaken')
            this.#overtaken.add(ref);
        return { ...changed, outcome: 'rejected', message: fateMessage(missed) };
    }
    #earlier(ref, id) {
        return [this.#results.get(ref), this.#inDoubt.get(ref)].find((result) => result !== undefined && isChanged(result.outcome) && result.new === id);
    }
}
const NOT_PUSHED = { kind: 'refused', reason: 'it was not pushed', said: [] };
const NOT_REACHED = 'the run broke off before this ref was pushed. Run the mirror again.';
const IN_DOUBT = 'the connection broke before the target said what became of it. Run the mirror again.';
function changedResult(change, relation) {
    const { ref } = change;
    const message = decisionMessage(change);
    switch (change.kind) {
        case 'create':
            return { ref, outcome: 'created', old: null, new: change.new, message };
        case 'update':
            return {
                ref,
                outcome: relation === 'ancestor' ? 'updated' : 'forced',
                old: change.old,
                new: change.new,
                message,
            };
        case 'delete':
            return { ref, outcome: 'deleted', old: change.old, new: null, message };
    }
}

;// CONCATENATED MODULE: ./build/src/mirror/mirror.js















const ROUNDS = 3;
const PAUSE_MS = 1000;
const MOST_PREFIXES = 64;
const THROTTLED_FACTOR = 5;
const MOST_HAVES_OF_A_CHECK = 20_000;
const ACCEPTED = { kind: 'accepted' };
const OVERTAKEN = { kind: 'overtaken', reason: 'it was moved on the source' };
async function mirror(settings, ports) {
    const run = new MirrorRun(settings, ports);
    const startedAt = ports.clock.now();
    let error = null;
    try {
        if (ports.refuse !== undefined)
            throw ports.refuse;
        await run.toTheEnd();
    }
    catch (failure) {
        if ((0,errors/* isError */.bJ)(failure))
            ports.log.debug(failure.stack ?? failure.message);
        if (ports.signal.aborted)
            error = stopped(ports.signal);
        else if ((0,errors/* isError */.bJ)(failure))
            error = failureMessage(failure, ports.target.location);
        else
            throw failure;
    }
    const refs = run.results.inOrder();
    const lastError = error ?? run.problems[0] ?? shortfall(refs, settings.check);
    const endedAt = ports.clock.now();
    return {
        status: lastError !== null || refs.some(({ outcome }) => isFailure(outcome)) ? 'failed' : 'finished',
        lastError,
        startedAt: new Date(startedAt),
        endedAt: new Date(endedAt),
        refs,
        notices: [...run.notices, ...(ports.largeObjects?.notices ?? [])],
        transfer: run.transfer(endedAt - startedAt),
        largeObjects: ports.largeObjects?.count,
    };
}
function shortfall(refs, isCheck) {
    const named = (outcome) => refs.filter((one) => one.outcome === outcome).map(({ ref }) => ref);
    const behind = isCheck ? refs.filter(({ outcome }) => isChanged(outcome)).map(({ ref }) => ref) : [];
    return failureSummary(named('diverged'), named('rejected')) ?? checkSummary(behind);
}
class MirrorRun {
    results = new Results();
    problems = [];
    notices = new Set();
    #settings;
    #ports;
    #ancestry;
    #policy;
    #packBytes = 0;
    constructor(settings, ports) {
        this.#settings = settings;
        this.#ports = ports;
        this.#ancestry = new Ancestry(ports.source);
        this.#policy = settings.policy;
    }
    async toTheEnd() {
        const { log, target, signal } = this.#ports;
        try {
            for (let round = 1;; round += 1) {
                const isLast = round === ROUNDS;
                let pause = PAUSE_MS;
                try {
                    await this.#round(isLast);
                    if (isLast || !this.results.hasOvertaken)
                        return;
                    log.info('Some refs were changed by somebody else meanwhile: reading both ends again.');
                }
                catch (error) {
                    if (isLast || !(error instanceof errors/* RemoteError */.Hi) || !error.passing)
                        throw error;
                    log.warn(`${error.message} Reading both ends again.`);
                    if (error.kind === 'throttled')
                        pause *= THROTTLED_FACTOR;
                }
                await this.#ports.clock.sleep(pause * (round - 1 + Math.random()), signal);
            }
        }
        catch (error) {
            if (!this.results.hasLanded)
                await target.removeIfCreated();
            throw error;
        }
    }
    transfer(durationMs) {
        const { source, target } = this.#ports;
        const sum = (count) => source.traffic[count] + target.traffic[count];
        return {
            requests: sum('requests'),
            bytesReceived: sum('bytesReceived'),
            bytesSent: sum('bytesSent'),
            packBytes: this.#packBytes,
            durationMs,
        };
    }
    async #round(isLast) {
        this.problems.length = 0;
        this.results.beginRound();
        const [snapshots, protectedOnes] = await Promise.all([this.#readBoth(), this.#ports.protectedBranches?.()]);
        this.#select(protectedOnes, snapshots.source);
        const comparison = compare(snapshots.source, snapshots.target, this.#policy);
        if (snapshots.source.clone !== undefined)
            this.#tellOfClone(snapshots.source.clone.lacking);
        if (this.#settings.dryRun || this.#settings.check)
            await this.#foresee(snapshots, comparison, isLast);
        else
            await this.#carryOut(snapshots, comparison, isLast);
    }
    #tellOfClone(lacking) {
        const selected = lacking.filter((name) => this.#policy.select(ref_name/* BRANCHES */.l4 + name));
        if (selected.length > 0)
            this.notices.add(cloneNotice(selected));
    }
    #select(protectedOnes, source) {
        const { policy } = this.#settings;
        if (protectedOnes !== undefined)
            this.#policy = { ...policy, select: onlyBranches(policy.select, protectedOnes) };
        const branches = [...source.refs.keys()].filter(ref_name/* isBranch */.PX);
        if (branches.some((ref) => this.#policy.select(ref)))
            return;
        if (protectedOnes !== undefined)
            this.notices.add(NOTHING_PROTECTED);
        else if (branches.length > 0)
            this.notices.add(NOTHING_SELECTED);
    }
    async #readBoth() {
        const { source, target } = this.#ports;
        const [sourceSnapshot, targetSnapshot] = await Promise.all([source.read(), target.read()]);
        if (target.format !== undefined && target.format !== source.format) {
            throw new errors/* RemoteError */.Hi({
                kind: 'object-format',
                location: target.location,
                detail: `the target names its objects by ${target.format}, the source by ${source.format}; the one cannot be mirrored into the other.`,
                remedy: `Create the target with \`git init --bare --object-format=${source.format}\`.`,
            });
        }
        return { source: sourceSnapshot, target: targetSnapshot };
    }
    async #foresee(snapshots, comparison, isLast) {
        const whole = wholeOf(comparison);
        const looking = this.#ports.largeObjects?.look(movingRefs(whole), this.#newRelay(snapshots).havesWithLargeObjects(whole));
        const inquiry = this.#inquire(snapshots, comparison);
        const relations = await inquiry.relations;
        const decisions = await this.#decide(snapshots, comparison, inquiry);
        const changes = decisions.filter(isChange);
        const mayBeOvertaken = this.#settings.check && !isLast && changes.length > 0;
        const isStillSo = mayBeOvertaken ? await this.#confirm(changes, snapshots) : () => true;
        const brought = await this.#ports.largeObjects?.bring(await looking, movingRefs(changes), () => undefined);
        const fates = new Map(changes.map((one) => [one.ref, isStillSo(one) ? ACCEPTED : OVERTAKEN]));
        const meanwhile = await this.#divergedMeanwhile(decisions, snapshots, isLast);
        this.results.record(decisions, new Map([...fates, ...withheld(brought), ...meanwhile]), relations);
        if (!this.#settings.check)
            return;
        const merges = await inquiry.merges.catch(() => new Map());
        this.results.explain(await this.#lags(changes, snapshots, isKnownBy(comparison, relations, merges)));
    }
    async #carryOut(snapshots, comparison, isLast) {
        const { source, target, largeObjects } = this.#ports;
        const { defaultBranch } = snapshots.source;
        await target.createIfMissing(source.format, defaultBranch);
        const relay = this.#newRelay(snapshots);
        const whole = wholeOf(comparison);
        const looking = largeObjects?.look(movingRefs(whole), relay.havesWithLargeObjects(whole));
        const isKnownEarly = !this.#policy.keepDivergentRefs && whole.some(({ kind }) => kind !== 'delete');
        let early = isKnownEarly && whole.length <= this.#refsPerPush ? this.#prepare(relay, whole, snapshots) : undefined;
        const inquiry = this.#inquire(snapshots, comparison);
        let changes = [];
        const giveUpEarly = () => {
            giveUp(early).catch(() => undefined);
            early = undefined;
        };
        const endWaiting = letGoInTime(early, giveUpEarly, this.#ports.clock);
        try {
            const decisions = await this.#decide(snapshots, comparison, inquiry);
            changes = inPushOrder(decisions.filter(isChange), defaultBranch);
            const brought = await largeObjects?.bring(await looking, movingRefs(changes), giveUpEarly);
            const fates = new Map([...(await this.#divergedMeanwhile(decisions, snapshots, isLast)), ...withheld(brought)]);
            const open = changes.filter(({ ref }) => !fates.has(ref));
            if (open.length < changes.length)
                giveUpEarly();
            endWaiting();
            for (const batch of batches(open, this.#refsPerPush)) {
                const settled = await this.#push(relay, batch, snapshots, inquiry, early);
                for (const [ref, fate] of settled)
                    fates.set(ref, fate);
                this.results.land([...settled].flatMap(([ref, { kind }]) => (kind === 'accepted' ? [ref] : [])));
            }
            this.results.record(decisions, fates, await inquiry.relations.catch(noRelations));
        }
        catch (error) {
            this.results.relate(await inquiry.relations.catch(noRelations));
            this.results.miss(changes);
            throw error;
        }
        finally {
            endWaiting();
            this.#packBytes += relay.count.packBytes;
            await giveUp(early);
        }
    }
    async #lags(changes, snapshots, known) {
        const most = this.#newRelay(snapshots).haves(changes);
        const haves = [...new Set([...most, ...snapshots.target.refs.values()])];
        if (haves.length > MOST_HAVES_OF_A_CHECK)
            return new Map();
        const missing = await this.#ancestry.missing(plan_tipsOf(changes), haves);
        const isAllKnown = [...known.values()].every((isKnown) => isKnown);
        return new Map(changes.flatMap((change) => {
            if (change.kind === 'delete' || known.get(change.ref) === false)
                return [];
            const lag = lagOf(change.new, missing);
            return lag === undefined || (!isAllKnown && goesToTheBeginning(change.new, missing)) ? [] : [[change.ref, lag]];
        }));
    }
    #newRelay(snapshots) {
        const { source, target, log, clock } = this.#ports;
        const { defaultBranch } = snapshots.source;
        const { pushOptions } = this.#settings;
        return new Relay({ source, target, format: source.format, defaultBranch, pushOptions, log, clock }, snapshots.target);
    }
    get #refsPerPush() {
        return this.#ports.refsPerPush ?? Infinity;
    }
    #prepare(relay, changes, snapshots) {
        const pack = changes.some(({ kind }) => kind !== 'delete') ? relay.ask(changes) : Promise.resolve(undefined);
        const isStillSo = changes.length === 0 ? Promise.resolve(() => true) : this.#confirm(changes, snapshots);
        pack.catch(() => undefined);
        isStillSo.catch(() => undefined);
        return { pack, isStillSo };
    }
    async #confirm(changes, snapshots) {
        const names = [...new Set(changes.map(({ ref }) => ref))];
        const prefixes = names.length <= MOST_PREFIXES ? names : [ref_name/* BRANCHES */.l4, ref_name/* TAGS */.gp];
        const listed = new Map((await this.#ports.source.list(prefixes)).map(({ name, id }) => [name, id]));
        return ({ ref }) => listed.get(ref) === snapshots.source.refs.get(ref)?.id;
    }
    async #divergedMeanwhile(decisions, snapshots, isLast) {
        const diverged = decisions.filter(({ kind }) => kind === 'diverged');
        if (isLast || diverged.length === 0)
            return new Map();
        const isStillSo = await this.#confirm(diverged, snapshots);
        return new Map(diverged.filter((one) => !isStillSo(one)).map(({ ref }) => [ref, OVERTAKEN]));
    }
    async #push(relay, changes, snapshots, inquiry, early) {
        const preparation = early ?? this.#prepare(relay, changes, snapshots);
        const [pack, isStillSo] = await Promise.all([preparation.pack, preparation.isStillSo]);
        const current = changes.filter(isStillSo);
        const fates = new Map(changes.filter((change) => !isStillSo(change)).map(({ ref }) => [ref, OVERTAKEN]));
        if (current.length === 0) {
            await pack?.bytes.return();
            return fates;
        }
        this.results.begin(current);
        const pushed = await relay.push(current, pack);
        const settled = isRefusedWhole(pushed) ? await this.#isolate(relay, current, pushed, inquiry) : pushed;
        for (const [ref, fate] of settled)
            fates.set(ref, fate);
        return fates;
    }
    async #isolate(relay, changes, refused, inquiry) {
        this.#ports.log.info('The target refused the push as a whole: pushing in parts, to find the refs that are to blame.');
        const relations = await inquiry.relations.catch(noRelations);
        this.results.relate(relations);
        const isRisky = ({ kind, ref }) => kind === 'delete' || (kind === 'update' && relations.get(ref) !== 'ancestor');
        return isolate(changes, refused, isRisky, async (part) => {
            const pack = part.some(({ kind }) => kind !== 'delete') ? await relay.ask(part) : undefined;
            const fates = await relay.push(part, pack);
            this.results.land([...fates].flatMap(([ref, { kind }]) => (kind === 'accepted' ? [ref] : [])));
            return fates;
        });
    }
    #inquire({ source, target }, comparison) {
        return inquire({
            source,
            target,
            comparison,
            policy: this.#policy,
            ancestry: this.#ancestry,
            details: () => this.#ports.target.details(),
        });
    }
    async #decide({ source, target }, comparison, inquiry) {
        const policy = this.#policy;
        const deletes = deletionCandidates(comparison, source, policy).length > 0;
        const knowledge = {
            relations: policy.keepDivergentRefs ? await inquiry.relations : new Map(),
            merges: await this.#orProblem(inquiry.merges, new Map()),
            target: deletes
                ? await this.#orProblem(inquiry.details, undefined)
                : await inquiry.details.catch(() => undefined),
        };
        return plan(source, target, comparison, policy, knowledge);
    }
    async #orProblem(answer, otherwise) {
        try {
            return await answer;
        }
        catch (error) {
            if (!(error instanceof errors/* RemoteError */.Hi))
                throw error;
            this.problems.push(error.message);
            this.#ports.log.warn(error.message);
            return otherwise;
        }
    }
}
function wholeOf(comparison) {
    return [
        ...comparison.missing.map((one) => ({ kind: 'create', ...one })),
        ...comparison.changed.map(({ ref, old, new: id }) => ({ kind: 'update', ref, old, new: id })),
        ...comparison.targetOnly.map(({ ref, old }) => ({ kind: 'delete', ref, old, reason: 'merged' })),
    ];
}
function isKnownBy({ changed, targetOnly }, relations, merges) {
    const isKnown = (answer) => answer !== undefined && answer !== 'unknown-object';
    return new Map([
        ...changed.map(({ ref }) => [ref, isKnown(relations.get(ref))]),
        ...targetOnly.map(({ ref }) => [ref, isKnown(merges.get(ref))]),
    ]);
}
function movingRefs(changes) {
    return changes.flatMap((change) => (change.kind === 'delete' ? [] : [{ ref: change.ref, tip: change.new }]));
}
function withheld(brought) {
    return new Map([...(brought?.withheld ?? [])].map(([ref, message]) => [ref, { kind: 'withheld', message }]));
}
const NOTHING_SELECTED = 'None of the branches of the source is selected, so no branch is mirrored.';
const NOTHING_PROTECTED = 'No branch of the source is protected (and selected), so no branch is mirrored.';
const MOST_HELD_MS = 5_000;
function letGoInTime(preparation, letGo, clock) {
    const end = new AbortController();
    preparation?.pack
        .then(() => clock.sleep(MOST_HELD_MS, end.signal))
        .then(letGo)
        .catch(() => undefined);
    return () => end.abort();
}
async function giveUp(preparation) {
    const pack = await preparation?.pack.catch(() => undefined);
    await pack?.bytes.return();
}
function stopped(signal) {
    const reason = signal.reason;
    const why = (0,printable/* printable */.g)((0,errors/* isError */.bJ)(reason) ? reason.message : typeof reason === 'string' ? reason : '', 300);
    const inBrackets = why === '' ? 'stopped' : `stopped (${why.replace(/\.$/, '')})`;
    const how = why.startsWith('stopped ') ? why : inBrackets;
    return `The mirror was ${how}. Run it again: it goes on from where the target is.`;
}

// EXTERNAL MODULE: ./build/src/protocol/wire/advertisement.js
var wire_advertisement = __webpack_require__(3259);
// EXTERNAL MODULE: ./build/src/protocol/wire/pkt-line.js
var pkt_line = __webpack_require__(7844);
;// CONCATENATED MODULE: ./build/src/protocol/wire/ls-refs.js





async function requestRefs(transport, format, agent, prefixes) {
    return transport.request('git-upload-pack', Buffer.concat([
        (0,pkt_line/* packet */.xA)('command=ls-refs\n'),
        (0,pkt_line/* packet */.xA)(`agent=${agent}`),
        (0,pkt_line/* packet */.xA)(`object-format=${format}`),
        pkt_line/* DELIMITER_BYTES */.C7,
        (0,pkt_line/* packet */.xA)('peel\n'),
        (0,pkt_line/* packet */.xA)('symrefs\n'),
        ...prefixes.map((prefix) => (0,pkt_line/* packet */.xA)(Buffer.concat([Buffer.from('ref-prefix '), (0,ref_name/* encodeRefName */.PK)(prefix), Buffer.from('\n')]))),
        pkt_line/* FLUSH_BYTES */.zv,
    ]));
}
async function readRefs(answer, format, location) {
    const refs = new Map();
    let bytes = 0;
    for (let next = await answer.packets.need(); next !== pkt_line/* FLUSH */.ZM; next = await answer.packets.need()) {
        if (!Buffer.isBuffer(next))
            throw new errors/* ProtocolError */.bd(location, 'a delimiter stands among the refs');
        const ref = refOf(next, format, location);
        if (ref === undefined)
            continue;
        if (refs.has(ref.name))
            throw new errors/* ProtocolError */.bd(location, `the ref "${(0,printable/* printable */.g)(ref.name, 300)}" is listed twice`);
        refs.set(ref.name, ref);
        bytes += next.length;
        if (refs.size > wire_advertisement/* MOST_REFS */.vT || bytes > wire_advertisement/* LARGEST_LISTING */.yc) {
            throw new errors/* ProtocolError */.bd(location, `more than ${wire_advertisement/* MOST_REFS */.vT} refs or ${wire_advertisement/* LARGEST_LISTING */.yc} bytes are listed`);
        }
    }
    await answer.release();
    return [...refs.values()];
}
function refOf(line, format, location) {
    const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
    const [idPart, namePart, ...attributes] = ls_refs_split(line.subarray(0, end));
    const id = idPart?.toString('latin1') ?? '';
    if (id === 'unborn')
        return undefined;
    let peeled;
    let symref;
    for (const attribute of attributes) {
        const text = attribute.toString('latin1');
        if (text.startsWith('peeled:'))
            peeled = (0,wire_advertisement/* checkedId */.VJ)(text.slice('peeled:'.length), format, location);
        if (text.startsWith('symref-target:'))
            symref = (0,wire_advertisement/* checkedRefName */.y2)(attribute.subarray('symref-target:'.length), location);
    }
    return {
        name: (0,wire_advertisement/* checkedRefName */.y2)(namePart ?? Buffer.alloc(0), location),
        id: (0,wire_advertisement/* checkedId */.VJ)(id, format, location),
        peeled,
        symref,
    };
}
function ls_refs_split(line) {
    const parts = [];
    let from = 0;
    for (let space = line.indexOf(0x20); space >= 0; space = line.indexOf(0x20, from)) {
        parts.push(line.subarray(from, space));
        from = space + 1;
    }
    return [...parts, line.subarray(from)];
}

;// CONCATENATED MODULE: ./build/src/repositories/source.js






const EVERYTHING = ['HEAD', ref_name/* BRANCHES */.l4, ref_name/* TAGS */.gp];
const OLDEST_READING_MS = 30_000;
class SourceRepository {
    #transport;
    #agent;
    #staging;
    #format = 'sha1';
    #advertisement;
    #stage;
    #snapshot;
    #origin;
    #first;
    #readAt = 0;
    constructor(transport, agent, staging) {
        this.#transport = transport;
        this.#agent = agent;
        this.#staging = staging;
    }
    fork(transport) {
        const fork = new SourceRepository(transport, this.#agent, this.#staging);
        fork.#origin = this;
        return fork;
    }
    get location() {
        return this.#transport.location;
    }
    get traffic() {
        return this.#transport.traffic;
    }
    get format() {
        return this.#format;
    }
    get defaultTip() {
        return this.#snapshot?.refs.get(this.#snapshot.defaultBranch ?? '')?.id;
    }
    get branchTips() {
        return new Set([...(this.#snapshot?.refs ?? [])].flatMap(([ref, { id }]) => ((0,ref_name/* isBranch */.PX)(ref) ? [id] : [])));
    }
    get canFilter() {
        return this.#hasFetchFeature('filter');
    }
    get canDeepen() {
        return this.#hasFetchFeature('shallow');
    }
    async read() {
        const origin = this.#origin;
        if (origin !== undefined && this.#first === undefined && origin.#isShareable) {
            this.#first = origin.#firstReading();
            this.#snapshot = await this.#first;
            this.#advertisement = origin.#advertisement;
            this.#format = origin.#format;
            return this.#snapshot;
        }
        this.#origin = undefined;
        await this.#removeStage();
        this.#snapshot = (0,refs/* sourceSnapshot */.mu)(await this.#listAll());
        return this.#snapshot;
    }
    async #listAll() {
        if (this.#transport.folder !== undefined)
            return this.list([...EVERYTHING, ref_name/* REMOTE_TRACKING */.Zw]);
        const listed = await this.list(EVERYTHING);
        return listed.filter(({ name }) => !name.startsWith(ref_name/* REMOTE_TRACKING */.Zw));
    }
    async list(prefixes) {
        if (this.#advertisement?.version === 2)
            return this.#ask(prefixes);
        const early = this.#transport.stateless && this.#advertisement === undefined ? this.#ask(prefixes) : undefined;
        early?.catch(() => undefined);
        const advertisement = await this.#advertise();
        if (advertisement.version === 0)
            return advertisement.refs;
        const guessed = this.#format === 'sha1' ? await early?.catch(() => undefined) : undefined;
        return guessed ?? this.#ask(prefixes);
    }
    async fetch(request) {
        const transport = this.#advertisement?.version === 0 ? await this.#staged() : this.#transport;
        const answer = await (0,fetch/* fetchPack */.q)(transport, this.#format, this.#agent, request);
        if (!answer.isShallow || request.depth !== undefined)
            return answer;
        answer.abort();
        throw (0,fetch/* shallowError */.J)(this.location);
    }
    async fetchTips(request) {
        try {
            return await this.fetch(request);
        }
        catch (error) {
            if (!(error instanceof errors/* RemoteError */.Hi) || !error.detail.includes('not our ref'))
                throw error;
            throw new errors/* RemoteError */.Hi({
                kind: 'interrupted',
                location: this.location,
                detail: `a ref was moved or deleted while it was being mirrored (${error.detail}).`,
                cause: error,
            });
        }
    }
    async close() {
        await this.#transport.close();
        await this.#removeStage();
    }
    get #isShareable() {
        const isRecent = this.#first === undefined || performance.now() - this.#readAt < OLDEST_READING_MS;
        return isRecent || this.#advertisement?.version === 0;
    }
    #firstReading() {
        if (this.#first === undefined)
            this.#readAt = performance.now();
        return (this.#first ??= this.read());
    }
    async #removeStage() {
        const staged = await this.#stage?.catch(() => undefined);
        this.#stage = undefined;
        await staged?.remove().catch(() => undefined);
    }
    async #advertise() {
        const answer = await this.#transport.advertise('git-upload-pack');
        const advertisement = await (0,wire_advertisement/* readAdvertisement */.gM)(answer.packets, this.location);
        this.#advertisement = advertisement;
        this.#format = advertisement.capabilities.objectFormat(this.location);
        if (advertisement.version === 2 || this.#transport.stateless)
            await answer.release();
        else
            answer.abort();
        return advertisement;
    }
    async #ask(prefixes) {
        const answer = await requestRefs(this.#transport, this.#format, this.#agent, prefixes);
        return readRefs(answer, this.#format, this.location);
    }
    async #staged() {
        if (this.#origin !== undefined)
            return this.#origin.#staged();
        this.#stage ??= Promise.all(/* import() */[__webpack_require__.e(260), __webpack_require__.e(822), __webpack_require__.e(875)]).then(__webpack_require__.bind(__webpack_require__, 5875)).then(({ stage }) => stage(this.#transport, this.#agent, this.#staging));
        return (await this.#stage).transport;
    }
    #hasFetchFeature(feature) {
        return this.#advertisement?.version !== 2 || this.#advertisement.capabilities.hasFeature('fetch', feature);
    }
}

// EXTERNAL MODULE: ./build/src/protocol/wire/capabilities.js
var capabilities = __webpack_require__(7950);
// EXTERNAL MODULE: ./build/src/protocol/wire/sideband.js
var sideband = __webpack_require__(3256);
;// CONCATENATED MODULE: ./build/src/protocol/wire/push.js






const LARGEST_REPORT = 256 * 1024 * 1024;
async function push(transport, request) {
    const { capabilities } = request;
    const answer = await transport.request('git-receive-pack', body(request));
    try {
        const report = reports(capabilities)
            ? await readReport(answer, transport.location, capabilities.has('side-band-64k'), request.onText)
            : undefined;
        await answer.release();
        return report;
    }
    catch (error) {
        answer.abort();
        throw error;
    }
}
function reports(capabilities) {
    return capabilities.has('report-status-v2') || capabilities.has('report-status');
}
async function* body(request) {
    const withOptions = request.pushOptions.length > 0;
    const asked = [
        ...(request.capabilities.has('report-status-v2') ? ['report-status-v2'] : ['report-status']),
        'side-band-64k',
        'quiet',
        ...(withOptions ? ['push-options'] : []),
    ].filter((name) => request.capabilities.has(name));
    const format = request.capabilities.has('object-format') ? [`object-format=${request.format}`] : [];
    const agent = request.capabilities.has('agent') ? [`agent=${request.agent}`] : [];
    const capabilities = [...asked, ...format, ...agent].join(' ');
    yield Buffer.concat([
        ...request.updates.map((update, index) => commandPacket(update, index === 0 ? `\0 ${capabilities}` : '')),
        pkt_line/* FLUSH_BYTES */.zv,
        ...(withOptions ? [...request.pushOptions.map((option) => (0,pkt_line/* packet */.xA)(option)), pkt_line/* FLUSH_BYTES */.zv] : []),
    ]);
    if (request.pack !== undefined)
        yield* request.pack;
}
function commandPacket(update, suffix) {
    const ids = Buffer.from(`${update.old} ${update.new} `);
    return (0,pkt_line/* packet */.xA)(Buffer.concat([ids, (0,ref_name/* encodeRefName */.PK)(update.ref), Buffer.from(suffix)]));
}
async function readReport(answer, location, multiplexed, onText) {
    const packets = multiplexed
        ? new pkt_line/* PacketReader */.KF(location, bounded((0,sideband/* dataBand */.w)(answer.packets, location, onText), location))
        : answer.packets;
    const first = await packets.next();
    if (!Buffer.isBuffer(first))
        throw (0,pkt_line/* cutOff */.qG)(location);
    const line = (0,pkt_line/* lineOf */.cA)(first);
    if (!line.startsWith('unpack ')) {
        throw new errors/* ProtocolError */.bd(location, `the report on the push begins with "${(0,printable/* printable */.g)(line, 200)}"`);
    }
    const verdicts = new Map();
    for (let next = await packets.next(); next !== pkt_line/* FLUSH */.ZM && next !== undefined; next = await packets.next()) {
        if (Buffer.isBuffer(next))
            addVerdict(verdicts, next);
    }
    if (multiplexed)
        while ((await packets.next()) !== undefined)
            ;
    return { unpack: (0,printable/* printable */.g)(line.slice('unpack '.length), 500), verdicts };
}
function addVerdict(verdicts, payload) {
    const line = payload.at(-1) === 0x0a ? payload.subarray(0, -1) : payload;
    const kind = line.toString('latin1', 0, 3);
    if (kind === 'ok ')
        verdicts.set((0,ref_name/* decodeRefName */.dj)(line.subarray(3)), { accepted: true });
    if (kind === 'ng ') {
        const space = line.indexOf(0x20, 3);
        const end = space < 0 ? line.length : space;
        const reason = line.toString('utf8', end + 1) || 'no reason given';
        verdicts.set((0,ref_name/* decodeRefName */.dj)(line.subarray(3, end)), { accepted: false, reason: (0,printable/* printable */.g)(reason, 1000) });
    }
}
async function* bounded(data, location) {
    let length = 0;
    for await (const chunk of data) {
        length += chunk.length;
        if (length > LARGEST_REPORT)
            throw new errors/* ProtocolError */.bd(location, `the report on the push is longer than ${LARGEST_REPORT} bytes`);
        yield chunk;
    }
}

;// CONCATENATED MODULE: ./build/src/repositories/target.js







class TargetRepository {
    #transport;
    #agent;
    #capabilities = capabilities/* Capabilities */.F.none;
    #format;
    #extraHaves = [];
    #wasCreated = false;
    constructor(transport, agent) {
        this.#transport = transport;
        this.#agent = agent;
    }
    get location() {
        return this.#transport.location;
    }
    get traffic() {
        return this.#transport.traffic;
    }
    get capabilities() {
        return this.#capabilities;
    }
    get format() {
        return this.#format;
    }
    get extraHaves() {
        return this.#extraHaves;
    }
    async read() {
        if (this.#isMissing())
            return (0,refs/* targetSnapshot */.Q$)([]);
        const answer = await this.#transport.advertise('git-receive-pack');
        const advertisement = await (0,wire_advertisement/* readAdvertisement */.gM)(answer.packets, this.location);
        await answer.release();
        if (advertisement.version === 2)
            throw new errors/* ProtocolError */.bd(this.location, 'protocol v2 is used for a push');
        this.#capabilities = advertisement.capabilities;
        this.#format = advertisement.capabilities.objectFormat(this.location);
        this.#extraHaves = advertisement.extraHaves;
        return (0,refs/* targetSnapshot */.Q$)(advertisement.refs);
    }
    async details() {
        if (this.#transport.stateless) {
            const early = await this.#list().catch((error) => {
                if (error instanceof errors/* RemoteError */.Hi && UNANSWERABLE.has(error.kind))
                    throw error;
                return undefined;
            });
            if (early !== undefined)
                return early;
        }
        const answer = await this.#transport.advertise('git-upload-pack');
        const advertisement = await (0,wire_advertisement/* readAdvertisement */.gM)(answer.packets, this.location);
        if (advertisement.version === 2) {
            await answer.release();
            return this.#list();
        }
        answer.abort();
        return (0,refs/* targetDetails */.Aq)(advertisement.refs, false);
    }
    async createIfMissing(format, defaultBranch) {
        const { folder } = this.#transport;
        if (folder === undefined || folder.exists)
            return;
        await folder.create(format, defaultBranch);
        this.#wasCreated = true;
        await this.read();
    }
    async removeIfCreated() {
        if (this.#wasCreated)
            await this.#transport.folder?.remove();
        this.#wasCreated = false;
    }
    async push(updates, format, pack, pushOptions, onText) {
        const { capabilities } = this;
        return push(this.#transport, { updates, capabilities, format, agent: this.#agent, pushOptions, pack, onText });
    }
    async close() {
        await this.#transport.close();
    }
    async #list() {
        const format = this.#format ?? 'sha1';
        const answer = await requestRefs(this.#transport, format, this.#agent, ['HEAD', ref_name/* BRANCHES */.l4, ref_name/* TAGS */.gp]);
        return (0,refs/* targetDetails */.Aq)(await readRefs(answer, format, this.location), true);
    }
    #isMissing() {
        return this.#transport.folder?.exists === false;
    }
}
const UNANSWERABLE = new Set(['unauthorized', 'forbidden', 'unreachable', 'tls', 'silent']);

;// CONCATENATED MODULE: ./build/src/mirror/connect.js















const CONNECT_MS = 30_000;
const MOST_SSH_OPENINGS = 6;
function newSshOpenings() {
    return new Openings(MOST_SSH_OPENINGS);
}
async function connectAndMirror(options, given, origin) {
    const ports = withOwnSignal(given);
    const { log, signal, clock, agent } = ports;
    const shared = sharedBy(options, ports);
    const open = (endpoint) => openTransport(endpoint, shared, ports);
    const transports = { source: await open(options.source), target: await open(options.target) };
    const staging = { ...shared, onStage: (line) => log.info(line) };
    const source = origin?.fork(transports.source) ?? new SourceRepository(transports.source, agent, staging);
    const target = new TargetRepository(transports.target, agent);
    const largeObjects = largeObjectsOf(options, { source, transports, staging }, shared, ports);
    try {
        return await mirror(options, {
            source,
            target,
            log,
            signal,
            clock,
            refsPerPush: options.target.host.refsPerPush,
            largeObjects,
            protectedBranches: questionOf(options, shared, agent),
            refuse: reasonToRefuse(options),
        });
    }
    finally {
        await Promise.all([largeObjects?.close(), source.close(), target.close()]);
    }
}
async function openSource(options, given) {
    const ports = withOwnSignal(given);
    const shared = sharedBy(options, ports);
    const staging = { ...shared, onStage: (line) => ports.log.info(line) };
    return new SourceRepository(await openTransport(options.source, shared, ports), ports.agent, staging);
}
function withOwnSignal(ports) {
    const signal = AbortSignal.any([ports.signal]);
    (0,external_node_events_.setMaxListeners)(0, signal);
    return { ...ports, signal };
}
function sharedBy(options, ports) {
    const { signal, environment, proxyFor, sshOpenings = newSshOpenings() } = ports;
    return {
        sshOpenings,
        limits: { connect: Math.min(CONNECT_MS, options.timeoutMs), silence: options.timeoutMs },
        signal,
        environment: childEnvironment(environment),
        network: { proxyFor, certificates: trusted(options.certificates, environment) },
    };
}
function trusted(certificates, environment) {
    const { NODE_EXTRA_CA_CERTS: extra } = environment;
    if (certificates.length === 0 || extra === undefined || !(0,external_node_fs_.existsSync)(extra))
        return certificates;
    try {
        return [...certificates, ...readCertificates(extra, '/')];
    }
    catch {
        return certificates;
    }
}
function questionOf(options, shared, agent) {
    const { location, host, credentials, signInHint } = options.source;
    if (!options.onlyProtectedBranches || location.kind === 'local')
        return undefined;
    const request = { location, host, credentials, jobForge: options.job?.forge, tokenName: signInHint };
    return async () => {
        const { protectedBranches } = await Promise.all(/* import() */[__webpack_require__.e(439), __webpack_require__.e(217), __webpack_require__.e(78)]).then(__webpack_require__.bind(__webpack_require__, 3078));
        return protectedBranches({ ...request, branchesName: options.branchesName }, { ...shared, userAgent: agent });
    };
}
function largeObjectsOf(options, ends, shared, ports) {
    const { lfs, dryRun, check, allowInsecureHttp } = options;
    if (lfs === 'never')
        return undefined;
    const { log, signal, clock, agent: userAgent, onSecret } = ports;
    const { network, limits } = shared;
    const { source, transports, staging } = ends;
    const onRetry = (line) => log.warn(line);
    const { traffic } = transports.target;
    const settings = { network, limits, signal, clock, userAgent, onRetry, onSecret, traffic, allowInsecureHttp };
    return new LargeObjects({
        looksAlways: lfs === 'always',
        open: async () => {
            const [{ PointerSearch }, { sourceStore, targetStore }] = await Promise.all([
                Promise.all(/* import() */[__webpack_require__.e(260), __webpack_require__.e(822), __webpack_require__.e(693)]).then(__webpack_require__.bind(__webpack_require__, 5693)),
                Promise.all(/* import() */[__webpack_require__.e(217), __webpack_require__.e(423)]).then(__webpack_require__.bind(__webpack_require__, 4423)),
            ]);
            return {
                search: new PointerSearch({ source, when: lfs, staging }),
                from: sourceStore(options.source, transports.source, source, settings),
                to: targetStore(options.target, transports.target, options.lfsUrl, settings),
            };
        },
        dryRun: dryRun || check,
        log,
        signal,
        clock,
    });
}
function reasonToRefuse({ source, target, job }) {
    const location = withoutPassword(target.location);
    if (job !== undefined && isSameRepository(job.repository, target.location, true))
        return ownRepository(location);
    if (isSameRepository(source.location, target.location))
        return sameRepository(location);
    return source.location.kind === 'local' && (0,external_node_fs_.existsSync)((0,external_node_path_.join)((0,git_folder/* gitFolder */.n)(source.location.path), 'shallow'))
        ? (0,fetch/* shallowError */.J)(source.location.path)
        : undefined;
}
function isSameRepository(one, other, ignoresCase = false) {
    if (one.kind === 'local' || other.kind === 'local') {
        return one.kind === 'local' && other.kind === 'local' && (0,git_folder/* gitFolder */.n)(one.path) === (0,git_folder/* gitFolder */.n)(other.path);
    }
    const [first, second] = [hostAndPath(one), hostAndPath(other)];
    if (first === second)
        return true;
    return (ignoresCase || (0,hosts/* hostOf */.w4)(hostnameOf(one)).ignoresCase === true) && first.toLowerCase() === second.toLowerCase();
}
async function openTransport(endpoint, shared, ports) {
    const { location, host } = endpoint;
    switch (location.kind) {
        case 'http': {
            const { HttpTransport } = await Promise.all(/* import() */[__webpack_require__.e(217), __webpack_require__.e(174)]).then(__webpack_require__.bind(__webpack_require__, 3174));
            return new HttpTransport({
                url: location.url,
                credentials: (0,options_endpoint/* signInFor */.qN)(endpoint, ports.clock.now),
                hints: endpoint.signing === undefined
                    ? { token: endpoint.signInHint, byStatus: host.hints }
                    : { token: 'the AWS credentials', bearer: 'the user or role of AWS', byStatus: host.hints },
                network: shared.network,
                userAgent: ports.agent,
                limits: shared.limits,
                signal: shared.signal,
                onRetry: (line) => ports.log.warn(line),
            });
        }
        case 'ssh': {
            const { SshTransport } = await Promise.all(/* import() */[__webpack_require__.e(822), __webpack_require__.e(646)]).then(__webpack_require__.bind(__webpack_require__, 5646));
            return new SshTransport({
                ...shared,
                ...location,
                openings: shared.sshOpenings,
                location: location.display,
                privateKey: endpoint.sshPrivateKey,
                knownHosts: endpoint.sshKnownHosts,
                publishedKeys: hosts/* HOST_KEYS */.Cy,
                fingerprints: host.fingerprintsOf?.(location.host) ?? [],
            });
        }
        case 'local': {
            const { LocalTransport } = await Promise.all(/* import() */[__webpack_require__.e(260), __webpack_require__.e(822), __webpack_require__.e(965)]).then(__webpack_require__.bind(__webpack_require__, 7965));
            return new LocalTransport({ ...shared, path: location.path });
        }
    }
}
function withoutPassword(location) {
    switch (location.kind) {
        case 'http':
            return location.url.href;
        case 'ssh':
            return location.display;
        case 'local':
            return location.path;
    }
}
function ownRepository(location) {
    return new errors/* RemoteError */.Hi({
        kind: 'same-repository',
        location,
        detail: 'the target is the repository that this job runs in.',
        remedy: "Run it in the source's repository alone, such as with `if: github.repository == 'OWNER/SOURCE'`.",
    });
}
function sameRepository(location) {
    return new errors/* RemoteError */.Hi({
        kind: 'same-repository',
        location,
        detail: 'source and target are the same repository.',
        remedy: 'Give another repository as the target.',
    });
}
function hostAndPath(location) {
    const name = (0,hosts/* mainName */.V7)(hostnameOf(location));
    const port = name === hostnameOf(location).toLowerCase() ? portOf(location) : '';
    const path = location.kind === 'http' ? location.url.pathname : location.path;
    return `${name}:${port}/${decoded(path).replace(/^\/+|(?:\.git)?\/*$/g, '')}`;
}
function portOf(location) {
    if (location.kind === 'http')
        return location.url.port;
    return location.port === undefined || location.port === 22 ? '' : String(location.port);
}
function hostnameOf(location) {
    return location.kind === 'http' ? location.url.hostname : location.host;
}
function decoded(path) {
    try {
        return decodeURIComponent(path);
    }
    catch {
        return path;
    }
}

// EXTERNAL MODULE: ./build/src/options/secrets.js + 1 modules
var secrets = __webpack_require__(9810);
// EXTERNAL MODULE: ./build/src/options/trimmed.js
var trimmed = __webpack_require__(5018);
;// CONCATENATED MODULE: ./build/src/list/plan-mirrors.js








async function listReader({ mirrors }) {
    return mirrors === '' ? undefined : (await Promise.all(/* import() */[__webpack_require__.e(133), __webpack_require__.e(103)]).then(__webpack_require__.bind(__webpack_require__, 9103))).readMirrors;
}
const MOST_PARALLEL = { usual: 4, possible: 20 };
function givenMirrors(raw, list, settings, read) {
    if (read === undefined)
        return { raws: [raw], secrets: (0,secrets/* secretsOf */.Fj)(raw), plan: () => planOne(raw, list, settings) };
    const problems = new Set();
    const [text, title] = textOf(list.mirrors, settings, (problem) => problems.add(problem));
    const entries = read(text, title, (problem) => problems.add(problem));
    const unread = problems.size === 0 ? [] : [(0,secrets/* secretsInText */.Sd)(list.mirrors), (0,secrets/* secretsInText */.Sd)(text)];
    const rawOfEntry = ({ entry }) => rawOf(entry, raw, settings.environment);
    return {
        raws: entries.filter(isEnabled).map(rawOfEntry),
        secrets: [...entries.map((one) => (0,secrets/* secretsOf */.Fj)(rawOfEntry(one))), ...unread].reduce((secrets, others) => secrets.with(others), (0,secrets/* secretsOf */.Fj)(raw)),
        plan: () => planList(entries, problems, raw, list, settings),
    };
}
function planOne(raw, list, { names, listNames, folder }) {
    const problems = [];
    parallel(list.maxParallel, listNames.maxParallel, (problem) => problems.push(problem));
    const options = withProblems(problems, () => parseOptions(raw, names, folder));
    const { display: source } = options.source;
    return { source, mirrors: [{ name: undefined, options }], disabled: [], isList: false, maxParallel: 1 };
}
function withProblems(known, parse) {
    try {
        const parsed = parse();
        if (known.length === 0)
            return parsed;
    }
    catch (error) {
        if (error instanceof ConfigurationError)
            throw new ConfigurationError([...known, ...error.problems]);
        throw error;
    }
    throw new ConfigurationError(known);
}
function planList(entries, known, raw, list, settings) {
    const ofOptions = new Set();
    const maxParallel = parallel(list.maxParallel, settings.listNames.maxParallel, (one) => ofOptions.add(one));
    contradictions(raw, entries, settings, (one) => ofOptions.add(one));
    const problems = new Set([...ofOptions, ...known]);
    const add = (problem) => void problems.add(problem);
    const mirrors = [];
    for (const placed of entries.filter(isEnabled)) {
        const options = optionsOf(placed, raw, settings, add);
        if (options === undefined)
            continue;
        const isRepeated = mirrors.some((other) => isSameRepository(other.options.target.location, options.target.location));
        if (isRepeated)
            add(`${placed.place('url')} is the same as that of another mirror.`);
        mirrors.push({ name: nameOf(placed), options });
    }
    repeated(entries, settings.folder, add);
    if (problems.size > 0)
        throw new ConfigurationError([...problems]);
    const disabled = entries.filter((one) => !isEnabled(one)).map(nameOf);
    return { source: (0,options_endpoint/* withoutCredentials */.ri)(raw.source.url), mirrors, disabled, isList: true, maxParallel };
}
function isEnabled({ entry }) {
    return entry.enabled !== false;
}
function nameOf({ entry }) {
    return (0,printable/* printable */.g)(entry.name ?? (0,options_endpoint/* withoutCredentials */.ri)(entry.url), 100);
}
function textOf(given, { listNames, folder }, problem) {
    if (/\n|^\s*[-[{]/.test(given))
        return [given, listNames.mirrors];
    const text = fileText((0,external_node_path_.resolve)(folder, given));
    if (text !== undefined)
        return [text, (0,printable/* printable */.g)(given, 300)];
    const shown = (0,printable/* printable */.g)((0,options_endpoint/* withoutCredentials */.ri)(given), 300);
    problem(`${listNames.mirrors} is "${shown}", which is neither a file nor a list of mirrors.`);
    return ['- url: none', given];
}
function fileText(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8');
    }
    catch {
        return undefined;
    }
}
function optionsOf({ entry, place }, raw, settings, problem) {
    for (const attribute of ['token_variable', 'ssh_private_key_variable']) {
        const name = entry[attribute];
        if (name !== undefined && (0,trimmed/* trimmed */.d)(settings.environment[name] ?? '') === '')
            problem(`${place(attribute)} names ${shownName(name)}, which is not set in the environment, or is empty.`);
    }
    try {
        return parseOptions(rawOf(entry, raw, settings.environment), namesOf(entry, place, settings.names), settings.folder);
    }
    catch (error) {
        if (!(error instanceof ConfigurationError))
            throw error;
        for (const one of error.problems)
            problem(one);
        return undefined;
    }
}
function shownName(name) {
    return /^[A-Z_][A-Z0-9_]{0,99}$/.test(name) ? name : 'a variable';
}
function rawOf(entry, raw, environment) {
    const variable = (name) => (0,trimmed/* trimmed */.d)(name === undefined ? '' : (environment[name] ?? ''));
    return {
        ...raw,
        ...selectionOf(entry, raw),
        target: {
            url: entry.url,
            username: entry.username ?? '',
            token: variable(entry.token_variable),
            sshPrivateKey: variable(entry.ssh_private_key_variable) || raw.target.sshPrivateKey,
            sshKnownHosts: entry.ssh_known_hosts ?? raw.target.sshKnownHosts,
        },
        keepDivergentRefs: flag(entry.keep_divergent_refs, raw.keepDivergentRefs),
        prune: entry.prune ?? raw.prune,
        lfs: entry.lfs ?? raw.lfs,
        lfsUrl: entry.lfs_url ?? '',
        pushOptions: entry.push_options ?? raw.pushOptions,
    };
}
function selectionOf(entry, raw) {
    const isOwn = [entry.branches, entry.mirror_branch_regex, entry.only_protected_branches].some((one) => one !== undefined && one !== false);
    return {
        onlyProtectedBranches: flag(entry.only_protected_branches, isOwn ? '' : raw.onlyProtectedBranches),
        mirrorBranchRegex: entry.mirror_branch_regex ?? (isOwn ? '' : raw.mirrorBranchRegex),
        branches: entry.branches ?? (isOwn ? [] : raw.branches),
        tags: entry.tags ?? raw.tags,
    };
}
function flag(value, otherwise) {
    return value === undefined ? otherwise : String(value);
}
function namesOf(entry, place, names) {
    const or = (attribute, otherwise) => attribute in entry ? place(attribute) : otherwise;
    return {
        ...names,
        target: {
            url: place('url'),
            token: place('token_variable'),
            username: place('username'),
            sshPrivateKey: or('ssh_private_key_variable', names.target.sshPrivateKey),
            sshKnownHosts: or('ssh_known_hosts', names.target.sshKnownHosts),
        },
        onlyProtectedBranches: or('only_protected_branches', names.onlyProtectedBranches),
        keepDivergentRefs: or('keep_divergent_refs', names.keepDivergentRefs),
        mirrorBranchRegex: or('mirror_branch_regex', names.mirrorBranchRegex),
        branches: or('branches', names.branches),
        tags: or('tags', names.tags),
        prune: or('prune', names.prune),
        lfs: or('lfs', names.lfs),
        lfsUrl: place('lfs_url'),
        pushOptions: or('push_options', names.pushOptions),
    };
}
function contradictions({ target, lfsUrl }, entries, { names, listNames }, problem) {
    const isNamed = entries.some(({ entry }) => entry.token_variable === names.target.token);
    const given = [
        [target.url, names.target.url, '`url`'],
        [isNamed ? '' : target.token, names.target.token, '`token_variable`'],
        [target.username, names.target.username, '`username`'],
        [lfsUrl, names.lfsUrl, '`lfs_url`'],
    ];
    for (const [value, name, attribute] of given) {
        if (value !== '')
            problem(`${name} and ${listNames.mirrors} exclude each other: give ${attribute} to each mirror of the list.`);
    }
}
function repeated(entries, folder, problem) {
    const seen = new Map([
        ['url', new Set()],
        ['name', new Set()],
    ]);
    for (const { entry, place } of entries) {
        for (const attribute of ['url', 'name']) {
            const value = attribute === 'url' ? repositoryOf(entry.url, folder) : entry.name;
            if (value === undefined)
                continue;
            if (seen.get(attribute)?.has(value) === true)
                problem(`${place(attribute)} is the same as that of another mirror.`);
            seen.get(attribute)?.add(value);
        }
    }
}
function repositoryOf(url, folder) {
    const plain = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:.*@)?/i, '$1').replace(/\/+$/, '');
    const isPath = !/^[^/]*:/.test(plain);
    return (isPath ? (0,external_node_path_.resolve)(folder, plain) : plain).replace(/\.git$/, '');
}
function parallel(text, name, problem) {
    if (text === '')
        return MOST_PARALLEL.usual;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= MOST_PARALLEL.possible)
        return value;
    problem(`${name} is "${(0,printable/* printable */.g)((0,options_endpoint/* withoutCredentials */.ri)(text), 100)}", allowed are whole numbers from 1 to ${MOST_PARALLEL.possible}.`);
    return MOST_PARALLEL.usual;
}

;// CONCATENATED MODULE: ./build/src/list/run-mirrors.js

async function runMirrors(plan, given) {
    const ports = { ...given, sshOpenings: newSshOpenings() };
    const startedAt = new Date(ports.clock.now());
    const [first] = plan.mirrors;
    const source = plan.isList && first !== undefined ? await openSource(first.options, ports) : undefined;
    const ends = [];
    try {
        const open = [...plan.mirrors.entries()].values();
        const worker = async () => {
            for (const [index, mirror] of open) {
                const { name, options } = mirror;
                const log = name === undefined ? ports.log : new NamedLog(ports.log, name);
                ends[index] = { ...mirror, result: await connectAndMirror(options, { ...ports, log }, source) };
                if (name !== undefined)
                    ports.log.info(`${name}: ${ends[index].result.status}.`);
            }
        };
        await Promise.all(Array.from({ length: plan.maxParallel }, worker));
    }
    finally {
        await source?.close();
    }
    return { startedAt, endedAt: new Date(ports.clock.now()), mirrors: ends };
}
class NamedLog {
    #log;
    #name;
    constructor(log, name) {
        this.#log = log;
        this.#name = name;
    }
    debug(line) {
        this.#log.debug(`${this.#name}: ${line}`);
    }
    info(line) {
        this.#log.info(`${this.#name}: ${line}`);
    }
    warn(line) {
        this.#log.warn(`${this.#name}: ${line}`);
    }
    remote(end, line) {
        if (end === 'target')
            this.#log.info(`${this.#name}: remote: ${line}`);
        else
            this.#log.debug(`${this.#name}: source: ${line}`);
    }
    progress() {
    }
}

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./build/src/protocol/clock.js

const systemClock = {
    now: () => Date.now(),
    sleep: (ms, signal) => (0,external_node_timers_promises_.setTimeout)(ms, undefined, signal === undefined ? {} : { signal }),
};

;// CONCATENATED MODULE: ./build/src/report/report.js

function reportOf(options, result, secrets) {
    const { transfer } = result;
    return {
        url: secrets.redact(options.target.display),
        source_url: secrets.redact(options.source.display),
        update_status: result.status,
        last_error: redacted(result.lastError, secrets),
        last_update_started_at: result.startedAt.toISOString(),
        last_update_at: result.endedAt.toISOString(),
        only_protected_branches: options.onlyProtectedBranches,
        keep_divergent_refs: options.policy.keepDivergentRefs,
        mirror_branch_regex: options.rules.mirrorBranchRegex ?? null,
        dry_run: options.dryRun || options.check,
        check: options.check,
        refs: reportedRefs(result, secrets),
        notices: result.notices.map((notice) => secrets.redact(notice)),
        counts: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, result.refs.filter((ref) => ref.outcome === outcome).length])),
        transfer: {
            requests: transfer.requests,
            bytes_received: transfer.bytesReceived,
            bytes_sent: transfer.bytesSent,
            pack_bytes: transfer.packBytes,
            duration_ms: Math.round(transfer.durationMs),
        },
        lfs: result.largeObjects ?? null,
    };
}
function reportedRefs({ refs }, secrets) {
    const seen = new Map();
    return refs.map(({ ref, outcome, old, new: id, message }) => {
        const name = secrets.redact(ref);
        const count = (seen.get(name) ?? 0) + 1;
        if (name !== ref)
            seen.set(name, count);
        return {
            ref: count === 1 ? name : `${name}~${count}`,
            outcome,
            old: redacted(old, secrets),
            new: redacted(id, secrets),
            message: redacted(message, secrets),
        };
    });
}
function refsWith(report, ...outcomes) {
    return report.refs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ ref }) => ref);
}
function hasChanges(report) {
    const { created, updated, forced, deleted } = report.counts;
    return created + updated + forced + deleted > 0;
}
function redacted(text, secrets) {
    return text === null ? null : secrets.redact(text);
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./build/src/hosts/web.js



const ID = /^[0-9a-f]{40,64}$/;
const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;
function web_commitPage(location, host, id) {
    if (!ID.test(id))
        return undefined;
    const repository = webAddress(location);
    const page = repository && host.commitPage?.(repository, id);
    return page?.path.every(isSegment) === true ? urlOf(page) : undefined;
}
function webAddress(location) {
    if (location.kind === 'local')
        return undefined;
    const server = webServer(location);
    if (server === undefined)
        return undefined;
    return { server, path: projectPath(location, server).split('/') };
}
function webServer(location) {
    if (location.kind === 'http')
        return location.url.protocol === 'https:' ? serverOf(location) : undefined;
    if (!NAME.test(location.host) && !isIPv6(location.host))
        return undefined;
    return serverOf({ ...location, host: mainName(location.host) });
}
function isSegment(text) {
    return text !== '' && text !== '.' && text !== '..';
}
function urlOf({ server, path, query = {} }) {
    const url = new URL(server);
    url.pathname = path.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/');
    url.search = new URLSearchParams(query).toString();
    return url.href;
}

;// CONCATENATED MODULE: ./build/src/report/run-report.js



const NO_PAGES = { sourceCommit: () => undefined, targetCommit: () => undefined };
function commitPages({ source, target }) {
    return {
        sourceCommit: (id) => commitPage(source.location, source.host, id),
        targetCommit: (id) => commitPage(target.location, target.host, id),
    };
}
const run_report_MOST_NAMES = 20;
function runReportOf(plan, ends, secrets) {
    const reports = ends.mirrors.map(({ name, options, result }) => ({
        name: secrets.redact(name ?? ''),
        ...reportOf(options, result, secrets),
    }));
    const [first] = reports;
    if (!plan.isList && first !== undefined) {
        const { name: _, ...report } = first;
        return { kind: 'one', report };
    }
    const failed = reports.filter(({ update_status: status }) => status === 'failed');
    return {
        kind: 'list',
        report: {
            source_url: secrets.redact(plan.source),
            update_status: failed.length === 0 ? 'finished' : 'failed',
            last_error: failed.length === 0 ? null : failureOf(failed, reports.length),
            last_update_started_at: ends.startedAt.toISOString(),
            last_update_at: ends.endedAt.toISOString(),
            mirrors: reports,
            disabled: plan.disabled.map((name) => secrets.redact(name)),
        },
    };
}
function reportsOf(run) {
    return run.kind === 'one' ? [run.report] : run.report.mirrors;
}
function failureOf(failed, all) {
    const shown = failed.slice(0, run_report_MOST_NAMES).map(({ name, last_error: why }) => `${name}: ${(0,printable/* printable */.g)(why ?? '', 500)}`);
    const more = failed.length > shown.length ? ` And ${failed.length - shown.length} more.` : '';
    return `${failed.length} of ${all} mirrors failed. ${shown.join(' ')}${more}`;
}

;// CONCATENATED MODULE: ./build/src/report/views/outputs.js


const LISTS = {
    'created-refs': ['created'],
    'updated-refs': ['updated', 'forced'],
    'deleted-refs': ['deleted'],
    'divergent-refs': ['diverged'],
    'rejected-refs': ['rejected'],
};
const LIST_OUTPUTS = Object.keys(LISTS);
function outputsOf(run) {
    const reports = reportsOf(run);
    const refs = (outcomes) => [
        ...new Set(reports.flatMap((report) => refsWith(report, ...outcomes))),
    ];
    return {
        status: run.report.update_status,
        changed: String(reports.some(hasChanges)),
        'last-error': run.report.last_error ?? '',
        lists: Object.fromEntries(Object.entries(LISTS).map(([name, outcomes]) => [name, refs(outcomes)])),
    };
}
function outputsOfProblems(problems) {
    const lists = Object.fromEntries(LIST_OUTPUTS.map((name) => [name, []]));
    return { status: 'failed', changed: 'false', 'last-error': problems.join(' '), lists };
}
function outputs_bounded(refs, most, quoted = (ref) => JSON.stringify(ref)) {
    const shown = [];
    let size = 1;
    for (const ref of refs) {
        const text = quoted(ref);
        size += Buffer.byteLength(text) + 1;
        if (size > most)
            break;
        shown.push(text);
    }
    return { json: `[${shown.join(',')}]`, isWhole: shown.length === refs.length };
}

;// CONCATENATED MODULE: ./build/src/report/views/dotenv.js


const LARGEST = { list: 600, error: 1200 };
function dotenvOf({ status, changed, 'last-error': error, lists }) {
    const values = [
        ['status', status],
        ['changed', changed],
        ...Object.entries(lists).flatMap(([name, refs]) => [
            [name, outputs_bounded(refs, LARGEST.list, quoted).json],
            [name.replace(/s$/, '-count'), String(refs.length)],
        ]),
        ['last-error', cut(plain((0,printable/* printable */.g)(error, LARGEST.error)), LARGEST.error)],
    ];
    return values.map(([name, value]) => `PUSH_MIRROR_${name.toUpperCase().replaceAll('-', '_')}=${value}\n`).join('');
}
function quoted(ref) {
    return JSON.stringify(ref).replace(/[$%#]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
function plain(text) {
    return text.replaceAll('$', '\uff04').replace(/%(?=\w+%)/g, '\uff05');
}
function cut(text, most) {
    if (Buffer.byteLength(text) <= most)
        return text;
    const whole = Buffer.from(text).subarray(0, most - 3);
    return `${new TextDecoder().decode(whole, { stream: true })}…`;
}

;// CONCATENATED MODULE: ./build/src/report/views/table.js


const COLOURS = {
    created: 32,
    updated: 32,
    forced: 33,
    deleted: 33,
    unchanged: 2,
    diverged: 31,
    kept: 2,
    rejected: 31,
};
const WIDEST_NAME = 60;
function table(report, coloured) {
    const paint = (text, colour) => (coloured ? `\u001b[${colour}m${text}\u001b[0m` : text);
    const rows = report.refs.filter(({ outcome }) => outcome !== 'unchanged');
    const width = rows.reduce((widest, { ref }) => Math.min(WIDEST_NAME, Math.max(widest, (0,printable/* printable */.g)(ref).length)), 0);
    const lines = rows.flatMap((row) => {
        const outcome = paint(row.outcome.padEnd(9), COLOURS[row.outcome]);
        const message = row.message === null ? [] : [`${' '.repeat(12)}${(0,printable/* printable */.g)(row.message)}`];
        return [`  ${outcome} ${(0,printable/* printable */.g)(row.ref).padEnd(width)}  ${movement(row)}`.trimEnd(), ...message];
    });
    const isFailed = report.update_status === 'failed';
    const mode = report.check ? ' (check)' : report.dry_run ? ' (dry run)' : '';
    const status = report.update_status + mode;
    const verdict = `${paint(status, isFailed ? 31 : 32)}: ${countsLine(report)}; ${costLine(report)}`;
    const error = report.last_error === null ? [] : [`${paint('error', 31)}: ${(0,printable/* printable */.g)(report.last_error, 10_000)}`];
    const notices = report.notices.map((notice) => `${paint('note', 33)}: ${(0,printable/* printable */.g)(notice)}`);
    return [...lines, ...notices, verdict, ...error].join('\n');
}
function movement(row) {
    const [from, to] = [shortId(row.old), shortId(row.new)];
    if (from === '' || to === '')
        return from + to;
    return `${from}${row.outcome === 'forced' ? '...' : '..'}${to}`;
}

;// CONCATENATED MODULE: ./build/src/report/views/list.js



const list_WIDEST_NAME = 40;
function runTable(run, coloured) {
    return run.kind === 'one' ? table(run.report, coloured) : listTable(run.report, coloured);
}
function listTable({ mirrors, disabled, update_status: status }, coloured) {
    const paint = (text, colour) => (coloured ? `\u001b[${colour}m${text}\u001b[0m` : text);
    const told = mirrors.flatMap((mirror) => [paint((0,printable/* printable */.g)(mirror.name), 1), table(mirror, coloured), '']);
    const width = Math.min(list_WIDEST_NAME, Math.max(0, ...mirrors.map(({ name }) => (0,printable/* printable */.g)(name).length)));
    const rows = mirrors.map((mirror) => {
        const isFailed = mirror.update_status === 'failed';
        const verdict = paint(mirror.update_status.padEnd(8), isFailed ? 31 : 32);
        return `  ${verdict} ${(0,printable/* printable */.g)(mirror.name).padEnd(width)}  ${figures(mirror)}`;
    });
    const off = disabled.map((name) => `  ${paint('disabled', 2)} ${(0,printable/* printable */.g)(name)}`);
    const failed = mirrors.filter(({ update_status: one }) => one === 'failed').length;
    const all = mirrors.length === 0 ? 'no mirror is enabled' : `${mirrors.length} mirrors`;
    const sum = failed === 0 ? all : `${failed} of ${mirrors.length} mirrors failed`;
    return [...told, ...rows, ...off, `${paint(status, failed === 0 ? 32 : 31)}: ${sum}`].join('\n');
}
function figures(mirror) {
    return `${countsLine(mirror)} in ${duration(mirror.transfer.duration_ms)}`;
}

;// CONCATENATED MODULE: ./build/src/options/proxy.js
function proxyIn(environment) {
    const text = (name) => [name.toLowerCase(), name].map((one) => environment[one]?.trim() ?? '').find((value) => value !== '') ?? '';
    return (url) => {
        const proxy = text(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
        return proxy === '' || isExcepted(url, text('NO_PROXY')) ? undefined : proxyUrl(proxy);
    };
}
function proxyUrl(text) {
    return new URL(/^https?:/i.test(text) ? text : `http://${text}`);
}
function isExcepted({ protocol, hostname, port }, list) {
    const host = hostname.toLowerCase();
    const names = [host, `${host}:${port === '' ? USUAL_PORTS[protocol] : port}`];
    return list
        .toLowerCase()
        .split(',')
        .map((item) => item.trim())
        .some((item) => item === '*' || (item !== '' && names.some((name) => isAtOrBelow(name, item))));
}
const USUAL_PORTS = { 'http:': '80', 'https:': '443' };
function isAtOrBelow(name, domain) {
    return name === domain || name.endsWith(domain.startsWith('.') ? domain : `.${domain}`);
}

// EXTERNAL MODULE: ./build/src/version.js
var version = __webpack_require__(8009);
;// CONCATENATED MODULE: ./build/src/cli/run.js
















async function runCommand(invocation, process, onSecrets) {
    const settings = { names: cli_arguments/* NAMES */.Xk, listNames: cli_arguments/* LIST_NAMES */.Kv, environment: process.env, folder: process.cwd() };
    const { raw, list } = invocation;
    const given = givenMirrors(raw, list, settings, await listReader(list));
    onSecrets(given.secrets);
    const plan = planned(invocation.problems, given);
    const clashes = await clashesOf(invocation);
    const files = clashes.length === 0 ? invocation.files : { report: '', dotenv: '' };
    const unwritable = [...clashes, ...(await begun(files))];
    const problems = [...(plan instanceof ConfigurationError ? plan.problems : []), ...unwritable];
    if (plan instanceof ConfigurationError || unwritable.length > 0)
        return refuse(problems.map((problem) => given.secrets.redact(problem)), files, process);
    return run(invocation, plan, given.secrets, process);
}
function planned(problems, given) {
    try {
        return withProblems(problems, given.plan);
    }
    catch (error) {
        if (error instanceof ConfigurationError)
            return error;
        throw error;
    }
}
async function refuse(problems, { dotenv }, process) {
    process.stderr.write(problems.map((problem) => `push-mirror: ${problem}\n`).join(''));
    await written('--dotenv', dotenv, dotenvOf(outputsOfProblems(problems)));
    return 2;
}
async function run({ json, verbose, files }, plan, secrets, process) {
    const cancel = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.once(signal, () => cancel.abort(new Error(`stopped by ${signal}`)));
    }
    const ends = await runMirrors(plan, {
        log: new TerminalLog(process.stderr, secrets, verbose, systemClock.now),
        signal: cancel.signal,
        clock: systemClock,
        environment: process.env,
        agent: (0,version/* agent */.M)(),
        proxyFor: proxyIn(process.env),
        onSecret: (secret) => secrets.add(secret),
    });
    const run = runReportOf(plan, ends, secrets);
    const whole = `${JSON.stringify(run.report, undefined, 2)}\n`;
    const unwritten = [
        ...(await written('--report', files.report, whole)),
        ...(await written('--dotenv', files.dotenv, dotenvOf(outputsOf(run)))),
    ];
    process.stderr.write(unwritten.map((problem) => `push-mirror: ${problem}\n`).join(''));
    const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
    process.stdout.write(json ? withoutCommandsInJson(whole) : `${withoutCommands(runTable(run, isColoured))}\n`);
    return run.report.update_status === 'finished' && unwritten.length === 0 ? 0 : 1;
}
async function clashesOf({ list, files }) {
    const named = [
        ['--mirrors', list.mirrors],
        ['--report', files.report],
        ['--dotenv', files.dotenv],
    ];
    const problems = [];
    for (const [index, [name, path]] of named.entries()) {
        const other = named.slice(0, index).find(([, one]) => one !== '' && (0,external_node_path_.resolve)(one) === (0,external_node_path_.resolve)(path));
        if (path === '' || other === undefined || (await isDevice(path)))
            continue;
        problems.push(`${name} is "${(0,printable/* printable */.g)(path, 300)}", the same file as ${other[0]}: give another one.`);
    }
    return problems;
}
async function isDevice(path) {
    try {
        return !(await (0,promises_.stat)(path)).isFile();
    }
    catch {
        return false;
    }
}
async function begun({ report, dotenv }) {
    const unwritable = await written('--report', report, '');
    if (report !== '' && unwritable.length === 0 && !(await isDevice(report)))
        await (0,promises_.rm)(report);
    return [...unwritable, ...(await written('--dotenv', dotenv, dotenvOf(outputsOfProblems(['The run did not end.']))))];
}
async function written(option, path, text) {
    if (path === '')
        return [];
    try {
        await (0,promises_.writeFile)(path, text);
        return [];
    }
    catch (error) {
        const { code = 'unknown' } = error;
        return [`${option} is "${(0,printable/* printable */.g)(path, 300)}", which cannot be written (${code}).`];
    }
}


/***/ }),

/***/ 9810:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Sb: () => (/* binding */ Secrets),
  Sd: () => (/* binding */ secretsInText),
  Fj: () => (/* binding */ secretsOf)
});

// EXTERNAL MODULE: ./build/src/hosts/hosts.js + 2 modules
var hosts = __webpack_require__(6533);
// EXTERNAL MODULE: ./build/src/protocol/printable.js
var printable = __webpack_require__(3261);
;// CONCATENATED MODULE: ./build/src/options/encodings.js
const CONTROLS = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const ENTITIES = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" };
const PERCENT = {
    sign: '%',
    pattern: /%([0-9a-f]{2})|%[0-9a-f]?(?=…)/gi,
    character: (_found, code) => (code === '' ? '' : String.fromCharCode(parseInt(code, 16))),
};
const BACKSLASH = {
    sign: '\\',
    pattern: /\\(u[0-9a-f]{4}|x[0-9a-f]{2}|[^u…])|\\(?:u[0-9a-f]{0,3})?(?=…)/gi,
    character: (_found, code) => code.length > 1 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (CONTROLS[code] ?? code),
};
const ENTITY = {
    sign: '&',
    pattern: /&(#\d{1,7}|#x[0-9a-f]{1,6}|quot|amp|lt|gt|apos);|&[#\w]{0,8}(?=…)/gi,
    character: (found, code) => {
        if (!code.startsWith('#'))
            return ENTITIES[code.toLowerCase()] ?? '';
        const point = Number(code.slice(1).replace(/^x/i, '0x'));
        return point > 0x10ffff ? found : String.fromCodePoint(point);
    },
};
const ENCODINGS = [PERCENT, BACKSLASH, ENTITY];
function decoded(text, { sign, pattern, character }) {
    if (!text.includes(sign))
        return undefined;
    const offsets = [];
    let [shown, at] = ['', 0];
    const copyTo = (end) => {
        shown += text.slice(at, end);
        for (; at < end; at += 1)
            offsets.push(at);
    };
    for (const { 0: found, 1: code = '', index } of text.matchAll(pattern)) {
        copyTo(index);
        const meant = character(found, code);
        shown += meant;
        offsets.push(...meant.split('').map(() => index));
        at = index + found.length;
    }
    if (at === 0)
        return undefined;
    copyTo(text.length);
    return { text: shown, offsets: [...offsets, text.length] };
}

;// CONCATENATED MODULE: ./build/src/options/secrets.js



const MASK = '*****';
const SHORTEST = 4;
const SHORTEST_PART = 8;
const MOST_ENCODINGS = 2;
class Secrets {
    given;
    #usernames;
    #new;
    #forms = new Map();
    #beginnings;
    constructor(secrets, usernames = []) {
        const given = secrets
            .flatMap((secret) => (secret === undefined ? [] : [secret, ...secret.split(/\r?\n/)]))
            .map((secret) => secret.trim())
            .filter((secret) => secret.length >= SHORTEST);
        this.given = [...new Set(given)];
        this.#usernames = [...new Set(usernames)];
        this.#new = [...this.given];
    }
    add(secret) {
        if (secret.length >= SHORTEST)
            this.#new.push(secret);
    }
    with(others) {
        return new Secrets([...this.given, ...others.given], [...this.#usernames, ...others.#usernames]);
    }
    redact(text) {
        if (this.#new.length > 0) {
            for (const secret of this.#new.splice(0))
                this.#hide(secret);
            this.#beginnings = anyOf([...this.#forms.keys()]);
        }
        let [shown, end] = ['', 0];
        for (const { from, to } of this.#secretsIn(text, MOST_ENCODINGS).sort((one, other) => one.from - other.from)) {
            if (from >= end)
                shown += text.slice(end, from) + MASK;
            end = Math.max(end, to);
        }
        return shown + text.slice(end);
    }
    #hide(secret) {
        for (const form of formsOf(secret, this.#usernames)) {
            const beginning = form.slice(0, SHORTEST);
            const alike = this.#forms.get(beginning) ?? new Set();
            this.#forms.set(beginning, alike.add(form));
        }
    }
    #secretsIn(text, encodings) {
        const found = this.#formsIn(text);
        for (const encoding of encodings === 0 ? [] : ENCODINGS) {
            const { text: meant, offsets = [] } = decoded(text, encoding) ?? {};
            if (meant === undefined)
                continue;
            const place = (at) => offsets[at] ?? text.length;
            for (const { from, to } of this.#secretsIn(meant, encodings - 1))
                found.push({ from: place(from), to: place(to) });
        }
        return found;
    }
    #formsIn(text) {
        const found = [];
        if (this.#forms.size === 0)
            return found;
        const isCut = text.includes('…');
        for (let from = this.#next(text, 0); from >= 0; from = this.#next(text, from + 1)) {
            const alike = this.#forms.get(text.slice(from, from + SHORTEST)) ?? [];
            const cut = isCut ? text.indexOf('…', from) : -1;
            let to = from;
            for (const form of alike)
                to = Math.max(to, endOf(form, text, from, cut));
            if (to > from)
                found.push({ from, to });
        }
        return found;
    }
    #next(text, from) {
        if (this.#beginnings !== undefined) {
            this.#beginnings.lastIndex = from;
            return this.#beginnings.exec(text)?.index ?? -1;
        }
        for (let at = from; at + SHORTEST <= text.length; at += 1)
            if (this.#forms.has(text.slice(at, at + SHORTEST)))
                return at;
        return -1;
    }
}
const MOST_BEGINNINGS = 200;
function anyOf(texts) {
    if (texts.length > MOST_BEGINNINGS)
        return undefined;
    const literal = (text) => text.replace(/\W/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return new RegExp(texts.map(literal).join('|'), 'g');
}
function endOf(form, text, from, cut) {
    if (text.startsWith(form, from))
        return from + form.length;
    return cut - from >= SHORTEST_PART && form.startsWith(text.slice(from, cut)) ? cut : from;
}
function formsOf(secret, usernames) {
    const inBase64 = [
        ...[secret, ...usernames.map((name) => `${name ?? ''}:${secret}`)].map(base64),
        ...(secret.length < SHORTEST_PART ? [] : insideBase64(secret)),
    ];
    const bytes = Buffer.from(secret, 'utf8').toString('latin1');
    return [
        secret,
        (0,printable/* printable */.g)(secret, secret.length),
        bytes,
        bytes.replaceAll(' ', '+'),
        decoded(bytes, PERCENT)?.text ?? '',
        ...inBase64,
        ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ].filter((form) => form.length >= SHORTEST);
}
function base64(text) {
    return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}
function insideBase64(text) {
    return [0, 1, 2].map((before) => {
        const bytes = Buffer.from(' '.repeat(before) + text, 'utf8');
        const ofNeighbours = before === 0 ? 0 : before + 1;
        return bytes.toString('base64').slice(ofNeighbours, Math.floor((bytes.length * 4) / 3));
    });
}
function secretsOf(raw) {
    const ends = [raw.source, raw.target];
    const { aws, proxies } = raw.surroundings;
    const inUrls = [...ends, ...proxies, { url: raw.lfsUrl }].flatMap(({ url }) => credentialsIn(url));
    return new Secrets([
        ...ends.flatMap(({ token, sshPrivateKey }) => [token, sshPrivateKey]),
        ...inUrls.flatMap(({ secrets }) => secrets),
        aws.secretAccessKey,
        aws.sessionToken,
    ], [
        ...ends.map(({ username }) => username),
        ...inUrls.map(({ username }) => username),
        ...hosts/* DEFAULT_USERNAMES */.Ud,
        aws.accessKeyId,
    ]);
}
const NO_PASSWORDS = ['', 'x-oauth-basic'];
function credentialsIn(url) {
    return userinfos(url.trim()).map(({ scheme, username, password }) => {
        const isToken = /^https?:$/i.test(scheme) && NO_PASSWORDS.includes(password) && !hosts/* DEFAULT_USERNAMES */.Ud.includes(username);
        const secret = isToken ? username : password;
        return { username: percentDecoded(username), secrets: [percentDecoded(secret), secret] };
    });
}
const USERINFOS = [/^([^/@:]*)(?::(.*))?@/s, /^([^/@:]*):([^@]*)@/];
function userinfos(url) {
    const [, ofUrl = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*:)\/{2,})?(.*)$/s.exec(url) ?? [];
    const possible = USERINFOS.map((pattern) => {
        const [, username = '', password = ''] = pattern.exec(rest) ?? [];
        return { scheme: ofUrl, username, password };
    });
    if (ofUrl === '' || !URL.canParse(url))
        return possible;
    const { protocol: scheme, username, password } = new URL(url);
    return [{ scheme, username, password }, ...possible];
}
function percentDecoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
function secretsInText(text) {
    const lines = text.replaceAll('\\/', '/').split(/[\r\n]+/);
    const found = lines
        .filter((line) => line.includes('@'))
        .flatMap(urlsIn)
        .flatMap(credentialsIn);
    return new Secrets(found.flatMap(({ secrets }) => secrets), [...found.map(({ username }) => username), ...hosts/* DEFAULT_USERNAMES */.Ud]);
}
const LONGEST_SCHEME = 20;
function urlsIn(line) {
    const parts = line.split('://');
    const urls = parts.slice(1).map((rest, index) => {
        const before = parts[index]?.slice(-LONGEST_SCHEME) ?? '';
        return `${/[A-Za-z][A-Za-z0-9+.-]*$/.exec(before)?.[0] ?? 'https'}://${rest}`;
    });
    const words = line.split(/[\s"'[\]{},]+/).filter((word) => !word.includes('://'));
    return [...urls, ...words].filter((url) => url.includes('@'));
}


/***/ }),

/***/ 2183:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ gitFolder)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);


function gitFolder(path) {
    const name = path.replace(/\/+$/, '');
    const found = ['/.git', '', '.git/.git', '.git'].map((end) => name + end).find(isRepository);
    if (found === undefined)
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path) ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(path) : path;
    const folder = isFile(found) ? namedIn(found, LINK) : found;
    const shared = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'commondir');
    const common = isFile(shared) ? namedIn(shared) : folder;
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(common) ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(common) : common;
}
const LINK = 'gitdir: ';
const LARGEST_LINK = 16 * 1024;
function isLink(path) {
    return isFile(path) && (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).size <= LARGEST_LINK && (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, 'utf8').startsWith(LINK);
}
function isRepository(path) {
    const isFolder = ['objects', 'commondir'].some((name) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(path, name)));
    return isLink(path) || (isFolder && (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(path, 'HEAD')));
}
function namedIn(file, before = '') {
    const text = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8').trimEnd();
    return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(file), text.startsWith(before) ? text.slice(before.length) : '');
}
function isFile(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.R_OK);
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 3259:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VJ: () => (/* binding */ checkedId),
/* harmony export */   gM: () => (/* binding */ readAdvertisement),
/* harmony export */   vT: () => (/* binding */ MOST_REFS),
/* harmony export */   y2: () => (/* binding */ checkedRefName),
/* harmony export */   yc: () => (/* binding */ LARGEST_LISTING)
/* harmony export */ });
/* harmony import */ var _capabilities_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7950);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7299);
/* harmony import */ var _object_format_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7435);
/* harmony import */ var _pkt_line_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7844);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3261);
/* harmony import */ var _ref_name_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5883);






const MOST_REFS = 2_000_000;
const LARGEST_LISTING = 256 * 1024 * 1024;
async function readAdvertisement(packets, location) {
    let first = await packets.need();
    if (Buffer.isBuffer(first) && (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .lineOf */ .cA)(first).startsWith('# service=')) {
        if ((await packets.need()) !== _pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .FLUSH */ .ZM)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, 'the service line is not followed by a flush');
        first = await packets.need();
    }
    if (first === _pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .FLUSH */ .ZM)
        return nothingAdvertised();
    if (!Buffer.isBuffer(first))
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, 'the advertisement begins with a delimiter');
    const line = (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .lineOf */ .cA)(first);
    if (line === 'version 2')
        return { version: 2, capabilities: await readCapabilities(packets, location) };
    const refLine = line === 'version 1' ? await packets.need() : first;
    return new RefAdvertisement(location).read(refLine, packets);
}
function checkedId(text, format, location) {
    if ((0,_object_format_js__WEBPACK_IMPORTED_MODULE_2__/* .isObjectId */ .TS)(text, format))
        return text;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, `"${(0,_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .printable */ .g)(text, 100)}" is no ${format} object id`);
}
function checkedRefName(bytes, location) {
    const name = (0,_ref_name_js__WEBPACK_IMPORTED_MODULE_4__/* .decodeRefName */ .dj)(bytes);
    if ((0,_ref_name_js__WEBPACK_IMPORTED_MODULE_4__/* .isValidRefName */ .h8)(name))
        return name;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, `"${(0,_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .printable */ .g)(name, 300)}" is no valid ref name`);
}
function nothingAdvertised() {
    return { version: 0, capabilities: _capabilities_js__WEBPACK_IMPORTED_MODULE_0__/* .Capabilities */ .F.none, refs: [], extraHaves: [], isShallow: false };
}
async function readCapabilities(packets, location) {
    const lines = [];
    for (let next = await packets.need(); next !== _pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .FLUSH */ .ZM; next = await packets.need()) {
        if (!Buffer.isBuffer(next))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, 'a delimiter stands among the capabilities');
        lines.push((0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .lineOf */ .cA)(next));
        if (lines.length > 1000)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, 'more than 1000 capabilities are advertised');
    }
    return _capabilities_js__WEBPACK_IMPORTED_MODULE_0__/* .Capabilities */ .F.of(lines);
}
class RefAdvertisement {
    #location;
    #refs = new Map();
    #extraHaves = [];
    #capabilities = _capabilities_js__WEBPACK_IMPORTED_MODULE_0__/* .Capabilities */ .F.none;
    #format = 'sha1';
    #isShallow = false;
    constructor(location) {
        this.#location = location;
    }
    async read(first, packets) {
        let next = first;
        let bytes = 0;
        for (let isFirst = true; next !== _pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .FLUSH */ .ZM; next = await packets.need(), isFirst = false) {
            if (!Buffer.isBuffer(next))
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(this.#location, 'a delimiter stands among the refs');
            this.#line(isFirst ? this.#withoutCapabilities(next) : next);
            bytes += next.length;
            if (this.#refs.size > MOST_REFS || this.#extraHaves.length > MOST_REFS || bytes > LARGEST_LISTING) {
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(this.#location, `more than ${MOST_REFS} refs or ${LARGEST_LISTING} bytes are advertised`);
            }
        }
        return {
            version: 0,
            capabilities: this.#capabilities,
            refs: this.#withSymrefs(),
            extraHaves: this.#extraHaves,
            isShallow: this.#isShallow,
        };
    }
    #withoutCapabilities(payload) {
        const nul = payload.indexOf(0);
        if (nul < 0)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(this.#location, 'the first ref comes without capabilities');
        this.#capabilities = _capabilities_js__WEBPACK_IMPORTED_MODULE_0__/* .Capabilities */ .F.of((0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_3__/* .lineOf */ .cA)(payload.subarray(nul + 1)).split(' '));
        this.#format = this.#capabilities.objectFormat(this.#location);
        return payload.subarray(0, nul);
    }
    #line(payload) {
        const end = payload.at(-1) === 0x0a ? payload.length - 1 : payload.length;
        const space = payload.indexOf(0x20);
        const word = payload.toString('latin1', 0, Math.max(space, 0));
        if (word === 'shallow') {
            this.#isShallow = true;
            return;
        }
        const id = checkedId(word, this.#format, this.#location);
        const bytes = payload.subarray(space + 1, end);
        const text = bytes.toString('latin1');
        if (text === 'capabilities^{}')
            return;
        if (text === '.have')
            this.#extraHaves.push(id);
        else if (text.endsWith('^{}'))
            this.#peel(bytes.subarray(0, -3), id);
        else
            this.#add(checkedRefName(bytes, this.#location), id);
    }
    #add(name, id) {
        if (this.#refs.has(name))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(this.#location, `the ref "${(0,_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .printable */ .g)(name, 300)}" is advertised twice`);
        this.#refs.set(name, { name, id });
    }
    #peel(bytes, id) {
        const ref = this.#refs.get(checkedRefName(bytes, this.#location));
        if (ref !== undefined)
            this.#refs.set(ref.name, { ...ref, peeled: id });
    }
    #withSymrefs() {
        const symrefs = new Map(this.#capabilities.values('symref').map((value) => {
            const colon = value.indexOf(':');
            return [value.slice(0, colon), value.slice(colon + 1)];
        }));
        return Array.from(this.#refs.values(), (ref) => {
            const symref = symrefs.get(ref.name);
            return symref === undefined ? ref : { ...ref, symref };
        });
    }
}


/***/ }),

/***/ 7950:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ Capabilities)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7299);
/* harmony import */ var _object_format_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7435);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3261);



class Capabilities {
    #values;
    constructor(values) {
        this.#values = values;
    }
    static none = new Capabilities(new Map());
    static of(words) {
        const values = new Map();
        for (const word of words) {
            if (word === '')
                continue;
            const equals = word.indexOf('=');
            const name = equals < 0 ? word : word.slice(0, equals);
            const known = values.get(name) ?? [];
            if (equals >= 0)
                known.push(word.slice(equals + 1));
            values.set(name, known);
        }
        return new Capabilities(values);
    }
    has(name) {
        return this.#values.has(name);
    }
    values(name) {
        return this.#values.get(name) ?? [];
    }
    hasFeature(name, feature) {
        return this.values(name).some((value) => value.split(' ').includes(feature));
    }
    objectFormat(location) {
        const value = this.values('object-format')[0];
        if (value === undefined)
            return 'sha1';
        const format = (0,_object_format_js__WEBPACK_IMPORTED_MODULE_1__/* .objectFormat */ .n9)(value);
        if (format === undefined)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(location, `unknown object format "${(0,_printable_js__WEBPACK_IMPORTED_MODULE_2__/* .printable */ .g)(value)}"`);
        return format;
    }
}


/***/ }),

/***/ 3378:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ shallowError),
/* harmony export */   q: () => (/* binding */ fetchPack)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7299);
/* harmony import */ var _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7844);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3261);
/* harmony import */ var _sideband_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3256);




async function fetchPack(transport, format, agent, request) {
    const answer = await transport.request('git-upload-pack', requestBody(format, agent, request));
    try {
        return await readSections(answer, transport.location, request.onText ?? (() => undefined));
    }
    catch (error) {
        answer.abort();
        throw error;
    }
}
function requestBody(format, agent, request) {
    const flags = [
        ...(request.thinPack === true ? ['thin-pack'] : []),
        ...(request.ofsDelta === true ? ['ofs-delta'] : []),
        ...(request.onText === undefined ? ['no-progress'] : []),
        ...(request.filter === undefined ? [] : [`filter ${request.filter}`]),
        ...(request.depth === undefined ? [] : [`deepen ${request.depth}`]),
    ];
    return Buffer.concat([
        (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)('command=fetch\n'),
        (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)(`agent=${agent}`),
        (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)(`object-format=${format}`),
        _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .DELIMITER_BYTES */ .C7,
        ...flags.map((flag) => (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)(`${flag}\n`)),
        ...request.wants.map((id) => (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)(`want ${id}\n`)),
        ...request.haves.map((id) => (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)(`have ${id}\n`)),
        ...(request.done ? [(0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .packet */ .xA)('done\n')] : []),
        _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .FLUSH_BYTES */ .zv,
    ]);
}
async function readSections(answer, location, onText) {
    const { packets } = answer;
    const acknowledged = new Set();
    let isShallow = false;
    for (;;) {
        const heading = await packets.need();
        if (!Buffer.isBuffer(heading))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(location, 'a section of the answer has no heading');
        const section = (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .lineOf */ .cA)(heading);
        if (section === 'packfile') {
            const pack = releasing((0,_sideband_js__WEBPACK_IMPORTED_MODULE_2__/* .dataBand */ .w)(packets, location, onText), answer);
            return { acknowledged, isShallow, pack, abort: () => answer.abort() };
        }
        if (!KNOWN_SECTIONS.has(section)) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(location, `the section "${(0,_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .printable */ .g)(section, 100)}" of the answer is not understood`);
        }
        let end;
        for (end = await packets.need(); Buffer.isBuffer(end); end = await packets.need()) {
            const line = (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .lineOf */ .cA)(end);
            if (section === 'acknowledgments' && line.startsWith('ACK '))
                acknowledged.add(line.slice(4));
            if (section === 'shallow-info')
                isShallow = true;
        }
        if (end === _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .FLUSH */ .ZM) {
            await answer.release();
            return { acknowledged, isShallow, pack: undefined, abort: () => undefined };
        }
        if (end !== _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .DELIMITER */ .Qo)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(location, `the section "${section}" of the answer has no end`);
    }
}
const KNOWN_SECTIONS = new Set(['acknowledgments', 'shallow-info']);
async function* releasing(pack, answer) {
    let isComplete = false;
    try {
        yield* pack;
        isComplete = true;
    }
    finally {
        if (!isComplete)
            answer.abort();
    }
    await answer.release();
}
function shallowError(location) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
        kind: 'shallow',
        location,
        detail: 'the source is a shallow clone, so parts of the history are missing from it.',
        remedy: 'Mirror from the repository it was cloned from, or complete it with `git fetch --unshallow` (actions/checkout: `fetch-depth: 0`).',
    });
}


/***/ }),

/***/ 7435:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DM: () => (/* binding */ idBytes),
/* harmony export */   TS: () => (/* binding */ isObjectId),
/* harmony export */   iR: () => (/* binding */ zeroId),
/* harmony export */   n9: () => (/* binding */ objectFormat),
/* harmony export */   pb: () => (/* binding */ emptyPack),
/* harmony export */   wM: () => (/* binding */ hashObject)
/* harmony export */ });
/* unused harmony export isZeroId */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);

const HEX_DIGITS = { sha1: 40, sha256: 64 };
const HEX = /^[0-9a-f]+$/;
function objectFormat(value) {
    return value === 'sha1' || value === 'sha256' ? value : undefined;
}
function isObjectId(text, format) {
    return text.length === HEX_DIGITS[format] && HEX.test(text);
}
function zeroId(format) {
    return '0'.repeat(HEX_DIGITS[format]);
}
function isZeroId(id) {
    return /^0+$/.test(id);
}
function idBytes(format) {
    return HEX_DIGITS[format] / 2;
}
function hashObject(type, content, format) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(format).update(`${type} ${content.length}\0`).update(content).digest('hex');
}
function emptyPack(format) {
    const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
    return Buffer.concat([header, (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(format).update(header).digest()]);
}


/***/ }),

/***/ 381:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $I: () => (/* binding */ readObjects),
/* harmony export */   Qr: () => (/* binding */ countObjects),
/* harmony export */   yB: () => (/* binding */ firstObjectType)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8522);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7299);
/* harmony import */ var _object_format_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7435);




const HEADER_BYTES = 12;
const LARGEST_OBJECT = 8 * 1024 * 1024;
const OFS_DELTA = 6;
const REF_DELTA = 7;
const TYPES = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
async function countObjects(pack, location) {
    const { header } = await readHeader(pack, location);
    return header.readUInt32BE(8);
}
async function readObjects(pack, origin, limits) {
    const parts = [];
    let length = 0;
    for await (const chunk of pack) {
        parts.push(chunk);
        length += chunk.length;
        if (length > limits.bytes)
            return undefined;
    }
    try {
        return new PackDecoder(Buffer.concat(parts), origin, limits.content).decode();
    }
    catch (error) {
        if (error instanceof TooLarge)
            return undefined;
        throw error;
    }
}
class TooLarge extends Error {
}
async function firstObjectType(pack, location) {
    const { header, rest } = await readHeader(pack, location);
    if (header.readUInt32BE(8) === 0)
        return undefined;
    if (rest.length > 0)
        return typeOf(rest);
    const next = await pack.next();
    return next.done === true ? undefined : typeOf(next.value);
}
function typeOf(entry) {
    return TYPES[((entry[0] ?? 0) >> 4) & 7];
}
async function readHeader(pack, location) {
    let bytes = Buffer.alloc(0);
    while (bytes.length < HEADER_BYTES) {
        const next = await pack.next();
        if (next.done === true)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ProtocolError */ .bd(location, 'the pack ends within its header');
        bytes = Buffer.concat([bytes, next.value]);
    }
    if (bytes.toString('latin1', 0, 4) !== 'PACK')
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ProtocolError */ .bd(location, 'what should be a pack is none');
    return { header: bytes.subarray(0, HEADER_BYTES), rest: bytes.subarray(HEADER_BYTES) };
}
class PackDecoder {
    #bytes;
    #origin;
    #most;
    #byId = new Map();
    #byPlace = new Map();
    #end;
    #at = HEADER_BYTES;
    #inflated = 0;
    constructor(bytes, origin, most) {
        this.#bytes = bytes;
        this.#origin = origin;
        this.#most = most;
        this.#end = Math.max(0, bytes.length - (0,_object_format_js__WEBPACK_IMPORTED_MODULE_3__/* .idBytes */ .DM)(origin.format));
    }
    decode() {
        if (this.#bytes.toString('latin1', 0, 4) !== 'PACK' || this.#bytes.length < HEADER_BYTES)
            throw this.#damaged('it has no header');
        const deltas = [];
        this.#check();
        const count = this.#bytes.readUInt32BE(8);
        for (let entry = 0; entry < count; entry += 1) {
            const delta = this.#entry();
            if (delta !== undefined)
                deltas.push(delta);
        }
        if (this.#at !== this.#end)
            throw this.#damaged('it holds more than it announces');
        this.#resolve(deltas);
        return this.#byId;
    }
    #check() {
        const version = this.#bytes.readUInt32BE(4);
        if (version !== 2 && version !== 3)
            throw this.#damaged(`its version is ${version}`);
        const sum = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(this.#origin.format).update(this.#bytes.subarray(0, this.#end)).digest();
        if (!sum.equals(this.#bytes.subarray(this.#end)))
            throw this.#damaged('its checksum is another');
    }
    #entry() {
        const at = this.#at;
        const { type, size } = this.#entryHeader();
        if (size > LARGEST_OBJECT)
            throw new TooLarge();
        if (type === OFS_DELTA)
            return { at, base: at - this.#baseDistance(), delta: this.#inflate(size) };
        if (type === REF_DELTA) {
            const end = this.#at + (0,_object_format_js__WEBPACK_IMPORTED_MODULE_3__/* .idBytes */ .DM)(this.#origin.format);
            const base = this.#bytes.toString('hex', this.#at, end);
            this.#at = end;
            return { at, base, delta: this.#inflate(size) };
        }
        const name = TYPES[type];
        if (name === undefined)
            throw this.#damaged(`it holds an object of type ${type}`);
        this.#keep(at, { type: name, content: this.#inflate(size) });
        return undefined;
    }
    #entryHeader() {
        let byte = this.#byte();
        const type = (byte >> 4) & 7;
        let size = byte & 15;
        for (let factor = 16; (byte & 0x80) !== 0; factor *= 128) {
            byte = this.#byte();
            size += (byte & 0x7f) * factor;
        }
        return { type, size };
    }
    #baseDistance() {
        let byte = this.#byte();
        let distance = byte & 0x7f;
        while ((byte & 0x80) !== 0) {
            byte = this.#byte();
            distance = (distance + 1) * 128 + (byte & 0x7f);
        }
        return distance;
    }
    #byte() {
        const byte = this.#bytes[this.#at];
        if (byte === undefined)
            throw this.#damaged('it ends too early');
        this.#at += 1;
        return byte;
    }
    #inflate(size) {
        this.#count(size);
        const options = { info: true, chunkSize: Math.max(64, size + 1), maxOutputLength: Math.max(64, size + 1) };
        try {
            const { buffer, engine } = (0,node_zlib__WEBPACK_IMPORTED_MODULE_1__.inflateSync)(this.#bytes.subarray(this.#at), options);
            if (buffer.length !== size)
                throw this.#damaged(`an object has ${buffer.length} bytes instead of ${size}`);
            this.#at += engine.bytesWritten;
            return buffer;
        }
        catch (error) {
            if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ProtocolError */ .bd)
                throw error;
            throw this.#damaged('an object cannot be inflated');
        }
    }
    #resolve(deltas) {
        const waiting = new Map();
        for (const delta of deltas) {
            const others = waiting.get(delta.base);
            if (others === undefined)
                waiting.set(delta.base, [delta]);
            else
                others.push(delta);
        }
        for (const [place, { id, object }] of this.#byPlace) {
            for (const base of [place, id]) {
                for (const delta of waiting.get(base) ?? [])
                    this.#make(delta, object);
                waiting.delete(base);
            }
        }
        if (waiting.size > 0)
            throw this.#damaged('a delta leans on an object that is not there');
    }
    #make({ at, delta }, { type, content: base }) {
        const content = this.#applied(delta, base);
        this.#count(content.length);
        this.#keep(at, { type, content });
    }
    #applied(delta, base) {
        let at = 0;
        const byte = () => {
            const value = delta[at];
            if (value === undefined)
                throw this.#damaged('a delta ends too early');
            at += 1;
            return value;
        };
        const varint = () => {
            let value = 0;
            let factor = 1;
            for (;;) {
                const next = byte();
                value += (next & 0x7f) * factor;
                if (value > LARGEST_OBJECT)
                    throw new TooLarge();
                if ((next & 0x80) === 0)
                    return value;
                factor *= 128;
            }
        };
        const littleEndian = (present, bytes) => {
            let value = 0;
            for (let place = 0; place < bytes; place += 1) {
                if ((present & (1 << place)) !== 0)
                    value += byte() * 256 ** place;
            }
            return value;
        };
        if (varint() !== base.length)
            throw this.#damaged('a delta was made for another object');
        const size = varint();
        const parts = [];
        let length = 0;
        while (at < delta.length) {
            const instruction = byte();
            const part = (instruction & 0x80) !== 0 ? copied(base, instruction, littleEndian) : delta.subarray(at, (at += instruction));
            if (part.length === 0)
                throw this.#damaged('a delta has an empty instruction');
            parts.push(part);
            length += part.length;
            if (length > size)
                throw this.#damaged('a delta makes more than it announces');
        }
        if (length !== size)
            throw this.#damaged('a delta makes less than it announces');
        return Buffer.concat(parts);
    }
    #count(bytes) {
        this.#inflated += bytes;
        if (this.#inflated > this.#most)
            throw new TooLarge();
    }
    #keep(at, object) {
        const id = (0,_object_format_js__WEBPACK_IMPORTED_MODULE_3__/* .hashObject */ .wM)(object.type, object.content, this.#origin.format);
        this.#byPlace.set(at, { id, object });
        this.#byId.set(id, object);
    }
    #damaged(detail) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ProtocolError */ .bd(this.#origin.location, `the pack is damaged: ${detail}`);
    }
}
function copied(base, instruction, littleEndian) {
    const offset = littleEndian(instruction & 0x0f, 4);
    const size = littleEndian((instruction >> 4) & 0x07, 3);
    return base.subarray(offset, offset + (size === 0 ? 0x10000 : size));
}


/***/ }),

/***/ 7844:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C7: () => (/* binding */ DELIMITER_BYTES),
/* harmony export */   Co: () => (/* binding */ RESPONSE_END),
/* harmony export */   KF: () => (/* binding */ PacketReader),
/* harmony export */   Qo: () => (/* binding */ DELIMITER),
/* harmony export */   ZM: () => (/* binding */ FLUSH),
/* harmony export */   cA: () => (/* binding */ lineOf),
/* harmony export */   mJ: () => (/* binding */ serverSays),
/* harmony export */   qG: () => (/* binding */ cutOff),
/* harmony export */   xA: () => (/* binding */ packet),
/* harmony export */   zv: () => (/* binding */ FLUSH_BYTES)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7299);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3261);


const FLUSH = Symbol('flush-pkt');
const DELIMITER = Symbol('delim-pkt');
const RESPONSE_END = Symbol('response-end-pkt');
const FLUSH_BYTES = Buffer.from('0000');
const DELIMITER_BYTES = Buffer.from('0001');
const LENGTH_DIGITS = 4;
const LARGEST_PACKET = 65520;
function packet(payload) {
    const body = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
    const length = body.length + LENGTH_DIGITS;
    if (length > LARGEST_PACKET)
        throw new RangeError(`a packet of ${length} bytes is too long`);
    return Buffer.concat([Buffer.from(length.toString(16).padStart(LENGTH_DIGITS, '0')), body]);
}
function lineOf(payload) {
    const end = payload.at(-1) === 0x0a ? payload.length - 1 : payload.length;
    return payload.toString('utf8', 0, end);
}
class PacketReader {
    #location;
    #chunks;
    #pending = Buffer.alloc(0);
    constructor(location, chunks) {
        this.#location = location;
        this.#chunks = chunks[Symbol.asyncIterator]();
    }
    async next() {
        const length = await this.#length();
        if (length === undefined)
            return undefined;
        if (length === 0)
            return FLUSH;
        if (length === 1)
            return DELIMITER;
        if (length === 2)
            return RESPONSE_END;
        const payload = await this.#take(length - LENGTH_DIGITS);
        if (payload.length >= 4 && payload.toString('latin1', 0, 4) === 'ERR ') {
            throw serverSays(this.#location, lineOf(payload.subarray(4)));
        }
        return payload;
    }
    async need() {
        const next = await this.next();
        if (next === undefined)
            throw cutOff(this.#location);
        return next;
    }
    async cancel() {
        await this.#chunks.return?.();
    }
    async #length() {
        const digits = await this.#take(LENGTH_DIGITS, true);
        if (digits.length === 0)
            return undefined;
        const text = digits.toString('latin1');
        if (!/^[0-9a-fA-F]{4}$/.test(text)) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(this.#location, `"${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(text)}" stands where the length of a packet belongs`);
        }
        const length = Number.parseInt(text, 16);
        if (length === 3 || length > LARGEST_PACKET) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(this.#location, `a packet of ${length} bytes is announced, the limit is ${LARGEST_PACKET}`);
        }
        return length;
    }
    async #take(count, orEnd = false) {
        const parts = [];
        let missing = count;
        for (;;) {
            const part = this.#pending.subarray(0, missing);
            this.#pending = this.#pending.subarray(part.length);
            missing -= part.length;
            if (missing === 0)
                return parts.length === 0 ? part : Buffer.concat([...parts, part]);
            if (part.length > 0)
                parts.push(part);
            const chunk = await this.#chunks.next();
            if (chunk.done === true) {
                if (orEnd && missing === count)
                    return Buffer.alloc(0);
                throw cutOff(this.#location);
            }
            this.#pending = chunk.value;
        }
    }
}
function cutOff(location) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
        kind: 'interrupted',
        location,
        detail: 'the connection ended in the middle of the answer.',
        remedy: 'Run the mirror again; if it happens every time, look for a size or time limit of a proxy in between.',
    });
}
function serverSays(location, text) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RemoteError */ .Hi({
        kind: 'refused',
        location,
        detail: `the server says: ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g)(text.trimEnd())}.`,
        remedy: 'Check the URL, and what the token or key may do there; else ask the operator of the server.',
    });
}


/***/ }),

/***/ 5883:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EU: () => (/* binding */ shortName),
/* harmony export */   PK: () => (/* binding */ encodeRefName),
/* harmony export */   PX: () => (/* binding */ isBranch),
/* harmony export */   Zw: () => (/* binding */ REMOTE_TRACKING),
/* harmony export */   dj: () => (/* binding */ decodeRefName),
/* harmony export */   dz: () => (/* binding */ isTag),
/* harmony export */   gp: () => (/* binding */ TAGS),
/* harmony export */   h8: () => (/* binding */ isValidRefName),
/* harmony export */   hJ: () => (/* binding */ compareRefNames),
/* harmony export */   l4: () => (/* binding */ BRANCHES)
/* harmony export */ });
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|[./]$|^\/|^@$/;
const LONGEST_NAME = 4096;
function decodeRefName(bytes) {
    try {
        return STRICT_UTF8.decode(bytes);
    }
    catch {
        return decodeByteByByte(bytes);
    }
}
function encodeRefName(name) {
    if (name.isWellFormed())
        return Buffer.from(name, 'utf8');
    return Buffer.concat(Array.from(name, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8');
    }));
}
function isValidRefName(name) {
    return name.length > 0 && name.length <= LONGEST_NAME && !FORBIDDEN.test(name);
}
const BRANCHES = 'refs/heads/';
const TAGS = 'refs/tags/';
const REMOTE_TRACKING = 'refs/remotes/';
function isBranch(ref) {
    return ref.startsWith(BRANCHES) && ref.length > BRANCHES.length;
}
function isTag(ref) {
    return ref.startsWith(TAGS) && ref.length > TAGS.length;
}
function shortName(ref) {
    return ref.replace(/^refs\/(?:heads|tags)\//, '');
}
function compareRefNames(one, other) {
    return one === other ? 0 : Buffer.compare(encodeRefName(one), encodeRefName(other));
}
function decodeByteByByte(bytes) {
    let text = '';
    let at = 0;
    while (at < bytes.length) {
        const length = wellFormedLength(bytes, at);
        if (length === 0) {
            text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
            at += 1;
        }
        else {
            text += STRICT_UTF8.decode(bytes.subarray(at, at + length));
            at += length;
        }
    }
    return text;
}
function wellFormedLength(bytes, at) {
    for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
        try {
            STRICT_UTF8.decode(bytes.subarray(at, at + length));
            return length;
        }
        catch {
            continue;
        }
    }
    return 0;
}


/***/ }),

/***/ 3256:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ dataBand)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7299);
/* harmony import */ var _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7844);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3261);



async function* dataBand(packets, location, onText) {
    const lines = new RemoteLines(onText);
    for (let next = await packets.need(); next !== _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .FLUSH */ .ZM; next = await packets.need()) {
        if (next === _pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .RESPONSE_END */ .Co)
            break;
        if (!Buffer.isBuffer(next))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(location, 'a delimiter stands in a multiplexed stream');
        const content = next.subarray(1);
        switch (next[0]) {
            case 1:
                if (content.length > 0)
                    yield content;
                break;
            case 2:
                lines.add(content);
                break;
            case 3:
                lines.end();
                throw (0,_pkt_line_js__WEBPACK_IMPORTED_MODULE_1__/* .serverSays */ .mJ)(location, content.toString('utf8').trim());
            default:
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ProtocolError */ .bd(location, `band ${next[0] ?? 'none'} is used, there are 1 to 3`);
        }
    }
    lines.end();
}
const MOST_LINES = 2000;
const MOST_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);
class RemoteLines {
    #onText;
    #pending = NOTHING;
    #told = 0;
    constructor(onText) {
        this.#onText = onText;
    }
    add(bytes) {
        let from = 0;
        for (const [at, byte] of bytes.entries()) {
            if (byte !== 0x0a && byte !== 0x0d)
                continue;
            this.#keep(bytes.subarray(from, at));
            this.end();
            from = at + 1;
        }
        this.#keep(bytes.subarray(from));
    }
    end() {
        this.#tell(this.#pending.toString('utf8'));
        this.#pending = NOTHING;
    }
    #keep(bytes) {
        const kept = bytes.subarray(0, MOST_BYTES - this.#pending.length);
        if (kept.length > 0)
            this.#pending = Buffer.concat([this.#pending, kept]);
    }
    #tell(line) {
        const text = line.trimEnd();
        if (text === '' || this.#told > MOST_LINES)
            return;
        this.#told += 1;
        this.#onText(this.#told > MOST_LINES ? '(what else the server says is not shown)' : (0,_printable_js__WEBPACK_IMPORTED_MODULE_2__/* .printable */ .g)(text));
    }
}


/***/ }),

/***/ 6378:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Aq: () => (/* binding */ targetDetails),
/* harmony export */   Q$: () => (/* binding */ targetSnapshot),
/* harmony export */   mu: () => (/* binding */ sourceSnapshot),
/* harmony export */   oZ: () => (/* binding */ isInPlay)
/* harmony export */ });
/* harmony import */ var _protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5883);

function isInPlay(ref) {
    return (0,_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__/* .isBranch */ .PX)(ref) || (0,_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__/* .isTag */ .dz)(ref);
}
function sourceSnapshot(listed) {
    const refs = new Map();
    const symrefs = new Map();
    for (const { name, id, peeled, symref } of listed) {
        if (!isInPlay(name))
            continue;
        if (symref !== undefined)
            symrefs.set(name, symref);
        else
            refs.set(name, { id, peeled: peeled ?? id });
    }
    const head = listed.find(({ name }) => name === 'HEAD')?.symref;
    const defaultBranch = head !== undefined && (0,_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__/* .isBranch */ .PX)(head) && refs.has(head) ? head : undefined;
    const tracking = listed.map(({ name }) => name).filter((name) => name.startsWith(_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__/* .REMOTE_TRACKING */ .Zw));
    if (tracking.length === 0)
        return { refs, symrefs, defaultBranch };
    const names = tracking.map((name) => name.slice(_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__/* .REMOTE_TRACKING */ .Zw.length).replace(/^[^/]*\//, ''));
    const lacking = names.filter((name) => name !== 'HEAD' && !refs.has(_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_0__/* .BRANCHES */ .l4 + name));
    return { refs, symrefs, defaultBranch, clone: { lacking: [...new Set(lacking)] } };
}
function targetSnapshot(advertised) {
    return { refs: new Map(advertised.filter(({ name }) => name !== 'HEAD').map(({ name, id }) => [name, id])) };
}
function targetDetails(listed, tellsSymrefs) {
    const symrefs = new Map();
    const peeled = new Map();
    for (const ref of listed) {
        if (ref.symref !== undefined && ref.name !== 'HEAD')
            symrefs.set(ref.name, ref.symref);
        if (ref.peeled !== undefined)
            peeled.set(ref.name, ref.peeled);
    }
    return { defaultBranch: listed.find(({ name }) => name === 'HEAD')?.symref, symrefs, peeled, tellsSymrefs };
}


/***/ })

};
