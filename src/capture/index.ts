/** A live server → the same files that an analysis reads. */
export { type Captured, type CaptureRequest, captureServer } from './capture.js';
export { summaryOf } from './summary.js';
export { earlierCaptures, writeCapture, writeTemporary } from './write.js';
