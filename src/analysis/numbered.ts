/**
 * Numbers for things that come again and again: equal texts have one number, and so have equal lists of numbers. What is
 * put together of such numbers can be compared without a text being made of it.
 */

/** Counted from zero, in the order in which they first come. */
export function numberedTexts(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
}

/** Numbers in a slot: the hash of its list, where the list begins among all members, its length, its own number plus one. */
const SLOT = 4;
const HASH = 0;
const START = 1;
const LENGTH = 2;
const OWN = 3;

/**
 * Lists of whole numbers; counted as texts are. A hash table of our own: a Map would want a text of each list. All that a
 * slot is asked lies side by side, for most of the time goes by waiting for memory.
 */
export function numberedLists(): (list: readonly number[]) => number {
  let slots = new Int32Array(SLOT << 8);
  /** The members of all lists one after the other. */
  let members = new Int32Array(1 << 10);
  let used = 0;
  let count = 0;

  const isList = (slot: number, list: readonly number[]): boolean => {
    if (slots[slot + LENGTH] !== list.length) return false;
    const start = slots[slot + START] ?? 0;
    for (let at = 0; at < list.length; at += 1) if (members[start + at] !== list[at]) return false;
    return true;
  };
  const after = (slot: number): number => (slot + SLOT) & (slots.length - 1);
  const firstSlot = (hash: number): number => (hash * SLOT) & (slots.length - 1);
  /** Where the list is, or would be: the first of the slots from its hash on that is its own or free. */
  const slotOf = (list: readonly number[], hash: number): number => {
    let slot = firstSlot(hash);
    while (slots[slot + OWN] !== 0 && !(slots[slot + HASH] === hash && isList(slot, list)))
      slot = after(slot);
    return slot;
  };
  const growSlots = (): void => {
    const before = slots;
    slots = new Int32Array(before.length * 2);
    for (let from = 0; from < before.length; from += SLOT) {
      if (before[from + OWN] === 0) continue;
      let slot = firstSlot(before[from + HASH] ?? 0);
      while (slots[slot + OWN] !== 0) slot = after(slot);
      for (let field = 0; field < SLOT; field += 1) slots[slot + field] = before[from + field] ?? 0;
    }
  };
  const growMembers = (wanted: number): void => {
    const before = members;
    members = new Int32Array(Math.max(before.length * 2, wanted));
    members.set(before);
  };
  return (list) => {
    const hash = hashOf(list);
    const known = slotOf(list, hash);
    const own = slots[known + OWN] ?? 0;
    if (own > 0) return own - 1;
    count += 1;
    slots[known + HASH] = hash;
    slots[known + START] = used;
    slots[known + LENGTH] = list.length;
    slots[known + OWN] = count;
    if (used + list.length > members.length) growMembers(used + list.length);
    for (const member of list) {
      members[used] = member;
      used += 1;
    }
    if (count * SLOT * 2 >= slots.length) growSlots();
    return count - 1;
  };
}

function hashOf(list: readonly number[]): number {
  let hash = list.length;
  for (const member of list) hash = Math.imul(hash ^ member, 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 16);
}
