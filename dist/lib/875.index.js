export const id = 875;
export const ids = [875,965];
export const modules = {

/***/ 6289:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ gitInit)
/* harmony export */ });
/* harmony import */ var _actions_exec__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1260);

async function gitInit({ path, format, branch }, environment) {
    const head = branch === undefined ? [] : [`--initial-branch=${branch}`];
    const args = ['init', '--quiet', '--bare', `--object-format=${format}`, ...head, path];
    const options = { silent: true, ignoreReturnCode: true, env: { ...environment } };
    try {
        const { exitCode, stderr } = await (0,_actions_exec__WEBPACK_IMPORTED_MODULE_0__/* .getExecOutput */ .H)('git', args, options);
        return { code: exitCode, errors: stderr };
    }
    catch (error) {
        const { message } = error;
        return { code: null, errors: message.startsWith('Unable to locate') ? `ENOENT: ${message}` : message };
    }
}


/***/ }),

/***/ 7965:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LocalTransport: () => (/* binding */ LocalTransport)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(322);
/* harmony import */ var _git_init_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6289);
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3261);
/* harmony import */ var _program_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1822);







const HOLDING = ['objects/pack', 'objects/info', 'objects', 'refs/heads', 'refs/tags', 'refs'];
class LocalTransport extends _program_js__WEBPACK_IMPORTED_MODULE_5__/* .ProgramTransport */ .ID {
    location;
    folder = this;
    #path;
    #environment;
    constructor(settings) {
        super(settings);
        this.#path = settings.path;
        this.#environment = settings.environment;
        this.location = settings.path;
    }
    get exists() {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(this.#path);
    }
    async create(format, defaultBranch) {
        const branch = defaultBranch?.replace(/^refs\/heads\//, '') ?? 'main';
        const end = await (0,_git_init_js__WEBPACK_IMPORTED_MODULE_4__/* .gitInit */ .r)({ path: this.#path, format, branch }, this.#environment);
        if (end.code === 0)
            return;
        const detail = `git could not create it: ${(0,_printable_js__WEBPACK_IMPORTED_MODULE_6__/* .printable */ .g)(end.errors.trim())}`;
        throw (0,_program_js__WEBPACK_IMPORTED_MODULE_5__/* .notInstalled */ .YT)('git', this.location, end) ?? this.#error('program', detail);
    }
    async remove() {
        const removed = [];
        try {
            for (const name of HOLDING) {
                await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rmdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(this.#path, name));
                removed.unshift(name);
            }
        }
        catch {
            for (const name of removed)
                await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(this.#path, name), { recursive: true }).catch(() => undefined);
            return;
        }
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(this.#path, { recursive: true, force: true });
    }
    async command(service) {
        const settings = service === 'git-upload-pack' ? ['-c', 'uploadpack.allowFilter=true'] : [];
        return {
            program: 'git',
            arguments: [...settings, service.replace(/^git-/, ''), this.#path],
            environment: { ...this.#environment, ...(service === 'git-upload-pack' ? { GIT_PROTOCOL: 'version=2' } : {}) },
        };
    }
    failure(service, end) {
        const said = (0,_printable_js__WEBPACK_IMPORTED_MODULE_6__/* .printable */ .g)(end.errors.trim().replace(/\s*\n\s*/g, ' '), 1000);
        const missing = (0,_program_js__WEBPACK_IMPORTED_MODULE_5__/* .notInstalled */ .YT)('git', this.location, end);
        if (missing !== undefined)
            return missing;
        if (!this.exists)
            return this.#error('not-a-repository', 'nothing is at this path.', 'Check the path.');
        if (/does not appear to be a git repository|not a git repository|invalid gitfile/.test(end.errors))
            return this.#notRepository(service);
        if (end.errors.includes('dubious ownership')) {
            return this.#error('refused', 'git does not trust this repository, because it belongs to another user.', 'Run `git config --global --add safe.directory` with this path.');
        }
        return this.#error('refused', `${service} failed: ${said === '' ? `exit code ${end.code}` : said}`);
    }
    #notRepository(service) {
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(this.#path).isFile())
            return this.#error('not-a-repository', 'this is a file, and no Git repository.', 'Give the path of a folder.');
        const remedy = service === 'git-upload-pack'
            ? 'Give the folder that is a repository, or the one with `.git` in it.'
            : 'Give another path (what does not exist is created), or run `git init --bare` there.';
        return this.#error('not-a-repository', 'this folder is no Git repository.', remedy);
    }
    #error(kind, detail, remedy) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RemoteError */ .Hi({ kind, location: this.location, detail, ...(remedy === undefined ? {} : { remedy }) });
    }
}


/***/ }),

/***/ 1173:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ StageGit)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8474);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1455);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6760);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6466);
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(322);
/* harmony import */ var _protocol_programs_git_init_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6289);
/* harmony import */ var _protocol_printable_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3261);
/* harmony import */ var _protocol_programs_program_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(1822);










class StageGit {
    folder;
    #location;
    #settings;
    constructor(folder, location, settings) {
        this.folder = folder;
        this.#location = location;
        this.#settings = settings;
    }
    static async create(format, location, settings) {
        const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_3__.tmpdir)(), 'push-mirror-stage-'));
        const git = new StageGit(folder, location, settings);
        try {
            await git.#init(format);
            return git;
        }
        catch (error) {
            await git.remove();
            throw error;
        }
    }
    async remove() {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(this.folder, { recursive: true, force: true });
    }
    async index(pack) {
        await this.feed(['index-pack', '--stdin'], pack);
    }
    async feed(args, input) {
        for await (const _chunk of this.output(args, input))
            ;
    }
    async *output(args, input) {
        const child = this.#spawn(args);
        let errors = '';
        child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-4096)));
        const closed = (0,node_events__WEBPACK_IMPORTED_MODULE_1__.once)(child, 'close');
        const fed = (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_5__.pipeline)(input, child.stdin).catch((error) => {
            if (isClosedEarly(error))
                return;
            child.kill();
            throw error;
        });
        for (const promise of [closed, fed])
            promise.catch(() => undefined);
        try {
            for await (const chunk of child.stdout)
                yield chunk;
            await fed;
            const [code] = await closed;
            if (code !== 0)
                throw this.#error(errors);
        }
        finally {
            child.kill();
        }
    }
    #spawn(args) {
        return (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)('git', [...args], {
            cwd: this.folder,
            env: { ...this.#settings.environment },
            stdio: ['pipe', 'pipe', 'pipe'],
            signal: this.#settings.signal,
        });
    }
    async #init(format) {
        const end = await (0,_protocol_programs_git_init_js__WEBPACK_IMPORTED_MODULE_7__/* .gitInit */ .r)({ path: this.folder, format }, this.#settings.environment);
        if (end.code !== 0)
            throw (0,_protocol_programs_program_js__WEBPACK_IMPORTED_MODULE_8__/* .notInstalled */ .YT)('git', this.#location, end) ?? this.#error(end.errors);
    }
    #error(errors) {
        return new _protocol_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .RemoteError */ .Hi({
            kind: 'program',
            location: this.#location,
            detail: `git could not store the copy: ${(0,_protocol_printable_js__WEBPACK_IMPORTED_MODULE_9__/* .printable */ .g)(errors.trim(), 500)}`,
            remedy: 'Check the space in the temporary folder.',
        });
    }
}
function isClosedEarly(error) {
    const { code } = error;
    return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}


/***/ }),

/***/ 5875:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   stage: () => (/* binding */ stage)
/* harmony export */ });
/* harmony import */ var _protocol_wire_advertisement_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3259);
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(322);
/* harmony import */ var _protocol_wire_fetch_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3378);
/* harmony import */ var _protocol_programs_local_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7965);
/* harmony import */ var _protocol_wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7844);
/* harmony import */ var _protocol_printable_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3261);
/* harmony import */ var _protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5883);
/* harmony import */ var _protocol_wire_sideband_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3256);
/* harmony import */ var _refs_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6378);
/* harmony import */ var _stage_git_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(1173);










async function stage(source, agent, settings) {
    settings.onStage(`${source.location}: the server does not speak Git's protocol v2, so the repository is copied to a temporary folder first.`);
    const answer = await source.advertise('git-upload-pack');
    const advertisement = await (0,_protocol_wire_advertisement_js__WEBPACK_IMPORTED_MODULE_0__/* .readAdvertisement */ .gM)(answer.packets, source.location);
    if (advertisement.version === 2)
        throw new _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(source.location, 'it changed its protocol in between');
    if (advertisement.isShallow)
        throw (0,_protocol_wire_fetch_js__WEBPACK_IMPORTED_MODULE_2__/* .shallowError */ .J)(source.location);
    const refs = advertisement.refs.filter(({ name }) => (0,_refs_js__WEBPACK_IMPORTED_MODULE_7__/* .isInPlay */ .oZ)(name));
    const git = await _stage_git_js__WEBPACK_IMPORTED_MODULE_8__/* .StageGit */ .d.create(advertisement.capabilities.objectFormat(source.location), source.location, settings);
    try {
        await answer.release();
        if (refs.length > 0) {
            const pack = await fetchEverything(source, agent, advertisement, refs);
            await git.index((0,_protocol_wire_sideband_js__WEBPACK_IMPORTED_MODULE_6__/* .dataBand */ .w)(pack.packets, source.location, () => undefined));
            await git.feed(['update-ref', '-z', '--stdin'], refs.map(creation));
        }
    }
    catch (error) {
        await git.remove();
        throw error;
    }
    const transport = new _protocol_programs_local_js__WEBPACK_IMPORTED_MODULE_3__.LocalTransport({ ...settings, path: git.folder });
    return { transport, remove: () => transport.close().then(() => git.remove()) };
}
async function fetchEverything(source, agent, advertisement, refs) {
    const { capabilities } = advertisement;
    const band = ['side-band-64k', 'side-band'].find((name) => capabilities.has(name));
    if (band === undefined) {
        throw new _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .RemoteError */ .Hi({
            kind: 'refused',
            location: source.location,
            detail: 'the server is too old: it offers no side-band.',
            remedy: 'Mirror from a clone of it.',
        });
    }
    const asked = [band, 'ofs-delta', 'no-progress'].filter((name) => capabilities.has(name));
    const format = capabilities.has('object-format')
        ? [`object-format=${capabilities.objectFormat(source.location)}`]
        : [];
    const words = [...asked, ...format, ...(capabilities.has('agent') ? [`agent=${agent}`] : [])].join(' ');
    const ids = [...new Set(refs.map(({ id }) => id))];
    const answer = await source.request('git-upload-pack', Buffer.concat([
        ...ids.map((id, index) => (0,_protocol_wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .packet */ .xA)(index === 0 ? `want ${id} ${words}\n` : `want ${id}\n`)),
        _protocol_wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .FLUSH_BYTES */ .zv,
        (0,_protocol_wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .packet */ .xA)('done\n'),
    ]));
    await expectNothingInCommon(answer.packets, source.location);
    return answer;
}
function creation({ name, id }) {
    return Buffer.concat([Buffer.from('create '), (0,_protocol_wire_ref_name_js__WEBPACK_IMPORTED_MODULE_5__/* .encodeRefName */ .PK)(name), Buffer.from(`\0${id}\0`)]);
}
async function expectNothingInCommon(packets, location) {
    const first = await packets.need();
    const line = Buffer.isBuffer(first) ? (0,_protocol_wire_pkt_line_js__WEBPACK_IMPORTED_MODULE_4__/* .lineOf */ .cA)(first) : '';
    if (line !== 'NAK')
        throw new _protocol_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ProtocolError */ .bd(location, `"${(0,_protocol_printable_js__WEBPACK_IMPORTED_MODULE_9__/* .printable */ .g)(line, 100)}" stands where NAK belongs`);
}


/***/ })

};
