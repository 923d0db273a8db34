import { errorCodes, type ErrorCode } from '../../shared/contract/errors.ts';

/** Reports carry the code of an error as text. */
export const isErrorCode = (text: string): text is ErrorCode => (errorCodes as readonly string[]).includes(text);
