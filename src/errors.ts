/** Every error that a person may see, by name. One code, one cause; the message says what to do about it. */
export type ErrorCode =
  | 'text.empty'
  | 'text.binary'
  | 'text.encoding'
  | 'text.tooLarge'
  | 'file.missing'
  | 'file.unreadable'
  | 'file.unwritable'
  | 'data.invalid'
  | 'config.invalid'
  | 'pattern.empty'
  | 'pattern.timeout'
  | 'types.none'
  | 'annotation.invalid'
  | 'annotation.newerVersion'
  | 'annotation.conflict'
  | 'annotation.tooLarge'
  | 'model.missing'
  | 'model.invalid'
  | 'model.newerVersion'
  | 'model.damaged'
  | 'model.unsupported'
  | 'runtime.unavailable'
  | 'runtime.failed'
  | 'training.diverged'
  | 'training.mismatch'
  | 'device.unknown'
  | 'device.unavailable'
  | 'engine.crashed'
  | 'engine.timeout'
  | 'cancelled'
  | 'setting.invalid'
  | 'workspace.untrusted'
  | 'usage';

/** A failure with a name and a message that a person can act on. Anything else that is thrown is a defect of ours. */
export class SpangridError extends Error {
  override readonly name = 'SpangridError';

  /**
   * @param code names the cause
   * @param message what happened and what to do about it, in one or two sentences
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What to tell a person about any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
