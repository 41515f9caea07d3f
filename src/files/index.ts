/** What is put on the disk. */
export { nearestThere } from './folders.js';
export { notWritten, orRefuse } from './refusal.js';
export { writeFiles } from './write.js';
