export const id = 965;
export const ids = [965];
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


/***/ })

};
