export const id = 693;
export const ids = [693];
export const modules = {

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

/***/ 5693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  PointerSearch: () => (/* binding */ PointerSearch)
});

;// CONCATENATED MODULE: ./build/src/lfs/search/attributes.js
const ATTRIBUTES = '.gitattributes';
function namesLfs(content) {
    const lines = content.toString('latin1').split('\n');
    return lines.some((line) => !/^\s*#/.test(line) && /\sfilter=lfs\s*(?:\s|$)/.test(line));
}

// EXTERNAL MODULE: ./build/src/lfs/search/finder.js
var finder = __webpack_require__(9084);
// EXTERNAL MODULE: ./build/src/protocol/errors.js
var errors = __webpack_require__(7299);
// EXTERNAL MODULE: ./build/src/protocol/wire/pack.js
var wire_pack = __webpack_require__(381);
// EXTERNAL MODULE: ./build/src/lfs/wire/pointer.js
var wire_pointer = __webpack_require__(4702);
// EXTERNAL MODULE: ./build/src/repositories/stage-git.js
var stage_git = __webpack_require__(1173);
;// CONCATENATED MODULE: ./build/src/lfs/search/stage.js




class PointerStage {
    #git;
    #request;
    #blobs = new Map();
    constructor(git, request) {
        this.#git = git;
        this.#request = request;
    }
    static async create(request, settings) {
        const git = await stage_git/* StageGit */.d.create(request.format, request.location, settings);
        try {
            await git.index(request.pack);
            return new PointerStage(git, request);
        }
        catch (error) {
            await git.remove();
            throw error;
        }
    }
    async all(tips) {
        const found = new Map();
        const small = [];
        for await (const file of this.#smallFiles(tips))
            small.push(file);
        let at = 0;
        for await (const content of this.#contents(small)) {
            const { id = '', path = '' } = small[at] ?? {};
            at += 1;
            const pointer = (0,wire_pointer/* parsePointer */.v)(content);
            if (pointer === undefined)
                continue;
            (0,finder/* addPointer */.BA)(found, { ...pointer, path });
            this.#blobs.set(pointer.oid, (this.#blobs.get(pointer.oid) ?? new Set()).add(id));
        }
        return found;
    }
    async holding(tips, failed) {
        const pointers = new Map();
        for (const [oid, pointer] of failed)
            for (const blob of this.#blobs.get(oid) ?? [])
                pointers.set(blob, pointer);
        const history = new finder/* PointerHistory */._p();
        await this.#addTips(history, tips, pointers);
        await this.#addCommits(history, tips, pointers);
        return history.holding(tips);
    }
    async #addTips(history, tips, pointers) {
        const names = tips.map((id) => Buffer.from(`${id}^{}\n`));
        const peeled = this.#git.output(['cat-file', '--batch-check=%(objecttype) %(objectname)'], names);
        let at = 0;
        for await (const line of lines(peeled)) {
            const [type, id = ''] = line.split(' ');
            const tip = tips[at] ?? '';
            at += 1;
            if (type !== 'commit')
                history.add(tip, [], await this.#firstBelow(tip, pointers));
            else if (id !== tip)
                history.add(tip, [id], undefined);
        }
    }
    async #firstBelow(tip, pointers) {
        for await (const line of lines(this.#reachable([tip]))) {
            const pointer = pointers.get(line.slice(0, line.indexOf(' ')));
            if (pointer !== undefined)
                return pointer;
        }
        return undefined;
    }
    async close() {
        await this.#git.remove();
    }
    #reachable(tips) {
        return this.#revisions(['--objects', '--missing=allow-any'], tips);
    }
    async #addCommits(history, tips, pointers) {
        const format = ['--always', '--format=%H %P', '--root', '-r', '-c', '--raw', '--no-abbrev', '--no-renames'];
        let links = [];
        let own;
        const add = () => {
            const [id, ...parents] = links;
            if (id !== undefined)
                history.add(id, parents, own);
        };
        for await (const line of lines(this.#git.output(['diff-tree', '--stdin', ...format], this.#revisions([], tips)))) {
            const blob = /^:+[^\t]* ([0-9a-f]+) [A-Z]+\t/.exec(line)?.[1];
            if (blob !== undefined)
                own ??= pointers.get(blob);
            else if (line !== '') {
                add();
                links = line.trimEnd().split(' ');
                own = undefined;
            }
        }
        add();
    }
    #revisions(args, tips) {
        const names = [...tips, ...this.#request.haves.map((id) => `^${id}`)].map((name) => Buffer.from(`${name}\n`));
        return this.#git.output(['rev-list', ...args, '--ignore-missing', '--stdin'], names);
    }
    async *#smallFiles(tips) {
        const format = '--batch-check=%(objecttype) %(objectsize) %(objectname) %(rest)';
        for await (const line of lines(this.#git.output(['cat-file', format], this.#reachable(tips)))) {
            const [, size = '', id = '', path = ''] = /^blob (\d+) ([0-9a-f]+) (.*)$/.exec(line) ?? [];
            if (id !== '' && Number(size) <= wire_pointer/* LARGEST_POINTER */.T)
                yield { id, path };
        }
    }
    async *#contents(files) {
        const names = files.map(({ id }) => Buffer.from(`${id}\n`));
        let rest = Buffer.alloc(0);
        for await (const chunk of this.#git.output(['cat-file', '--batch'], names)) {
            rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
            let at = 0;
            for (;;) {
                const end = rest.indexOf(0x0a, at);
                if (end < 0)
                    break;
                const size = Number(/ (\d+)$/.exec(rest.toString('latin1', at, end))?.[1] ?? NaN);
                if (Number.isNaN(size))
                    throw new errors/* ProtocolError */.bd(this.#request.location, 'an object is not in its pack');
                if (rest.length < end + size + 2)
                    break;
                yield rest.subarray(end + 1, end + 1 + size);
                at = end + size + 2;
            }
            rest = rest.subarray(at);
        }
    }
}
async function* lines(chunks) {
    let rest = '';
    for await (const chunk of chunks) {
        const parts = (rest + chunk.toString('latin1')).split('\n');
        rest = parts.pop() ?? '';
        for (const part of parts)
            yield Buffer.from(part, 'latin1').toString('utf8');
    }
}

// EXTERNAL MODULE: ./build/src/lfs/search/tip-files.js
var tip_files = __webpack_require__(3829);
;// CONCATENATED MODULE: ./build/src/lfs/search/search.js






const IN_MEMORY = { bytes: 32 * 1024 * 1024, content: 96 * 1024 * 1024 };
const MOST_BRANCHES = 1000;
class PointerSearch {
    notices = new Set();
    #settings;
    #isRefused = false;
    constructor(settings) {
        this.#settings = settings;
    }
    get looksAlways() {
        return this.#settings.when === 'always';
    }
    async look(question) {
        const { haves } = question;
        const held = new Set(haves);
        const tips = question.tips.filter((id) => !held.has(id));
        if (tips.length === 0)
            return undefined;
        let isUsed = this.looksAlways ? true : undefined;
        if (isUsed === undefined && haves.length === 0) {
            isUsed = await this.#isUsedAtTips(tips);
            if (!(isUsed ?? this.#mayLookAnyway()))
                return undefined;
        }
        const finder = await this.#changed({ tips, haves });
        if (finder !== undefined) {
            return (isUsed ?? (await this.#isUsedInChange(finder, tips))) ? inMemory(finder) : undefined;
        }
        isUsed ??= await this.#isUsedAtTips(tips);
        return (isUsed ?? this.#mayLookAnyway()) ? this.#staged({ tips, haves }) : undefined;
    }
    async #changed(question) {
        const { location, format } = this.#settings.source;
        const pack = await this.#fetch(question);
        if (pack === undefined)
            return new finder/* PointerFinder */.ej(new Map(), format);
        const objects = await (0,wire_pack/* readObjects */.$I)(pack, { location, format }, IN_MEMORY);
        return objects === undefined ? undefined : new finder/* PointerFinder */.ej(objects, format);
    }
    async #staged({ tips, haves }) {
        const { source, staging } = this.#settings;
        const { location, format } = source;
        staging.onStage(`${location}: what changed is much, so its history is put into a temporary folder, to be looked through for Git LFS objects.`);
        const pack = await this.#fetch({ tips, haves: [] });
        return pack === undefined ? undefined : PointerStage.create({ pack, format, location, haves }, staging);
    }
    async #fetch({ tips, haves }) {
        const { source } = this.#settings;
        const request = { wants: tips, haves, done: true, ofsDelta: true };
        if (!this.#canFilter)
            return (await source.fetchTips(request)).pack;
        try {
            return (await source.fetchTips({ ...request, filter: 'blob:limit=1k' })).pack;
        }
        catch (error) {
            if (!(0,errors/* isRefusal */.vu)(error))
                throw error;
            this.#isRefused = true;
            return this.#fetch({ tips, haves });
        }
    }
    get #canFilter() {
        return this.#settings.source.canFilter && !this.#isRefused;
    }
    async #isUsedInChange(finder, tips) {
        if (finder.all(tips).size === 0)
            return false;
        const { contents, elsewhere } = finder.named(ATTRIBUTES, tips);
        if (contents.some(namesLfs))
            return true;
        const others = await new tip_files/* TipFiles */.r(this.#settings.source).contents(elsewhere);
        return others?.some(namesLfs) ?? true;
    }
    #mayLookAnyway() {
        if (!this.#canFilter)
            this.notices.add(UNKNOWN);
        return this.#canFilter;
    }
    async #isUsedAtTips(tips) {
        const files = new tip_files/* TipFiles */.r(this.#settings.source);
        const [inRoots, inFolders] = await Promise.all([
            files.inRoots(ATTRIBUTES, tips),
            this.#inBranches(files, new Set(tips)),
        ]);
        if ([...(inRoots ?? []), ...(inFolders ?? [])].some(namesLfs))
            return true;
        return inRoots === undefined ? undefined : false;
    }
    async #inBranches(files, tips) {
        const { defaultTip, branchTips } = this.#settings.source;
        const first = defaultTip === undefined ? [] : [defaultTip];
        const others = [...branchTips].filter((id) => id !== defaultTip && tips.has(id));
        const found = await files.inFolders(ATTRIBUTES, [...first, ...others].slice(0, MOST_BRANCHES));
        return found === undefined && others.length > 0 ? files.inFolders(ATTRIBUTES, first) : found;
    }
}
const UNKNOWN = 'Whether the source uses Git LFS could not be seen, because its server cannot give a history without its files: no Git LFS objects were looked for. ' +
    'Set `lfs` to `always` or `never`.';
function inMemory(finder) {
    return {
        all: async (tips) => finder.all(tips),
        holding: async (tips, some) => finder.holding(tips, new Set(some.keys())),
        close: async () => undefined,
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


/***/ }),

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
/* harmony import */ var _protocol_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7299);
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


/***/ })

};
