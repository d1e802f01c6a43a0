/** Everything that is wrong with what the user gave. Each problem is a sentence that names the option and a remedy. */
export declare class ConfigurationError extends Error {
    readonly problems: readonly string[];
    constructor(problems: readonly string[]);
}
