// The simulated week: seven days from Sunday, 1 March 2026, each ending with a snapshot at four in the morning.
// A run takes a minute or so of real time; what it writes carries these dates, so that two runs can be compared.

export const days = [1, 2, 3, 4, 5, 6, 7];

const morning = (date) => `2026-03-0${date} 04:00:00+00`;

export const startOf = (day) => morning(day);
export const capturedAt = (day) => morning(day + 1);
