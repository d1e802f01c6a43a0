/** Kind of an option's value, which decides how each door reads and checks the option. */
export type Kind =
  /** A text in one line. */
  | 'text'
  /** Lines that belong together, such as those of a file. */
  | 'block'
  | 'flag'
  /** One of `values`. */
  | 'choice'
  /** A whole number in `range`. */
  | 'number'
  /** Patterns of ref names, one a line. */
  | 'patterns'
  /** Texts, one a line. */
  | 'lines'
  /** A text that must not be shown. It reaches the command, a list and the GitLab component by a variable's name. */
  | 'secret';

/** Chapter of the command's help. */
export type Chapter = 'selection' | 'differences' | 'course';

/** Attribute of a mirror in a list. */
export interface ListAttribute {
  readonly attribute: string;
  /** Says that the option belongs to one mirror, so that it cannot hold for all mirrors of a list. */
  readonly isOwn?: true;
}

/** Input of the GitLab component, where it differs from the action's. */
export interface ComponentInput {
  /** Default: a CI/CD variable, or a word for "not given", since no text is empty by default there. */
  readonly default?: string;
  readonly note?: string;
  /** Says that CI/CD variables are not expanded in it. */
  readonly isLiteral?: true;
}

/** One option: its name is that of the action's input. */
export interface OptionSpec {
  readonly kind: Kind;
  /** Sentences in Markdown. A name of an option in backquotes is written as the reader's door has it. */
  readonly description: string;
  /** Sentences for the doors that run in a job: the action and the GitLab component. */
  readonly note?: string;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly range?: readonly [number, number];
  /** The one door that has the option; every door by default. */
  readonly only?: 'action' | 'command';
  /** Chapter of the command's help; an option without one is an argument or a variable there. */
  readonly chapter?: Chapter;
  /** Name on the command line: an argument such as `<target>`, or an option without its dashes. */
  readonly command?: string;
  readonly short?: string;
  /** Placeholder of the value on the command line. */
  readonly placeholder?: string;
  /** Variable that gives the option to the command. */
  readonly variable?: string;
  /** Name in the library, if not the input's in camelCase; `null` where the library has no such option. */
  readonly library?: string | null;
  readonly list?: ListAttribute;
  readonly component?: ComponentInput;
}
