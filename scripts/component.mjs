// The parts of the GitLab component that come from the table of options.

const LISTS = ['patterns', 'lines', 'block'];

/** An option of several mirrors is a list there, too. */
const kindOf = (name, { kind }) => (name === 'mirrors' ? 'lines' : kind);

const inputName = (name, { kind }) => (kind === 'secret' ? `${name}-variable` : name);
const variableOf = (name, option) => `PUSH_MIRROR_INPUT_${inputName(name, option).toUpperCase().replaceAll('-', '_')}`;

const sentences = (...texts) => texts.filter((text) => text !== undefined).join(' ');

function inputOf(name, option) {
  const { component = {}, default: usual, note, values } = option;
  const description = sentences(option.description, note, component.note);
  switch (kindOf(name, option)) {
    case 'flag':
      return { description, type: 'boolean', default: false };
    case 'number':
      return { description, type: 'number', default: Number(usual) };
    case 'choice':
      return { description, default: usual, options: values };
    case 'secret':
      return {
        description: `Name of the CI/CD variable with the secret. ${description}`,
        default: component.default,
        regex: 'variable',
      };
    case 'text':
      return { description, default: component.default, regex: 'text' };
    default:
      return { description, type: 'array', default: [] };
  }
}

/** Lists are put in as JSON, in which nothing may be expanded, and neither in an expression. */
function variableLines(name, option) {
  const [variable, input] = [variableOf(name, option), `$[[ inputs.${inputName(name, option)} ]]`];
  const kind = kindOf(name, option);
  if (LISTS.includes(kind)) return `    ${variable}:\n      expand: false\n      value: |\n        ${input}\n`;
  if (option.component?.isLiteral) return `    ${variable}:\n      expand: false\n      value: |-\n        ${input}\n`;
  if (kind === 'text' || kind === 'secret') return `    ${variable}: |-\n      ${input}\n`;
  return `    ${variable}: '${input}'\n`;
}

function argumentLines(name, option) {
  const [variable, dashed] = [`"$${variableOf(name, option)}"`, `--${option.command ?? name}`];
  switch (option.kind) {
    case 'flag':
      return `      [ ${variable} != true ] || set -- "$@" ${dashed}\n`;
    case 'number':
    case 'choice':
      return `      set -- "$@" "${dashed}=${variable.slice(1)}\n`;
    case 'text':
      return (
        `      unless '${option.component?.default ?? ''}' ${variable}\n` +
        `      [ -z "$value" ] || set -- "$@" "${dashed}=$value"\n`
      );
    default:
      return '';
  }
}

/** Texts to stand in the component, the inputs as YAML. */
export function componentParts(options, yamlOf) {
  const shared = Object.entries(options).filter(([, { only }]) => only === undefined);
  // Each expression stands where it is used first, as an anchor.
  const expressions = {
    text: String.raw`"^([^\\x00-\\x20\\x7f-\\x9f\u2028\u2029][^\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]*)?$"`,
    variable: '^[A-Za-z_][A-Za-z0-9_]*$',
  };
  const seen = new Set();
  const inputs = yamlOf(
    Object.fromEntries(shared.map(([name, option]) => [inputName(name, option), inputOf(name, option)])),
  ).replace(/^( +regex: )(text|variable)$/gm, (_all, key, name) => {
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst ? `${key}&${name} ${expressions[name]}` : `${key}*${name}`;
  });
  // Which repositories, and how many of them, the script decides itself.
  const ofList = ['mirrors', 'max-parallel'];
  const dashed = shared.filter(([name, { chapter }]) => chapter !== undefined && !ofList.includes(name));
  const lists = dashed.filter(([, { kind }]) => LISTS.includes(kind));
  const kinds = lists.map(([name, { command }]) => `${JSON.stringify(name)}: "--${command ?? name}="`);
  return {
    inputs,
    variables: shared.map(([name, option]) => variableLines(name, option)).join(''),
    arguments: dashed.map(([name, option]) => argumentLines(name, option)).join(''),
    kinds: `{ ${[...kinds, '"ssh-known-hosts": "host:"'].join(', ')} }`,
  };
}
