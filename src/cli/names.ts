import { OPTION_NAMES, specOf, type OptionName, type OptionNames } from '../options/raw.js';

/** Spelling of an option on the command line: `<source>`, `--branch`, or the variable that gives the option. */
export const commandName: OptionNames = (option) => {
  const { command = option, variable } = specOf(option);
  return variable ?? (command.startsWith('<') ? command : `--${command}`);
};

/** Options with dashes, by the name behind the dashes. */
export const DASHED: ReadonlyMap<string, OptionName> = new Map(
  OPTION_NAMES.filter((option) => specOf(option).only !== 'action' && commandName(option).startsWith('--')).map(
    (option) => [commandName(option).slice(2), option],
  ),
);
