import type { SpangridError } from '../../src/errors';

/** The error that this throws; fails where it throws none. */
export function failure(run: () => unknown): SpangridError {
  try {
    run();
  } catch (error) {
    return error as SpangridError;
  }
  throw new Error('nothing was thrown');
}
