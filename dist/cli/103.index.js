export const id = 103;
export const ids = [103];
export const modules = {

/***/ 9103:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readMirrors: () => (/* binding */ readMirrors)
});

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./node_modules/@cfworker/json-schema/dist/esm/validator.js + 6 modules
var validator = __webpack_require__(207);
// EXTERNAL MODULE: ./build/src/protocol/printable.js
var printable = __webpack_require__(3261);
;// CONCATENATED MODULE: ./build/src/list/schema.js
const VARIABLE = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' };
const PATTERNS = { type: 'array', items: { type: 'string', minLength: 1 } };
const MIRRORS_SCHEMA = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Mirrors of a repository, for push-mirror',
    description: 'Every mirror takes what it does not say from the inputs of the action or the options of the command.',
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: {
        type: 'object',
        required: ['url'],
        additionalProperties: false,
        properties: {
            url: {
                type: 'string',
                minLength: 1,
                description: 'The mirror: https://…, ssh://…, git@host:path, codecommit::region://name, file://… or a path.',
            },
            name: {
                type: 'string',
                minLength: 1,
                maxLength: 100,
                description: 'By which messages and reports speak of it; without one, its URL.',
            },
            enabled: { type: 'boolean', default: true, description: 'Whether it is mirrored at all.' },
            only_protected_branches: {
                type: 'boolean',
                description: "Mirror only the branches that the source's host protects.",
            },
            keep_divergent_refs: {
                type: 'boolean',
                description: 'Leave refs alone that have diverged, delete nothing, and fail if there are any.',
            },
            mirror_branch_regex: {
                type: 'string',
                minLength: 1,
                description: 'Mirror the branches in whose name this expression (RE2) is found. Not with branches.',
            },
            branches: {
                ...PATTERNS,
                description: 'Patterns of the branches to mirror; * matches anything, a leading ! excludes.',
            },
            tags: { ...PATTERNS, description: 'Patterns of the tags to mirror, as for branches.' },
            prune: { enum: ['merged', 'never', 'always'], description: 'Which refs are deleted that only the mirror has.' },
            lfs: { enum: ['auto', 'always', 'never'], description: 'Git LFS objects.' },
            lfs_url: {
                type: 'string',
                minLength: 1,
                description: "The Git LFS server for the mirror's objects, if it is not the mirror itself.",
            },
            push_options: { ...PATTERNS, description: "Push options for the mirror's server." },
            username: { type: 'string', minLength: 1, description: 'User name for the mirror.' },
            token_variable: {
                ...VARIABLE,
                description: 'The name of the environment variable that holds the token. The token itself never stands here.',
            },
            ssh_private_key_variable: {
                ...VARIABLE,
                description: 'The name of the environment variable that holds the private key for SSH.',
            },
            ssh_known_hosts: { type: 'string', description: "Lines of a known_hosts file with the host's keys." },
        },
    },
};

;// CONCATENATED MODULE: ./build/src/list/mistakes.js



const OUTER = new Set(['items', 'properties', 'additionalProperties']);
function mistakesOf(value) {
    const { errors } = new validator/* Validator */.D(MIRRORS_SCHEMA, '2020-12', false).validate(value);
    return errors.filter(({ keyword }) => !OUTER.has(keyword)).map((unit) => mistakeOf(unit, value));
}
function mistakeOf({ instanceLocation, keyword, error }, list) {
    const path = [];
    let value = list;
    for (const part of instanceLocation.split('/').slice(1)) {
        const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
        const key = Array.isArray(value) ? Number(name) : name;
        path.push(key);
        value = value[key];
    }
    return { path, isOfKey: keyword === 'false', sentence: sentenceOf(path, value, keyword, error) };
}
const ATTRIBUTES = Object.keys(MIRRORS_SCHEMA.items.properties).join(', ');
const SENTENCES = {
    false: ({ subject }) => `${subject} is no attribute of a mirror: known are ${ATTRIBUTES}.`,
    required: () => 'the mirror has no `url`.',
    type: ({ subject, isMirror, isItem, value, shown, error }) => `${isMirror ? 'the mirror' : nameOf(subject, isItem)} must be ${wanted(error, isItem)}, not ${found(value, shown)}.`,
    enum: ({ subject, shown, error }) => shown === undefined
        ? `${subject} must be one of ${allowed(error)}.`
        : `${subject} is ${shown}, allowed are ${allowed(error)}.`,
    pattern: ({ subject }) => `${subject} must be the name of an environment variable, not what it holds.`,
    minItems: ({ subject }) => `${subject} is empty.`,
    minLength: ({ subject, isItem }) => `${nameOf(subject, isItem)} is empty.`,
    maxItems: ({ subject, error }) => `${subject} has more than ${limitIn(error)}.`,
    maxLength: ({ subject, isItem, error }) => `${nameOf(subject, isItem)} is longer than ${limitIn(error)} characters.`,
};
function sentenceOf(path, value, keyword, error) {
    const attribute = path.find((part) => typeof part === 'string');
    const subject = attribute === undefined ? 'the list of mirrors' : shownName(attribute);
    const shown = shownOf(attribute, value);
    const [isMirror, isItem] = [path.length === 1, attribute !== undefined && typeof path.at(-1) === 'number'];
    const sentence = SENTENCES[keyword]?.({ subject, isMirror, isItem, value, shown, error });
    return sentence ?? `${subject} is wrong: ${(0,printable/* printable */.g)(error, 300)}`;
}
function nameOf(subject, isItem) {
    return isItem ? `one of ${subject}` : subject;
}
function shownName(attribute) {
    const isName = attribute.length <= 3 || /^[A-Za-z_-]{1,30}\d{0,2}$/.test(attribute);
    return isName ? `\`${(0,printable/* printable */.g)(attribute)}\`` : 'this';
}
const SHOWN = new Set([
    ...['enabled', 'only_protected_branches', 'keep_divergent_refs'],
    ...['branches', 'tags', 'prune', 'lfs'],
]);
function shownOf(attribute, value) {
    if (!SHOWN.has(attribute) || typeof value === 'object')
        return undefined;
    const text = JSON.stringify(value);
    return /^"?[A-Za-z0-9.!-]{0,20}"?$/.test(text) ? text : undefined;
}
function limitIn(error) {
    return /(\d+)\D*$/.exec(error)?.[1] ?? '';
}
function wanted(error, isItem) {
    const kind = /Expected "(\w+)"/.exec(error)?.[1] ?? 'something else';
    const words = {
        array: 'a list',
        object: 'a mapping with a `url`',
        boolean: 'true or false',
        string: isItem ? 'a text (in quotes)' : 'a text',
    };
    return words[kind] ?? kind;
}
function found(value, shown) {
    if (value === null)
        return 'nothing';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a mapping';
    const words = { string: 'text', number: 'number', boolean: 'value' };
    const kind = words[typeof value] ?? typeof value;
    return shown === undefined ? `a ${kind}` : `the ${kind} ${shown}`;
}
function allowed(error) {
    const list = /any of (\[.*\])\./.exec(error)?.[1];
    return list === undefined ? (0,printable/* printable */.g)(error, 300) : JSON.parse(list).join(', ');
}

;// CONCATENATED MODULE: ./build/src/list/document.js


const LARGEST = 1024 * 1024;
const MOST_TOLD = 50;
function readMirrors(text, title, problem) {
    if (Buffer.byteLength(text) > LARGEST) {
        problem(`${title} is larger than 1 MiB.`);
        return [];
    }
    const places = new dist/* LineCounter */.HN();
    const document = (0,dist/* parseDocument */.Tp)(text.replace(/^\ufeff/, ''), {
        lineCounter: places,
        prettyErrors: false,
        logLevel: 'error',
    });
    const at = (offset) => {
        const { line, col } = places.linePos(offset);
        return `${title}, line ${line}, column ${col}`;
    };
    const first = firstFault(document);
    if (first !== undefined) {
        problem(`${at(first.offset)}: ${first.sentence}`);
        return [];
    }
    const value = document_valueOf(document);
    if (value === undefined) {
        problem(`${title} repeats itself by aliases without end.`);
        return [];
    }
    const mistakes = placed(mistakesOf(value), document);
    for (const { offset, sentence } of mistakes.slice(0, MOST_TOLD))
        problem(`${at(offset)}: ${sentence}`);
    if (mistakes.length > MOST_TOLD)
        problem(`${title}: and ${mistakes.length - MOST_TOLD} more mistakes.`);
    if (mistakes.length > 0)
        return [];
    return value.map((entry, index) => ({
        entry,
        place: (attribute) => {
            const path = attribute in entry ? [index, attribute] : [index];
            return `${at(offsetOf(document, path))}: \`${attribute}\``;
        },
    }));
}
const QUOTES = "put the text in quotes, as in '*' or '!wip/*'";
const FAULTS = {
    BAD_ALIAS: `in YAML, * and & at the beginning stand for something else: ${QUOTES}.`,
    TAG_RESOLVE_FAILED: `in YAML, ! at the beginning stands for something else: ${QUOTES}.`,
    BAD_SCALAR_START: 'no text can begin with this character in YAML: put it in quotes.',
    BLOCK_AS_IMPLICIT_KEY: 'a second colon or a list in the same line: begin a new line, or put the text in quotes.',
    BAD_DQ_ESCAPE: 'between double quotes, \\ begins an escape, and this is none: write \\\\, or use single quotes.',
    TAB_AS_INDENT: 'this line is indented with a tab: YAML takes only spaces.',
    BAD_INDENT: 'this line is not indented as those around it.',
    DUPLICATE_KEY: 'the same attribute stands twice in a mirror.',
    MULTIPLE_DOCS: 'a second document begins here: all mirrors belong into one list.',
    MISSING_CHAR: 'something is missing here: a quote, a bracket, a comma, a colon or a space after it; or the indentation is not that of the line above.',
    BAD_DIRECTIVE: 'this line, which begins with %, is no directive of YAML.',
    RESOURCE_EXHAUSTION: 'this is nested too deeply.',
};
function firstFault(document) {
    const warnings = document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED' || code === 'BAD_DIRECTIVE');
    const faults = [...document.errors, ...warnings].map(({ code, pos }) => ({
        offset: pos[0],
        sentence: FAULTS[code] ?? 'this is no YAML.',
    }));
    return [...faults, ...(faults.length === 0 ? faultsOfNodes(document) : [])].toSorted(byOffset)[0];
}
function byOffset(one, other) {
    return one.offset - other.offset;
}
function faultsOfNodes(document) {
    const faults = [];
    (0,dist/* visit */.YR)(document, (_key, node, ancestors) => {
        const sentence = (0,dist/* isNode */.Ll)(node) ? faultOfNode(node, document, ancestors) : undefined;
        if (sentence !== undefined)
            faults.push({ offset: node.range?.[0] ?? 0, sentence });
        return undefined;
    });
    return faults;
}
function faultOfNode(node, document, ancestors) {
    if ((0,dist/* isAlias */.Vj)(node))
        return faultOfAlias(node, document, ancestors);
    const hasHalf = (0,dist/* isScalar */.jn)(node) && typeof node.value === 'string' && /\p{Surrogate}/u.test(node.value);
    return hasHalf ? 'this text has half of a character.' : undefined;
}
function faultOfAlias(alias, document, ancestors) {
    const anchored = alias.resolve(document);
    if (anchored === undefined)
        return FAULTS.BAD_ALIAS;
    return ancestors.includes(anchored) ? 'this is an alias of what it stands in.' : undefined;
}
function document_valueOf(document) {
    try {
        return document.toJS({ maxAliasCount: 100 });
    }
    catch {
        return undefined;
    }
}
function placed(mistakes, document) {
    return mistakes
        .map(({ path, isOfKey, sentence }) => ({
        offset: (isOfKey ? offsetOfKey(document, path) : undefined) ?? offsetOf(document, path),
        sentence,
    }))
        .toSorted(byOffset);
}
function offsetOf(document, path) {
    for (let length = path.length; length >= 0; length -= 1) {
        const range = nodeAt(document, path.slice(0, length))?.range;
        if (range != null)
            return range[0];
    }
    return 0;
}
function nodeAt(document, path) {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return (0,dist/* isNode */.Ll)(node) ? node : undefined;
}
function offsetOfKey(document, path) {
    const parent = nodeAt(document, path.slice(0, -1));
    if (!(0,dist/* isCollection */.P3)(parent) || !(0,dist/* isMap */.jh)(parent))
        return undefined;
    const key = parent.items.map((pair) => pair.key).find((one) => (0,dist/* isScalar */.jn)(one) && String(one.value) === path.at(-1));
    return (0,dist/* isNode */.Ll)(key) ? key.range?.[0] : undefined;
}


/***/ })

};
