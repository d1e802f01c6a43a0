import process from 'node:process';
import type { TemporaryRequest } from '../temporary.js';
import type { TemporaryPlaces } from './temporary-places.js';

/** A temporary folder, which is gone when this process ends by itself. */
export class TemporaryFolder {
  readonly path: string;
  readonly #places: TemporaryPlaces;
  readonly #request: TemporaryRequest;
  readonly #onExit = (): void => this.#places.removeNow(this.path, this.#request);

  private constructor(path: string, places: TemporaryPlaces, request: TemporaryRequest) {
    this.path = path;
    this.#places = places;
    this.#request = request;
    process.setMaxListeners(process.getMaxListeners() + 1);
    process.on('exit', this.#onExit);
  }

  /**
   * Makes the folder, in the first place where that and the work succeed.
   *
   * @throws {RemoteError} that names every place with its reason
   */
  static async make(
    places: TemporaryPlaces,
    request: TemporaryRequest,
    work: (folder: string) => void | Promise<void> = () => undefined,
  ): Promise<TemporaryFolder> {
    return places.make(request, async (path) => {
      const folder = new TemporaryFolder(path, places, request);
      try {
        await work(path);
        return folder;
      } catch (error) {
        folder.#forget();
        throw error;
      }
    });
  }

  /** Removes it. Where that fails it is told. Never throws. */
  async remove(): Promise<void> {
    await this.#places.remove(this.path, this.#request);
    this.#forget();
  }

  #forget(): void {
    process.off('exit', this.#onExit);
    process.setMaxListeners(Math.max(1, process.getMaxListeners() - 1));
  }
}
