import type { MirrorOptions } from './library/options.js';
import { ConfigurationError } from './options/configuration-error.js';
import type { Report, ReportedRef } from './report/report-shape.js';
export { ConfigurationError };
export type { MirrorOptions, Report, ReportedRef };
/**
 * Brings a target repository to the state of a source repository.
 *
 * @returns what became of every ref. That a remote failed, or refused a ref, is in it too: `update_status` is `failed`
 * @throws {ConfigurationError} where the options are wrong: nothing was done then
 */
export declare function mirror(options: MirrorOptions): Promise<Report>;
