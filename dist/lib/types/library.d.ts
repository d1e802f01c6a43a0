import type { MirrorOptions } from './library/options.js';
import { ConfigurationError } from './options/configuration-error.js';
import type { Report, ReportedRef } from './report/report-shape.js';
export { ConfigurationError };
export type { MirrorOptions, Report, ReportedRef };
/**
 * Brings a target repository to the state of a source repository.
 *
 * @returns the outcome of every ref. A remote that failed, or refused a ref, is in it too: `update_status` is `failed`
 * @throws {ConfigurationError} if the options are wrong: nothing was done then
 */
export declare function mirror(options: MirrorOptions): Promise<Report>;
