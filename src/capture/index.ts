/** A live server → the same files that an analysis reads. */
export type { SessionOptions } from '../postgres/index.js';
export { anonymize } from './anonymize/anonymize.js';
export { pseudonymsFor, readKeyFile, writeKeyFile } from './anonymize/key-file.js';
export { translate } from './anonymize/translate.js';
export { type Captured, type CaptureRequest, captureServer } from './capture.js';
export { examineServer, type ServerExam } from './exam.js';
export { summaryOf } from './summary.js';
export { withTemporaryCapture } from './temporary.js';
export { earlierCaptures, writeCapture } from './write.js';
